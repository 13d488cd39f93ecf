import { signal } from "@preact/signals";
import { useState } from "preact/hooks";
import type { SetupEnds, SetupPoint, SetupState } from "../generated/records";
import { Icon } from "../icons";
import { mayAct } from "../link/acting";
import { lastAnswer } from "../link/commands";
import { ask } from "../link/http";
import { shelves } from "../link/state";
import { Dialog } from "../panels/Dialog";
import { fixed } from "../words";

export const setupOpen = signal(false);

/** A good alignment agrees to this; worse is shown in the colour of a warning. */
const FINE_MM = 5;

async function send(method: "POST" | "PUT" | "DELETE", path: string, body?: unknown): Promise<void> {
  const reply = await ask(`/api/setup/${path}`, { method, body });
  const answer = { accepted: reply.body.accepted, text: reply.body.text, frame_number: null };
  lastAnswer.value = { name: "Setup", answer, atMs: performance.now() };
}

/** Align a camera's tracker with points that it touches, and teach the ends of its lens. */
export function SetupDialog() {
  const state = shelves.setup.value[""];
  const cameras = shelves.stage.value[""]?.cameras ?? [];
  const [chosen, choose] = useState("");
  if (!setupOpen.value || !state) return null;
  const camera = chosen || state.camera;
  return (
    <Dialog
      title="Align the tracker"
      close={() => {
        setupOpen.value = false;
      }}
    >
      <label class="setup-camera">
        Camera
        <select value={camera} onChange={(event) => choose(event.currentTarget.value)}>
          {cameras.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <Points state={state} camera={camera} />
      <Ends state={state} camera={camera} />
    </Dialog>
  );
}

function Points({ state, camera }: { state: SetupState; camera: string }) {
  const [mark, setMark] = useState("");
  const touch = () => {
    if (mark) void send("POST", "points", { camera, mark });
    setMark("");
  };
  return (
    <section class="setup-part" aria-label="Points">
      <p class="hint">
        Hold the tracked point on a mark, type the number of the marker on the wall (PATTERN, markers) or x y z in
        metres, and keep still for a second. Six points, far apart and not in one plane.
      </p>
      <form
        class="setup-touch"
        onSubmit={(event) => {
          event.preventDefault();
          touch();
        }}
      >
        <input
          aria-label="Mark"
          placeholder="12 or 1.0 -2.0 0.5"
          value={mark}
          onInput={(event) => setMark(event.currentTarget.value)}
        />
        <button type="submit" disabled={!mayAct.value || state.measuring !== "" || !mark}>
          {state.measuring ? `Measuring ${state.measuring} …` : "Measure"}
        </button>
      </form>
      {state.problem && (
        <p class="check-problem" role="alert">
          <Icon mood="warning" /> {state.problem}
        </p>
      )}
      {state.points.length > 0 && (
        <table class="figures-table">
          <thead>
            <tr>
              <th>mark</th>
              <th class="right">x y z, m</th>
              <th class="right">error, mm</th>
              <th />
            </tr>
          </thead>
          <tbody>
            {state.points.map((point, number) => (
              <PointRow key={`${number} ${point.name}`} point={point} number={number} />
            ))}
          </tbody>
        </table>
      )}
      {state.spread_mm !== null && (
        <p data-answer>
          The points agree to <b class="number">{fixed(state.spread_mm, 1)} mm</b> on each axis
          {state.expected_mm !== null && `; ${fixed(state.expected_mm, 1)} mm are expected at the camera's home`}. What
          is there now moves by {fixed(state.moves_mm ?? 0, 1)} mm and turns by {fixed(state.turns_deg ?? 0, 2)}{" "}
          degrees.
        </p>
      )}
      {state.remarks.map((remark) => (
        <p class="check-problem" key={remark}>
          <Icon mood="warning" /> {remark}
        </p>
      ))}
      <div class="setup-foot">
        <button
          type="button"
          disabled={!mayAct.value || state.spread_mm === null}
          onClick={() => void send("PUT", "align", {})}
        >
          Save
        </button>
        <button type="button" disabled={!mayAct.value} onClick={() => void send("DELETE", "align")}>
          Undo the last save
        </button>
        <button
          type="button"
          disabled={!mayAct.value || state.points.length === 0}
          onClick={() => void send("DELETE", "points")}
        >
          Forget all points
        </button>
      </div>
    </section>
  );
}

function PointRow({ point, number }: { point: SetupPoint; number: number }) {
  const bad = !point.believed || (point.error_mm ?? 0) > FINE_MM;
  return (
    <tr>
      <td class="one-line">{point.name}</td>
      <td class="right number">{point.stage_m.map((part) => fixed(part, 3)).join("  ")}</td>
      <td class="right number">
        {bad && <Icon mood={point.believed ? "warning" : "critical"} />}{" "}
        {point.error_mm === null ? "" : fixed(point.error_mm, 1)} {!point.believed && "not believed"}
      </td>
      <td class="right">
        <button
          type="button"
          aria-label={`Forget ${point.name}`}
          disabled={!mayAct.value}
          onClick={() => void send("DELETE", `points/${number}`)}
        >
          ×
        </button>
      </td>
    </tr>
  );
}

function Ends({ state, camera }: { state: SetupState; camera: string }) {
  return (
    <section class="setup-part" aria-label="Lens ends">
      <h3>Ends of zoom and focus</h3>
      <p class="hint">Begin at the widest zoom and at infinity, then turn both rings to the other end and back.</p>
      {state.zoom && <EndsRow name="zoom" ends={state.zoom} />}
      {state.focus && <EndsRow name="focus" ends={state.focus} />}
      <div class="setup-foot">
        <button
          type="button"
          disabled={!mayAct.value}
          aria-pressed={state.learning}
          onClick={() => void send("POST", "ends", { camera })}
        >
          {state.learning ? "Begin again" : "Learn the ends"}
        </button>
        <button
          type="button"
          disabled={!mayAct.value || !(state.zoom || state.focus)}
          onClick={() => void send("PUT", "ends", { camera })}
        >
          Save the ends
        </button>
      </div>
    </section>
  );
}

function EndsRow({ name, ends }: { name: string; ends: SetupEnds }) {
  return (
    <p>
      {name}: <b class="number">{ends.minimum === null ? "nothing yet" : `${ends.minimum} to ${ends.maximum}`}</b>
      {ends.invert && ", counts backwards"} {ends.remark && <span class="aside">{ends.remark}</span>}
    </p>
  );
}
