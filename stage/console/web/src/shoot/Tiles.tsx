import { Icon, Sign } from "../icons";
import { mayAct } from "../link/acting";
import { shelves } from "../link/state";
import { fixed } from "../words";
import { fadeNow } from "./fade";
import { lossesOf, passportOf } from "./Passport";
import { Still } from "./Still";
import { readinessOf } from "./sets";
import { type Choice, choose, isLockedNow, look, onPage, tab } from "./tabs";
import { pressed } from "./touch";

const STILL_PX = 320;

/** The choices on the open page: pictures for presets and sets, lines for cues. */
export function Tiles() {
  const { name } = tab.value;
  const Tile = TILES[name];
  return (
    <div class={`tiles tiles-${name}`}>
      {onPage.value.map((choice) => (
        <Tile key={choice.id} choice={choice} />
      ))}
    </div>
  );
}

interface TileProps {
  choice: Choice;
}

function presses(choice: Choice) {
  return pressed({ short: () => choose(choice), long: () => look(choice) });
}

function lockClass(choice: Choice): string {
  return isLockedNow(choice) ? " is-locked" : "";
}

function PresetTile({ choice }: TileProps) {
  const air = shelves.air.value[""];
  const card = shelves.shelf.value[""]?.presets.find(({ name }) => name === choice.id);
  const last = air?.recalled === choice.id;
  const onAir = air?.preset === choice.id;
  const changed = last && !onAir && air?.preset === null;
  const fade = onAir ? fadeNow() : null;
  return (
    <button
      type="button"
      class={`preset tile${choice.problem ? " is-broken" : ""}${changed ? " is-changed" : ""}${lockClass(choice)}`}
      style={{ "--mark": choice.colour }}
      data-preset={choice.id}
      disabled={!mayAct.value}
      aria-pressed={onAir}
      title={choice.problem ?? card?.description}
      {...presses(choice)}
    >
      {choice.problem ? (
        <span class="still still-none" />
      ) : (
        <Still preset={choice.preset} scene="" widthPx={STILL_PX} revision={card?.revision ?? ""} />
      )}
      {card?.key && <kbd>{card.key}</kbd>}
      <span class="tile-marks">
        {card?.locked && <i class="mark">locked</i>}
        {onAir && <i class="mark mark-air">ON AIR</i>}
        {changed && <i class="mark mark-changed">changed</i>}
      </span>
      <span class="tile-words">
        <b class="one-line">{choice.title}</b>
        <small>{choice.problem ? <Sign mood="critical" word="broken" /> : lengthOf(card?.duration_s ?? 0, fade)}</small>
      </span>
      {fade && <span class="fade-bar" style={{ width: `${fade.share * 100}%` }} />}
    </button>
  );
}

function lengthOf(durationS: number, fade: { leftS: number } | null): string {
  if (fade) return `${fixed(fade.leftS, 1)} s left`;
  return durationS > 0 ? `${durationS} s` : "cut";
}

function SetTile({ choice }: TileProps) {
  const air = shelves.air.value[""];
  const readiness = readinessOf(choice.id);
  const pending = air?.pending === choice.id;
  const passport = passportOf(choice.id);
  const losses = passport ? lossesOf(passport) : "";
  return (
    <button
      type="button"
      class={`preset tile set-tile${choice.problem ? " is-broken" : ""}${lockClass(choice)}`}
      data-set={choice.id}
      disabled={!mayAct.value}
      aria-pressed={air?.scene === choice.id}
      title={losses ? `Its files: ${losses}. Press long to see what.` : readiness.detail}
      {...presses(choice)}
    >
      <Still preset={choice.preset} scene={choice.scene} widthPx={STILL_PX} />
      <span class="tile-marks">
        {air?.scene === choice.id && <i class="mark mark-air">ON AIR</i>}
        {pending && <i class="mark mark-changed">pending</i>}
      </span>
      <span class="tile-words">
        <b class="one-line">{choice.title}</b>
        <small class={`set-state sign-${readiness.mood}`}>
          <Icon mood={readiness.mood} /> {readiness.word}
        </small>
        {losses && (
          <small class="set-state sign-warning">
            <Icon mood="warning" /> {losses}
          </small>
        )}
      </span>
      {readiness.share < 1 && <span class="fade-bar" style={{ width: `${readiness.share * 100}%` }} />}
    </button>
  );
}

function CueTile({ choice }: TileProps) {
  const list = shelves.cues.value[""];
  const row = list?.cues.find(({ id }) => id === choice.id);
  if (!list || !row) return null;
  const current = list.current === row.id;
  const next = list.next === row.id;
  return (
    <button
      type="button"
      class={`cue-row${row.done ? " is-done" : ""}${next ? " is-next" : ""}${lockClass(choice)}`}
      style={{ "--mark": row.colour || "transparent" }}
      data-cue={row.id}
      disabled={!mayAct.value}
      aria-pressed={current}
      title={row.notes}
      {...presses(choice)}
    >
      <b class="cue-id">{row.id}</b>
      <span class="cue-words one-line">
        <b class="one-line">{row.title || row.heading}</b>
        <small class="one-line">{[row.set, row.preset].filter(Boolean).join(" · ") || "nothing changes"}</small>
      </span>
      <span class="cue-state">
        {current && <i class="mark mark-air">ON AIR</i>}
        {next && <i class="mark">next</i>}
        {row.done && <i class="mark mark-done">done</i>}
        {row.problem && <Sign mood="critical" word="broken" />}
      </span>
    </button>
  );
}

const TILES = { presets: PresetTile, sets: SetTile, cues: CueTile };
