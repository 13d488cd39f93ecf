import { give } from "../link/commands";
import { shelves } from "../link/state";

const WORDS: Record<string, string> = { ready: "ready", loading: "loading …", failed: "broken" };

/** How the render nodes hold a set: the worst of them counts. A set that is not held is read when it is asked for. */
function stateOf(scene: string): { state: string; detail: string } {
  const states = Object.values(shelves.set.value).filter((state) => state.scene === scene);
  const worst = ["failed", "loading", "ready"]
    .map((word) => states.find((state) => state.state === word))
    .find(Boolean);
  return worst ?? { state: "unread", detail: "not read yet: the set before stays on the wall until it is" };
}

/** The sets: on air, ready, or read first and then switched to. */
export function SetRow() {
  const scenes = shelves.shelf.value[""]?.scenes ?? [];
  const air = shelves.air.value[""];
  return (
    <section class="panel panel-sets set-row" aria-label="Set">
      <span class="row-name">Set</span>
      {scenes.map((scene) => {
        const { state, detail } = stateOf(scene);
        return (
          <button
            type="button"
            key={scene}
            aria-pressed={scene === air?.scene}
            title={detail}
            onClick={() => void give("scene.switch", { scene, when_ready: true })}
          >
            {scene}
            <small class={`set-state set-${state}`}>
              {scene === air?.pending ? "waited for" : (WORDS[state] ?? "")}
            </small>
          </button>
        );
      })}
    </section>
  );
}
