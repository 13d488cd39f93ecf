import { mayAct } from "../link/acting";
import { give } from "../link/commands";
import { shelves } from "../link/state";

/** Call off the wait: the set on air is asked for again. */
export function doNotWait(): void {
  const air = shelves.air.peek()[""];
  if (air?.pending) void give("scene.switch", { scene: air.scene });
}

/** A set that is waited for: it is said, with the way out of it. */
export function Pending() {
  const air = shelves.air.value[""];
  if (!air?.pending) return null;
  return (
    <div class="pending" role="status">
      <span>
        Waiting for set <b>{air.pending}</b>: {air.scene} stays on the walls until it is ready.
      </span>
      <button type="button" disabled={!mayAct.value} onClick={doNotWait}>
        Do not wait <kbd>X</kbd>
      </button>
    </div>
  );
}
