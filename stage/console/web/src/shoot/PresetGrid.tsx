import type { PresetCard } from "../generated/records";
import { give } from "../link/commands";
import { shelves } from "../link/state";
import { Panel } from "../panels/Panel";

const KEYED = 9;

function presets(): readonly PresetCard[] {
  return shelves.shelf.value[""]?.presets ?? [];
}

/** Recall the preset at a place of the grid, where there is one and it is whole. */
export function recallAt(index: number): void {
  const preset = presets()[index];
  if (preset && preset.problem === "") void give("look.recall", { preset: preset.name });
}

/** Presets as large buttons; keys 1 to 9 recall the first nine. */
export function PresetGrid() {
  const air = shelves.air.value[""];
  const changed = air?.preset === "" && air.recalled !== "";
  return (
    <Panel
      title="Presets"
      area="presets"
      aside={
        <span class="aside">
          {changed ? `${air.recalled}, changed by hand` : ""}
          {air?.changed_by && ` · last change by ${air.changed_by}`}
        </span>
      }
    >
      <div class="preset-grid">
        {presets().map((preset, index) => (
          <button
            type="button"
            key={preset.name}
            class="preset"
            style={{ "--mark": preset.colour }}
            disabled={preset.problem !== ""}
            aria-pressed={preset.name === air?.preset}
            title={preset.problem || preset.description}
            onClick={() => recallAt(index)}
          >
            <b>{preset.title}</b>
            <small>
              {preset.problem ? "broken" : preset.duration_s > 0 ? `${preset.duration_s} s` : "cut"}
              {index < KEYED && <kbd>{index + 1}</kbd>}
            </small>
          </button>
        ))}
      </div>
    </Panel>
  );
}
