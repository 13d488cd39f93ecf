import { computed } from "@preact/signals";
import { give } from "../link/commands";
import { shelves } from "../link/state";
import { Panel } from "../panels/Panel";
import { BigPicture } from "../panels/Pictures";
import { GroupDesk, resetGroup, stepGroup } from "./GroupDesk";
import { PresetDesk } from "./PresetDesk";
import { wayBack } from "./values";

const air = computed(() => shelves.air.value[""]);
const back = computed(() => (air.value ? wayBack(air.value.look, air.value.base) : new Map<string, unknown>()));

/** Every value of the look, beside the picture it makes and the preset it came from. */
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
      <PresetDesk air={now} back={back.value} />
      <Panel
        title="Look"
        area="controls"
        aside={<span class="aside">two taps on a slider: the preset's value · Shift: fine</span>}
      >
        <GroupDesk look={now.look} base={now.base} back={back.value} />
      </Panel>
    </>
  );
}

export function toggleHold(): void {
  void give("show.hold", { on: air.value?.held !== true });
}

export function toggleBlack(): void {
  void give("show.black", { on: air.value?.show.black !== true });
}

function press(selector: string): void {
  document.querySelector<HTMLButtonElement>(selector)?.click();
}

/** The page's keys. */
export const LOOK_KEYS: Readonly<Record<string, () => void>> = {
  u: () => void give("look.undo"),
  r: () => void give("look.redo"),
  "[": () => stepGroup(-1),
  "]": () => stepGroup(1),
  "0": () => resetGroup(back.value),
  s: () => press(".button-row .save"),
  c: () => press(".button-row .compare"),
};

/** Keys that act on the look page; none while something is typed. */
export function onLookKey(event: KeyboardEvent): void {
  const target = event.target as HTMLElement | null;
  if (event.ctrlKey || event.metaKey || event.altKey || target?.matches("input, select, textarea")) return;
  if (event.key === "h") toggleHold();
  else if (event.key === "b") toggleBlack();
  else LOOK_KEYS[event.key]?.();
}
