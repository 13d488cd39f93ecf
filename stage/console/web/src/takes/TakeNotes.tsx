import { useEffect, useState } from "preact/hooks";
import type { TakeRow } from "../generated/records";
import { mayAct } from "../link/acting";
import { lastAnswer } from "../link/commands";
import { ask } from "../link/http";
import { Panel } from "../panels/Panel";
import { duration, fixed } from "../words";
import { ratePerSecond, take, titleOf } from "./playing";

const STARS = [0, 1, 2, 3, 4, 5];
const BYTES_PER_MB = 1e6;

/** What people say of the chosen take, and what it is. */
export function TakeNotes() {
  const row = take.value;
  return (
    <Panel title={row ? titleOf(row) : "No take"} area="notes" aside={row && <small>{row.name}</small>}>
      {row && <Notes key={row.name} row={row} />}
    </Panel>
  );
}

function Notes({ row }: { row: TakeRow }) {
  const idle = !mayAct.value || row.status === "rolling";
  return (
    <div class="take-notes">
      {row.problem && <p class="is-wrong">{row.problem}</p>}
      <div class="buttons">
        <button type="button" aria-pressed={row.circled} disabled={idle} onClick={() => toggleCircle(row)}>
          Circle <kbd>C</kbd>
        </button>
        <button
          type="button"
          aria-pressed={row.printed}
          disabled={idle}
          onClick={() => void say(row, { printed: !row.printed })}
        >
          Print
        </button>
      </div>
      <fieldset class="buttons take-stars" aria-label="Rating">
        {STARS.map((stars) => (
          <button
            type="button"
            key={stars}
            aria-pressed={row.rating === stars}
            disabled={idle}
            onClick={() => void say(row, { rating: stars })}
          >
            {stars} ★
          </button>
        ))}
      </fieldset>
      <Note row={row} idle={idle} />
      <dl class="take-facts">
        <Fact what="Rolled" value={row.rolled_at.slice(0, 19).replace("T", " ")} />
        <Fact what="Time code" value={`${row.timecode} at ${row.rate}`} />
        <Fact what="Length" value={`${row.frames} frames, ${duration(row.frames / ratePerSecond(row.rate))}`} />
        <Fact what="Before the roll" value={`${row.pre_roll} frames`} />
        <Fact what="Missing" value={row.lost ? `${row.lost} frames` : "nothing"} />
        <Fact what="Sets" value={row.scenes.join(", ") || "–"} />
        <Fact what="Rolled by" value={row.by ?? "–"} />
        <Fact what="Size" value={`${fixed(row.bytes / BYTES_PER_MB, 1)} MB`} />
      </dl>
      <button type="button" class="take-remove" disabled={idle} onClick={() => void remove(row)}>
        Remove
      </button>
      <small>
        Removed takes stay in the folder <code>removed</code>; <code>openstage take restore</code> brings them back.
      </small>
    </div>
  );
}

function Note({ row, idle }: { row: TakeRow; idle: boolean }) {
  const [text, setText] = useState(row.note);
  useEffect(() => setText(row.note), [row.note]);
  return (
    <label class="take-note">
      Note
      <textarea
        maxLength={4000}
        disabled={idle}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onBlur={() => text !== row.note && void say(row, { note: text })}
      />
    </label>
  );
}

function Fact({ what, value }: { what: string; value: string }) {
  return (
    <>
      <dt>{what}</dt>
      <dd class="number">{value}</dd>
    </>
  );
}

/** Circle the chosen take, or take the circle away. */
export function toggleCircle(row = take.peek()): void {
  if (row !== undefined && mayAct.peek()) void say(row, { circled: !row.circled });
}

async function say(row: TakeRow, values: Record<string, unknown>): Promise<void> {
  show(await ask(`/api/takes/${row.name}`, { method: "POST", body: values }));
}

async function remove(row: TakeRow): Promise<void> {
  show(await ask(`/api/takes/${row.name}`, { method: "DELETE" }));
}

function show({ body }: { body: { accepted: boolean; text: string } }): void {
  if (!body.accepted) {
    lastAnswer.value = { name: "take", answer: { ...body, frame_number: null }, atMs: performance.now() };
  }
}
