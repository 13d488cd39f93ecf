import { useComputed } from "@preact/signals";
import {
  type CameraState,
  type SourceClock,
  type SourceHealth,
  type SourceShape,
  Validity,
} from "../generated/records";
import { type Mood, Sign } from "../icons";
import { shelves, ticks } from "../link/state";
import { panTiltRollDeg } from "../stage3d/pose";
import { fixed, milliseconds, NS_PER_MS, signed } from "../words";
import { Panel } from "./Panel";

export const VALIDITY: Record<Validity, { mood: Mood; word: string }> = {
  [Validity.LIVE]: { mood: "good", word: "LIVE" },
  [Validity.STALE]: { mood: "warning", word: "STALE" },
  [Validity.LOST]: { mood: "critical", word: "LOST" },
};

/** Every tracker stream and the cameras it moves. */
export function Trackers() {
  const stage = shelves.stage.value[""];
  const sources = stage?.sources ?? [];
  const live = sources.filter(({ name }) => shelves.source.value[name]?.validity === Validity.LIVE).length;
  return (
    <Panel
      title="Trackers"
      area="trackers"
      aside={
        <span class="aside">{sources.length ? `${live} of ${sources.length} live` : "none in the stage file"}</span>
      }
    >
      <ul class="trackers">
        {sources.map((source) => (
          <Tracker
            key={source.name}
            source={source}
            health={shelves.source.value[source.name]}
            cameras={(stage?.cameras ?? []).filter((camera) => camera.source === source.name).map(({ name }) => name)}
          />
        ))}
      </ul>
    </Panel>
  );
}

interface TrackerProps {
  source: SourceShape;
  health: SourceHealth | undefined;
  cameras: string[];
}

function Tracker({ source, health, cameras }: TrackerProps) {
  const rejected = health?.rejected ?? [];
  const total = rejected.reduce((sum, [, count]) => sum + count, 0);
  const reasons = rejected.map(([reason, count]) => `${reason} ${count}`).join(", ");
  return (
    <li class="tracker" data-source={source.name}>
      <div class="tracker-head">
        <b>{source.name}</b>
        {health ? <Sign {...VALIDITY[health.validity]} /> : <Sign mood="idle" word="NOT REPORTED" />}
        <span class="number">
          {fixed(health?.rate_hz, 1)} <small>of {fixed(source.rate_hz, 0)} packets/s</small>
        </span>
      </div>
      <dl class="facts">
        <Fact name="jitter" value={`${fixed(health?.jitter_ms, 2)} ms`} />
        <Fact name="gaps" value={String(health?.gaps ?? "–")} />
        <Fact name="clock" value={clockWords(health?.clock)} />
        {health?.clock.habit && <Fact name="sends" value={health.clock.habit} />}
        <Fact name="from" value={health?.sender || "none yet"} />
        {total > 0 && <Fact name="rejected" value={`${total} (${reasons})`} />}
      </dl>
      {health?.warning && (
        <p class="warn">
          <Sign mood="warning" word={health.warning} />
        </p>
      )}
      {cameras.map((camera) => (
        <CameraLine key={camera} name={camera} />
      ))}
    </li>
  );
}

/** A sender's clock: its state, the rate found, how late packets are on average. */
export function clockWords(clock: SourceClock | undefined): string {
  if (!clock?.rate_hz) return clock?.state ?? "–";
  return `${clock.state}, ${fixed(clock.rate_hz, 1)} poses/s, ${fixed(clock.lateness_ms, 1)} ms late`;
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class="number">{value}</dd>
    </div>
  );
}

/** Where a camera is; updated twice a second to keep the digits readable. */
function CameraLine({ name }: { name: string }) {
  const state = useComputed<CameraState | undefined>(() => {
    ticks.value;
    return shelves.frame.peek()[""]?.cameras.find((camera) => camera.name === name);
  }).value;
  if (!state) return null;
  const [x, y, z] = state.position_m;
  const [pan, tilt, roll] = panTiltRollDeg(state.orientation);
  return (
    <div class="camera" data-camera={name}>
      <b>camera {name}</b>
      <span>
        x {signed(x, 3)} y {signed(y, 3)} z {signed(z, 3)} m
      </span>
      <span>
        pan {signed(pan, 1)}° tilt {signed(tilt, 1)}° roll {signed(roll, 1)}°
      </span>
      <span>
        {fixed(state.lens.focal_length_mm, 1)} mm ·{" "}
        {state.sample_number === null
          ? "not tracked yet: at its initial pose"
          : `${milliseconds(state.horizon_ns / NS_PER_MS)} ms ahead`}
      </span>
    </div>
  );
}
