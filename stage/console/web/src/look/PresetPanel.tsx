import { useState } from "preact/hooks";
import type { OnAir, PresetCard } from "../generated/records";
import { mayAct } from "../link/acting";
import { give } from "../link/commands";
import { shelves } from "../link/state";
import { Panel } from "../panels/Panel";
import { AbSwitch } from "./AbSwitch";
import { CompareDialog } from "./CompareDialog";
import { takeBack } from "./GroupPanel";
import { told } from "./groups";
import { SaveDialog } from "./SaveDialog";

/** The look's origin and the ways back: undo, redo, the preset, A and B; and saving the look on air. */
export function PresetPanel({ air, back }: { air: OnAir; back: Map<string, unknown> }) {
  const [open, setOpen] = useState<"" | "save" | "compare">("");
  const presets = shelves.shelf.value[""]?.presets ?? [];
  const title = presets.find(({ name }) => name === air.recalled)?.title ?? air.recalled;
  const by = air.changed_by ? `last change by ${air.changed_by}` : "";
  return (
    <Panel
      title={title ? `From preset ${title}` : "No preset"}
      area="preset-panel"
      aside={<span class="aside">{by}</span>}
    >
      <div class="preset-panel">
        <div class="button-row">
          <StepButton word="Undo" letter="U" steps={air.undo_steps} what={air.undo_of ?? ""} command="look.undo" />
          <StepButton word="Redo" letter="R" steps={air.redo_steps} what={air.redo_of ?? ""} command="look.redo" />
        </div>
        <div class="button-row">
          <AbSwitch air={air} />
          <button type="button" disabled={back.size === 0 || !mayAct.value} onClick={() => takeBack(back, back.keys())}>
            Reset all
            {back.size > 0 && <b class="changes">{back.size}</b>}
          </button>
        </div>
        <div class="button-row">
          <button type="button" class="compare" onClick={() => setOpen("compare")}>
            Compare … <kbd>C</kbd>
          </button>
          <button type="button" class="save" disabled={!mayAct.value} onClick={() => setOpen("save")}>
            Save preset … <kbd>S</kbd>
          </button>
        </div>
        <PresetList presets={presets} recalled={air.recalled} changed={air.preset === null} />
      </div>
      {open === "save" && <SaveDialog air={air} presets={presets} close={() => setOpen("")} />}
      {open === "compare" && <CompareDialog recalled={air.recalled} presets={presets} close={() => setOpen("")} />}
    </Panel>
  );
}

interface StepProps {
  word: string;
  letter: string;
  steps: number;
  what: string;
  command: "look.undo" | "look.redo";
}

function StepButton({ word, letter, steps, what, command }: StepProps) {
  return (
    <button
      type="button"
      class="step"
      disabled={steps === 0 || !mayAct.value}
      title={told(what)}
      onClick={() => void give(command)}
    >
      <span>
        {word} <kbd>{letter}</kbd>
      </span>
      <small class="one-line">{steps === 0 ? "nothing" : told(what)}</small>
    </button>
  );
}

/** Presets as small buttons: the large ones with pictures are on the Shoot page. */
function PresetList({
  presets,
  recalled,
  changed,
}: {
  presets: PresetCard[];
  recalled: string | null;
  changed: boolean;
}) {
  return (
    <div class="preset-grid">
      {presets.map((preset) => (
        <button
          type="button"
          key={preset.name}
          class="preset"
          style={{ "--mark": preset.colour }}
          disabled={preset.problem !== null || !mayAct.value}
          aria-pressed={preset.name === recalled && !changed}
          title={preset.problem ?? preset.description}
          onClick={() => void give("look.recall", { preset: preset.name })}
        >
          <b>{preset.title}</b>
          {preset.problem && <small>broken</small>}
        </button>
      ))}
    </div>
  );
}
