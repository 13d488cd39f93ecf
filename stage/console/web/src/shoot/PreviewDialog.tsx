import { useEffect, useState } from "preact/hooks";
import { Sign } from "../icons";
import { mayAct } from "../link/acting";
import { ask } from "../link/http";
import { shelves } from "../link/state";
import { told } from "../look/groups";
import { Dialog } from "../panels/Dialog";
import { CueNotes } from "./CueNotes";
import { NumberKey } from "./NumberKey";
import { Passport } from "./Passport";
import { Still } from "./Still";
import { readinessOf } from "./sets";
import { type Choice, isLockedNow, previewed } from "./tabs";

const STILL_PX = 640;
const MOST_SHOWN = 9;

interface Difference {
  path: string;
  label?: string;
  unit?: string;
  a: unknown;
  b: unknown;
}

/** A large preview of the choice and what it would change, before it goes on air. */
export function PreviewDialog() {
  const choice = previewed.value;
  return choice ? <Preview key={`${choice.kind}/${choice.id}`} choice={choice} /> : null;
}

function close(): void {
  previewed.value = null;
}

function Preview({ choice }: { choice: Choice }) {
  const locked = isLockedNow(choice);
  const act = () => {
    close();
    void choice.fire();
  };
  return (
    <Dialog title={`Preview: ${choice.title || choice.id}`} close={close}>
      <div class="preview">
        <div class="preview-picture" style={{ "--mark": choice.colour || "#1a222b" }}>
          {!choice.problem && <Still preset={choice.preset} scene={choice.scene} widthPx={STILL_PX} />}
        </div>
        <div class="preview-words">
          {choice.problem && <p class="preview-problem">{choice.problem}</p>}
          {locked && <p class="preview-problem">Locked: a take is rolling. Cut first.</p>}
          {choice.kind === "cues" && <CueNotes id={choice.id} />}
          {choice.scene && <SetLine scene={choice.scene} />}
          {choice.scene && <Passport scene={choice.scene} />}
          {choice.preset !== "air" && !choice.problem && <Changes preset={choice.preset} />}
          {choice.kind === "presets" && <NumberKey preset={choice.id} />}
        </div>
        <div class="preview-buttons">
          <button type="button" class="preview-back" onClick={close}>
            Back <kbd>Esc</kbd>
          </button>
          <button
            type="button"
            class="go"
            autofocus
            disabled={!mayAct.value || locked || choice.problem !== null}
            onClick={act}
          >
            GO <kbd>⏎</kbd>
          </button>
        </div>
      </div>
    </Dialog>
  );
}

function SetLine({ scene }: { scene: string }) {
  const { mood, word, detail } = readinessOf(scene);
  return (
    <p class="preview-set">
      Set <b>{scene}</b> <Sign mood={mood} word={word} />
      {detail && <small> {detail}</small>}
    </p>
  );
}

/** Value by value: on air now, and after the change. */
function Changes({ preset }: { preset: string }) {
  const [rows, setRows] = useState<Difference[] | null>(null);
  const since = shelves.air.value[""]?.since_ns;
  useEffect(() => {
    let here = true;
    void ask<Difference[]>(`/api/presets/${encodeURIComponent(preset)}/compare/air`).then(({ status, body }) => {
      if (here) setRows(status === 200 ? body : null);
    });
    return () => {
      here = false;
    };
  }, [preset, since]);
  if (!rows) return <p class="hint">Working out what would change …</p>;
  if (rows.length === 0) return <p class="hint">It changes nothing: it is the same as on air.</p>;
  return (
    <table class="figures-table">
      <thead>
        <tr>
          <th>changes</th>
          <th class="right">on air</th>
          <th class="right">after GO</th>
        </tr>
      </thead>
      <tbody>
        {rows.slice(0, MOST_SHOWN).map(({ path, label, unit, a, b }) => (
          <tr key={path} title={path}>
            <th scope="row">{label || told(path)}</th>
            <td class="right number">{shown(b)}</td>
            <td class="right number">
              <b>{shown(a)}</b> {unit}
            </td>
          </tr>
        ))}
      </tbody>
      {rows.length > MOST_SHOWN && <caption>and {rows.length - MOST_SHOWN} more values</caption>}
    </table>
  );
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return "–";
  if (typeof value === "number") return String(Number(value.toFixed(3)));
  if (typeof value === "boolean") return value ? "on" : "off";
  if (Array.isArray(value)) return value.map(shown).join(" ");
  return typeof value === "object" ? "…" : String(value);
}
