import type { FixtureShape, OutputShape, PlacedTile, SourceShape } from "../generated/records";
import { type Mood, Sign } from "../icons";
import { pictureInfos } from "../link/pictures";
import { shelves, ticks } from "../link/state";
import { Panel } from "../panels/Panel";
import { VALIDITY } from "../panels/Trackers";
import { duration, fixed } from "../words";
import { LedRows } from "./LedRows";
import { listenOpen } from "./ListenDialog";
import { SendRows } from "./SendRows";
import { setupOpen } from "./SetupDialog";

/** Previews come five times a second; an output whose picture is older than this is not live. */
const STALE_MS = 3000;

/** Where every signal goes, and whether it is live: outputs to tiles, trackers to cameras, lamps to their slots. */
export function PatchPanel() {
  const stage = shelves.stage.value[""];
  if (!stage) return null;
  return (
    <Panel
      title="Patch"
      area="patch"
      aside={
        <span class="align-button">
          <span class="aside">{`${stage.name}, ${stage.frame_rate} frames/s`}</span>
          <button
            type="button"
            onClick={() => {
              listenOpen.value = true;
            }}
          >
            Find a tracker
          </button>
          <button
            type="button"
            onClick={() => {
              setupOpen.value = true;
            }}
          >
            Align the tracker
          </button>
        </span>
      }
    >
      <table class="figures-table patch">
        <thead>
          <tr>
            <th>output</th>
            <th>raster</th>
            <th>carries</th>
            <th>state</th>
          </tr>
        </thead>
        <tbody>
          {stage.outputs.map((output) => (
            <OutputRow key={output.name} output={output} />
          ))}
        </tbody>
        <thead>
          <tr>
            <th>tracker</th>
            <th>from</th>
            <th>moves</th>
            <th>state</th>
          </tr>
        </thead>
        <tbody>
          {stage.sources.map((source) => (
            <SourceRow
              key={source.name}
              source={source}
              cameras={stage.cameras.filter((camera) => camera.source === source.name).map(({ name }) => name)}
            />
          ))}
        </tbody>
        <SendRows />
        <LedRows />
        {stage.fixtures.length > 0 && (
          <>
            <thead>
              <tr>
                <th>lamp</th>
                <th>universe / slot</th>
                <th>kind</th>
                <th>state</th>
              </tr>
            </thead>
            <tbody>
              {stage.fixtures.map((fixture) => (
                <FixtureRow key={fixture.name} fixture={fixture} />
              ))}
            </tbody>
          </>
        )}
      </table>
    </Panel>
  );
}

function OutputRow({ output }: { output: OutputShape }) {
  const [width, height] = output.size_px;
  return (
    <tr data-output={output.name}>
      <th scope="row">{output.name}</th>
      <td class="number">
        {width} × {height} px
        <br />
        <small>{output.screen === null ? (output.windowed ? "window" : "offscreen") : `screen ${output.screen}`}</small>
      </td>
      <td class="number">
        {output.tiles.map((tile) => (
          <TileLine key={`${tile.wall}/${tile.tile}`} tile={tile} />
        ))}
        {output.tiles.length === 0 && <small>no tile</small>}
      </td>
      <td>
        <OutputState name={output.name} />
      </td>
    </tr>
  );
}

function TileLine({ tile }: { tile: PlacedTile }) {
  const [, , width, height] = tile.canvas_px;
  const [x, y] = tile.output_px;
  return (
    <div>
      <b>
        {tile.wall}/{tile.tile}
      </b>{" "}
      {width}×{height} at {x}, {y}
      {tile.rotation_deg !== 0 && ` turned ${tile.rotation_deg}°`}
    </div>
  );
}

function OutputState({ name }: { name: string }) {
  ticks.value;
  const info = pictureInfos.value[name];
  const ageMs = info ? performance.now() - info.atMs : Number.POSITIVE_INFINITY;
  if (!info) return <Sign mood="starting" word="no picture" />;
  if (ageMs > STALE_MS) return <Sign mood="warning" word={`old, ${duration(ageMs / 1000)}`} />;
  return (
    <>
      <Sign mood="good" word="live" /> <small>{info.node}</small>
    </>
  );
}

function SourceRow({ source, cameras }: { source: SourceShape; cameras: string[] }) {
  const health = shelves.source.value[source.name];
  return (
    <tr data-source={source.name}>
      <th scope="row">{source.name}</th>
      <td class="number">
        {source.protocol}
        <br />
        <small>{source.address}</small>
      </td>
      <td>
        {cameras.length > 0 ? cameras.map((name) => <CameraLine key={name} name={name} />) : <small>no camera</small>}
      </td>
      <td>
        {health ? <Sign {...VALIDITY[health.validity]} /> : <Sign mood="idle" word="not reported" />}
        <br />
        <small class="number">
          {fixed(health?.rate_hz, 1)} of {fixed(source.rate_hz, 0)} /s
        </small>
        {health?.clock.habit && (
          <small>
            <br />
            {health.clock.habit}
          </small>
        )}
      </td>
    </tr>
  );
}

/** A camera, whether its inner view covered its picture, how fast a pan may be until the margin ends, and how far off
 * its predicted poses were. */
function CameraLine({ name }: { name: string }) {
  const margin = shelves.margin.value[name];
  const forecast = shelves.forecast.value[name];
  return (
    <div>
      camera {name}
      {margin && (
        <small class="number">
          <br />
          {margin.missed > 0
            ? `picture edge missed by ${fixed(margin.worst_deg, 1)} deg in ${margin.missed} frames of the last minute`
            : "picture covered"}
          {margin.holds_deg_s !== null && ` · margin lasts to ${fixed(margin.holds_deg_s, 0)} deg/s unpredicted`}
        </small>
      )}
      {forecast && (
        <small class="number" data-forecast={name}>
          <br />
          {`predicted ${fixed(forecast.horizon_ms, 0)} ms ahead: ${fixed(forecast.missed_mm, 1)} mm, ${fixed(forecast.missed_deg, 2)} deg off`}
          {` (held: ${fixed(forecast.held_mm, 1)} mm, ${fixed(forecast.held_deg, 2)} deg)`}
        </small>
      )}
    </div>
  );
}

const WORDS: Record<string, { mood: Mood; word: string }> = {
  scene: { mood: "good", word: "following" },
  fixed: { mood: "info", word: "fixed" },
  identify: { mood: "warning", word: "identifying" },
  off: { mood: "idle", word: "out" },
};

function FixtureRow({ fixture }: { fixture: FixtureShape }) {
  const lights = shelves.lights.value[""];
  const now = lights?.fixtures.find(({ name }) => name === fixture.name);
  const desk = lights?.desk.includes(fixture.universe) ?? false;
  const state = desk
    ? { mood: "warning" as const, word: "lighting desk" }
    : (WORDS[now?.source ?? ""] ?? { mood: "idle" as const, word: "not reported" });
  return (
    <tr data-fixture={fixture.name}>
      <th scope="row">{fixture.name}</th>
      <td class="number">
        {fixture.universe} / {fixture.address}
      </td>
      <td>
        {fixture.kind}, {fixture.bits} bit
      </td>
      <td>
        <Sign {...state} /> {now && <small class="number">{Math.round(now.level * 100)} %</small>}
      </td>
    </tr>
  );
}
