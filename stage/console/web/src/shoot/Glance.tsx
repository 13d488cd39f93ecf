import { signal, useComputed } from "@preact/signals";
import { cameraPlaces, toggleCameras } from "../cameras";
import { type CameraState, Validity } from "../generated/records";
import { Icon } from "../icons";
import { mayAct } from "../link/acting";
import { give } from "../link/commands";
import { shelves, ticks } from "../link/state";
import { told } from "../look/groups";
import { saidOf, wordFor } from "../orders";
import { VALIDITY } from "../panels/Trackers";
import { fixed, milliseconds, NS_PER_MS } from "../words";

const MOST_CAMERAS = 3;

export const chartsOpen = signal(false);

export function openCharts(): void {
  chartsOpen.value = true;
}

/** Tracking and latency at a glance; the last change and its author; undo and redo. */
export function Glance() {
  const pulse = shelves.pulse.value[""];
  const air = shelves.air.value[""];
  return (
    <section class="panel glance" aria-label="At a glance">
      <Cameras />
      <p class="glance-line">
        <span>
          wall <b class="number">{milliseconds(pulse?.latency_p50_ms)}</b> ms
        </span>
        <span>
          <b class="number">{fixed(pulse?.rate_hz, 1)}</b> fps
        </span>
        <span class={pulse?.skipped_60s ? "sign-warning" : ""}>
          <b class="number">{pulse?.skipped_60s ?? "–"}</b> missed
        </span>
      </p>
      <LastChange />
      <div class="glance-buttons">
        <button
          type="button"
          disabled={!mayAct.value || !air?.undo_steps}
          title={told(air?.undo_of ?? "")}
          onClick={() => void give("look.undo")}
        >
          Undo <kbd>U</kbd>
        </button>
        <button
          type="button"
          disabled={!mayAct.value || !air?.redo_steps}
          title={told(air?.redo_of ?? "")}
          onClick={() => void give("look.redo")}
        >
          Redo <kbd>R</kbd>
        </button>
        <button type="button" onClick={openCharts}>
          Charts <kbd>C</kbd>
        </button>
      </div>
    </section>
  );
}

/** Cameras with their tracking and tally, those on air first, then the worst; updated twice a second to keep the digits readable. */
function Cameras() {
  const cameras = useComputed<readonly CameraState[]>(() => {
    ticks.value;
    return shelves.frame.peek()[""]?.cameras ?? [];
  }).value;
  if (cameras.length === 0) return <p class="glance-camera">no camera yet</p>;
  const places = new Map(cameraPlaces(shelves.air.value[""]?.choice).map((place) => [place.name, place]));
  const rank = ({ name, validity }: CameraState) => {
    const place = places.get(name);
    if (place?.onAir) return -1;
    return place?.place === 0 ? Number(Validity.LIVE) + 1 : Number(validity);
  };
  const worst = [...cameras].sort((a, b) => rank(a) - rank(b));
  return (
    <button type="button" class="glance-cameras" aria-label="Cameras" title="All cameras (M)" onClick={toggleCameras}>
      {worst.slice(0, MOST_CAMERAS).map((camera) => {
        const { mood, word } = VALIDITY[camera.validity];
        const place = places.get(camera.name);
        const off = place?.place === 0;
        return (
          <span
            key={camera.name}
            class={`glance-camera ${off ? "is-off" : `sign-${mood}`}`}
            data-tracking={camera.name}
          >
            <Icon mood={off ? "idle" : mood} />
            <b>{camera.name}</b> {off ? "OFF" : word}
            {place?.onAir && <span class="tally">ON AIR</span>}
            <span class="number">
              {camera.sample_number === null ? "not tracked yet" : `${milliseconds(camera.horizon_ns / NS_PER_MS)} ms`}
            </span>
          </span>
        );
      })}
      {cameras.length > MOST_CAMERAS && <span class="glance-line">and {cameras.length - MOST_CAMERAS} more</span>}
    </button>
  );
}

/** The newest accepted command and its sender. */
function LastChange() {
  const [last] = Object.values(shelves.log.value)
    .filter(({ accepted }) => accepted)
    .sort((a, b) => b.done_ns - a.done_ns);
  if (!last) return <p class="glance-last one-line">no changes yet</p>;
  const what = `${wordFor(last.name)} ${told(saidOf(last.name, last.text))}`;
  return (
    <p class="glance-last one-line" title={`${what} · ${last.who}`}>
      {what}
      <small class="one-line">{last.who}</small>
    </p>
  );
}
