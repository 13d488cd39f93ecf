import type { OnAir } from "../generated/records";
import { mayAct } from "../link/acting";
import { give } from "../link/commands";

type Slot = "a" | "b";

/** Two looks to switch between: keep the look on air in A or B, then go from one to the other. */
export function AbSwitch({ air }: { air: OnAir }) {
  return (
    <span class="ab">
      {(["a", "b"] as const).map((slot) => (
        <SlotButtons key={slot} slot={slot} state={stateOf(air, slot)} />
      ))}
    </span>
  );
}

interface SlotState {
  /** The kept look in a word; undefined where there is none. */
  kept: string | undefined;
  on: boolean;
}

function stateOf({ slots, slot_on }: OnAir, slot: Slot): SlotState {
  const kept = slots.find((each) => each.slot === slot);
  return { kept: kept && (kept.preset || "unsaved look"), on: slot_on === slot };
}

function SlotButtons({ slot, state }: { slot: Slot; state: SlotState }) {
  const name = slot.toUpperCase();
  return (
    <span class="ab-slot">
      <button
        type="button"
        aria-pressed={state.on}
        disabled={state.kept === undefined || !mayAct.value}
        title={state.kept}
        aria-label={`Go to look ${name}`}
        onClick={() => void give("look.ab", { slot })}
      >
        {name}
      </button>
      <button
        type="button"
        class="ab-keep"
        disabled={!mayAct.value}
        aria-label={`Keep the look on air in ${name}`}
        onClick={() => void give("look.keep", { slot })}
      >
        keep
      </button>
    </span>
  );
}
