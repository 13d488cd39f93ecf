import { computed } from "@preact/signals";
import type { Key } from "../keys";
import { give } from "../link/commands";
import { shelves } from "../link/state";
import { Panel } from "../panels/Panel";
import { BigPicture } from "../panels/Pictures";
import { GroupPanel, resetGroup, stepGroup } from "./GroupPanel";
import { PresetPanel } from "./PresetPanel";
import { wayBack } from "./values";

const air = computed(() => shelves.air.value[""]);
const back = computed(() => (air.value ? wayBack(air.value.look, air.value.base) : new Map<string, unknown>()));

/** Every value of the look, beside its picture and its preset. */
export function LookPage() {
  const now = air.value;
  if (!now)
    return (
      <Panel title="Look" area="controls">
        <p class="hint">Waiting for the conductor.</p>
      </Panel>
    );
  return (
    <>
      <BigPicture />
      <PresetPanel air={now} back={back.value} />
      <Panel
        title="Look"
        area="controls"
        aside={<span class="aside">double-tap a slider to reset it · Shift for fine steps</span>}
      >
        <GroupPanel look={now.look} base={now.base} back={back.value} />
      </Panel>
    </>
  );
}

function press(selector: string): void {
  document.querySelector<HTMLButtonElement>(selector)?.click();
}

export const LOOK_KEYS: readonly Key[] = [
  { key: "[", does: "previous group of values", act: () => stepGroup(-1) },
  { key: "]", does: "next group of values", act: () => stepGroup(1) },
  { key: "0", does: "reset this group to the preset", act: () => resetGroup(back.value) },
  { key: "a", does: "switch between looks A and B", act: () => void give("look.ab") },
  { key: "c", does: "compare presets", act: () => press(".button-row .compare") },
  { key: "s", does: "save as a preset", act: () => press(".button-row .save") },
];
