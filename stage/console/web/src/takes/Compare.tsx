import { useEffect, useRef, useState } from "preact/hooks";
import type { TakeRow } from "../generated/records";
import { shelves } from "../link/state";
import { Panel } from "../panels/Panel";
import { big, LivePicture } from "../panels/Pictures";
import { fixed } from "../words";
import { against, pictureOf, timeOf, wipe } from "./compare";
import { ratePerSecond, take, titleOf } from "./playing";

/** The chosen take's movie beside live or another take, or wiped against it, both at the same frame after the roll. */
export function Compare() {
  const row = take.value;
  const rows = shelves.takes.value[""]?.rows ?? [];
  const other = rows.find((each) => each.name === against.value);
  const [place, setPlace] = useState(0);
  const [plays, setPlays] = useState(false);
  const length = row ? Math.max(1, row.frames - row.pre_roll) : 1;
  useTicks(plays, row ? ratePerSecond(row.rate) : 24, () => setPlace((now) => (now + 1) % length));
  if (!row?.proxies.length) {
    return (
      <Panel title="Compare" area="big">
        <p class="take-none">This take has no movies: nothing was drawn while it rolled.</p>
      </Panel>
    );
  }
  const share = wipe.value;
  return (
    <Panel title={`${titleOf(row)} beside ${other ? titleOf(other) : "live"}`} area="big">
      <div class={`compare${share === null ? "" : " is-wiped"}`} style={{ "--share": `${(share ?? 0) * 100}%` }}>
        <div class="compare-pictures">
          <div class="compare-one">
            <Movie row={row} place={place} />
          </div>
          <div class="compare-other">
            {other ? <Movie row={other} place={place} /> : <LivePicture key={big.value} name={big.value} />}
          </div>
        </div>
        <div class="buttons compare-controls">
          <button type="button" aria-pressed={plays} onClick={() => setPlays(!plays)}>
            {plays ? "Stand" : "Play both"}
          </button>
          <button type="button" aria-pressed={share === null} onClick={() => (wipe.value = null)}>
            Side by side
          </button>
          <button type="button" aria-pressed={share !== null} onClick={() => (wipe.value = share ?? 0.5)}>
            Wipe
          </button>
          <label>
            against
            <select value={against.value} onChange={(event) => (against.value = event.currentTarget.value)}>
              <option value="">live</option>
              {rows
                .filter((each) => each.name !== row.name && each.proxies.length > 0)
                .map((each) => (
                  <option key={each.name} value={each.name}>
                    {titleOf(each)}
                  </option>
                ))}
            </select>
          </label>
        </div>
        {share !== null && (
          <Slider label="Wipe" value={share} max={1} step={0.01} change={(value) => (wipe.value = value)} />
        )}
        <Slider
          label={`${fixed(place / ratePerSecond(row.rate), 2)} s after the roll`}
          value={place}
          max={length - 1}
          step={1}
          change={setPlace}
        />
      </div>
    </Panel>
  );
}

/** A take's movie of the large picture's output, at a frame after the roll. */
function Movie({ row, place }: { row: TakeRow; place: number }) {
  const video = useRef<HTMLVideoElement>(null);
  const proxy = row.proxies.find((each) => each.output === big.value) ?? row.proxies[0];
  useEffect(() => {
    if (video.current && proxy) video.current.currentTime = timeOf(row, proxy, place);
  }, [place, proxy, row]);
  if (!proxy) return null;
  return (
    <video
      ref={video}
      muted
      playsInline
      preload="auto"
      src={pictureOf(row, proxy.output, "mp4")}
      aria-label={`Movie of ${titleOf(row)}`}
    />
  );
}

function Slider(of: { label: string; value: number; max: number; step: number; change: (value: number) => void }) {
  return (
    <label class="scrub">
      <span class="number">{of.label}</span>
      <input
        type="range"
        min={0}
        max={of.max}
        step={of.step}
        value={of.value}
        onInput={(event) => of.change(Number(event.currentTarget.value))}
      />
    </label>
  );
}

/** Calls at a rate while it is on. */
function useTicks(on: boolean, hz: number, tick: () => void): void {
  const newest = useRef(tick);
  newest.current = tick;
  useEffect(() => {
    if (!on) return undefined;
    const timer = setInterval(() => newest.current(), 1000 / hz);
    return () => clearInterval(timer);
  }, [on, hz]);
}
