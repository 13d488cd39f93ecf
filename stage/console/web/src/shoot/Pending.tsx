import { mayAct } from "../link/acting";
import { give } from "../link/commands";
import { shelves } from "../link/state";

/** Cancel the wait by requesting the set that is on air. */
export function doNotWait(): void {
  const air = shelves.air.peek()[""];
  if (air?.pending) void give("scene.switch", { scene: air.scene });
}

/** Shows the set being waited for, with a button to cancel. */
export function Pending() {
  const air = shelves.air.value[""];
  if (!air?.pending) return null;
  return (
    <div class="pending" role="status">
      <span>
        Waiting for set <b>{air.pending}</b>: {air.scene} stays on the walls until it is ready.
      </span>
      <button type="button" disabled={!mayAct.value} onClick={doNotWait}>
        Cancel <kbd>X</kbd>
      </button>
    </div>
  );
}
