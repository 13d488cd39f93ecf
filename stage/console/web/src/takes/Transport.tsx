import { useRef } from "preact/hooks";
import type { Playing } from "../generated/records";
import { mayAct } from "../link/acting";
import { give } from "../link/commands";
import { shelves } from "../link/state";
import { Panel } from "../panels/Panel";
import { fixed } from "../words";
import { compares, toggleCompare } from "./compare";
import {
  frameNow,
  goLive,
  loops,
  playing,
  ratePerSecond,
  step,
  take,
  titleOf,
  toggleLoop,
  togglePlay,
} from "./playing";

const SPEEDS = [0.25, 0.5, 1, 2];
const SEND_MS = 80;

/** Play, stand, step, scrub, and back to live. */
export function Transport() {
  const now = playing.value;
  const chosen = take.value;
  const idle = !mayAct.value || chosen === undefined || shelves.air.value[""]?.slate.rolling === true;
  return (
    <Panel title={now ? `On the walls: ${now.take}` : "The walls are live"} area="transport">
      <div class="transport">
        <button type="button" class="transport-play" disabled={idle && now === null} onClick={togglePlay}>
          {now !== null && now.speed !== 0 && now.take === chosen?.name ? "PAUSE" : "PLAY"}
          {chosen && now === null && <small>{titleOf(chosen)}</small>}
          <kbd>space</kbd>
        </button>
        <div class="transport-steps buttons">
          <button type="button" disabled={now === null} aria-label="One frame back" onClick={() => step(-1)}>
            −1 <kbd>←</kbd>
          </button>
          <button type="button" disabled={now === null} aria-label="One frame on" onClick={() => step(1)}>
            +1 <kbd>→</kbd>
          </button>
          {SPEEDS.map((speed) => (
            <button
              type="button"
              key={speed}
              disabled={now === null}
              aria-pressed={now?.speed === speed}
              onClick={() => void give("take.speed", { speed })}
            >
              {speed}×
            </button>
          ))}
          <button type="button" aria-pressed={now?.loop ?? loops.value} onClick={toggleLoop}>
            Loop <kbd>L</kbd>
          </button>
          <button type="button" aria-pressed={compares.value} onClick={toggleCompare}>
            Compare <kbd>V</kbd>
          </button>
        </div>
        <button type="button" class="transport-live" disabled={now === null} onClick={goLive}>
          LIVE <kbd>Esc</kbd>
        </button>
        {now && <Scrub of={now} />}
      </div>
    </Panel>
  );
}

function Scrub({ of }: { of: Playing }) {
  const sent = useRef(0);
  const rate = ratePerSecond(of.rate);
  const frame = frameNow(of, shelves.pulse.value[""]?.now_ns ?? of.since_ns);
  const seconds = (frame - of.roll) / rate;
  const seek = (to: number, last: boolean) => {
    const now = performance.now();
    if (!last && now - sent.current < SEND_MS) return;
    sent.current = now;
    void give("take.seek", { seconds: (to - of.roll) / rate }, true);
  };
  return (
    <label class="scrub">
      <span class="number">
        {fixed(seconds, 2)} s · frame {frame}
      </span>
      <input
        type="range"
        aria-label="Place in the take"
        min={of.first}
        max={of.last}
        value={frame}
        disabled={!mayAct.value}
        onInput={(event) => seek(Number(event.currentTarget.value), false)}
        onChange={(event) => seek(Number(event.currentTarget.value), true)}
      />
    </label>
  );
}
