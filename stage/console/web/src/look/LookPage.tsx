import { computed } from "@preact/signals";
import { give } from "../link/commands";
import { shelves } from "../link/state";
import { Panel } from "../panels/Panel";
import { BigPicture } from "../panels/Pictures";
import { GROUPS, wallControl } from "./controls";
import { Field } from "./Field";

const air = computed(() => shelves.air.value[""]);

/** Everything of the look, the presets and the sets, beside the picture they make. */
export function LookPage() {
  return (
    <>
      <BigPicture />
      <Presets />
      <Sets />
      <ShowButtons />
      <Controls />
    </>
  );
}

/** Presets as large buttons; keys 1 to 9 recall the first nine. */
function Presets() {
  const presets = shelves.shelf.value[""]?.presets ?? [];
  const now = air.value?.preset;
  return (
    <Panel title="Presets" area="presets" aside={<Steps />}>
      <div class="preset-grid">
        {presets.map((preset, index) => (
          <button
            type="button"
            key={preset.name}
            class="preset"
            style={{ "--mark": preset.colour }}
            disabled={preset.problem !== ""}
            aria-pressed={preset.name === now}
            title={preset.problem || preset.description}
            onClick={() => void give("look.recall", { preset: preset.name })}
          >
            <b>{preset.title}</b>
            <small>
              {preset.problem ? "broken" : preset.duration_s > 0 ? `${preset.duration_s} s` : "cut"}
              {index < 9 && <kbd>{index + 1}</kbd>}
            </small>
          </button>
        ))}
      </div>
    </Panel>
  );
}

/** Where the look came from, and the steps back and forward. */
function Steps() {
  const now = air.value;
  return (
    <span class="steps">
      <span class="aside">{now?.preset ? `on air: ${now.preset}` : "changed by hand"}</span>
      <button type="button" disabled={!now?.undo_steps} onClick={() => void give("look.undo")}>
        Undo <kbd>U</kbd>
      </button>
      <button type="button" disabled={!now?.redo_steps} onClick={() => void give("look.redo")}>
        Redo <kbd>R</kbd>
      </button>
    </span>
  );
}

const WORDS: Record<string, string> = { ready: "ready", loading: "loading …", failed: "broken" };

/** How the render nodes hold a set: the worst of them counts. A set that is not held is read when it is switched to. */
function stateOf(scene: string): { state: string; detail: string } {
  const states = Object.values(shelves.set.value).filter((state) => state.scene === scene);
  const worst = ["failed", "loading", "ready"]
    .map((word) => states.find((state) => state.state === word))
    .find(Boolean);
  return worst ?? { state: "unread", detail: "not read yet: the set before stays on the wall until it is" };
}

function Sets() {
  const scenes = shelves.shelf.value[""]?.scenes ?? [];
  return (
    <section class="panel panel-sets set-row" aria-label="Set">
      <span class="row-name">Set</span>
      {scenes.map((scene) => (
        <button
          type="button"
          key={scene}
          aria-pressed={scene === air.value?.scene}
          title={stateOf(scene).detail}
          onClick={() => void give("scene.switch", { scene, when_ready: true })}
        >
          {scene}
          <small class={`set-state set-${stateOf(scene).state}`}>{WORDS[stateOf(scene).state] ?? "not read"}</small>
        </button>
      ))}
    </section>
  );
}

/** What the walls do beside the look: hold, black, patterns; and the steps back. */
function ShowButtons() {
  const now = air.value;
  const pattern = now?.show.pattern ?? "";
  return (
    <section class="panel panel-show show-buttons" aria-label="Show">
      <button type="button" class="big-button" aria-pressed={now?.held === true} onClick={() => toggleHold()}>
        HOLD <kbd>H</kbd>
      </button>
      <button
        type="button"
        class="big-button big-black"
        aria-pressed={now?.show.black === true}
        onClick={() => toggleBlack()}
      >
        BLACK <kbd>B</kbd>
      </button>
      <label class="pattern-choice">
        <span>Test pattern</span>
        <select
          value={pattern}
          aria-label="Test pattern"
          onChange={(event) => void give("show.pattern", { name: event.currentTarget.value })}
        >
          {["", ...(shelves.shelf.value[""]?.patterns ?? [])].map((name) => (
            <option key={name} value={name}>
              {name || "none"}
            </option>
          ))}
        </select>
      </label>
    </section>
  );
}

function Controls() {
  const look = air.value?.look;
  const walls = shelves.stage.value[""]?.walls ?? [];
  if (!look)
    return (
      <Panel title="Look" area="controls">
        Waiting for the conductor.
      </Panel>
    );
  return (
    <Panel
      title="Look"
      area="controls"
      aside={<span class="aside">{air.value?.changed_by ? `last change by ${air.value.changed_by}` : ""}</span>}
    >
      <div class="groups">
        {GROUPS.map((group) => (
          <fieldset key={group.title}>
            <legend>{group.title}</legend>
            {group.controls.map((control) => (
              <Field key={control.path} control={control} look={look} />
            ))}
          </fieldset>
        ))}
        <fieldset>
          <legend>Walls</legend>
          {walls.map((wall) => (
            <Field key={wall.name} control={wallControl(wall.name)} look={look} unset={1} />
          ))}
        </fieldset>
      </div>
    </Panel>
  );
}

export function toggleHold(): void {
  void give("show.hold", { on: air.value?.held !== true });
}

export function toggleBlack(): void {
  void give("show.black", { on: air.value?.show.black !== true });
}

/** Keys that act on the look page; none while something is typed. */
export function onLookKey(event: KeyboardEvent): void {
  const target = event.target as HTMLElement | null;
  if (event.ctrlKey || event.metaKey || event.altKey || target?.matches("input, select, textarea")) return;
  const preset = shelves.shelf.value[""]?.presets[Number(event.key) - 1];
  if (event.key >= "1" && event.key <= "9" && preset) void give("look.recall", { preset: preset.name });
  else if (event.key === "h") toggleHold();
  else if (event.key === "b") toggleBlack();
  else if (event.key === "u") void give("look.undo");
  else if (event.key === "r") void give("look.redo");
}
