import type { Mood } from "../icons";
import { shelves } from "../link/state";

/** How a set stands: on the walls, ready, being read, broken, or not asked for yet. */
export interface Readiness {
  word: string;
  mood: Mood;
  ready: boolean;
  /** Why, or what happens when it is switched to. */
  detail: string;
}

const WORST_FIRST = ["failed", "loading", "ready"];
const READINESS: Record<string, Omit<Readiness, "detail">> = {
  failed: { word: "broken", mood: "critical", ready: false },
  loading: { word: "not ready: loading", mood: "warning", ready: false },
  ready: { word: "ready", mood: "good", ready: true },
};
const UNREAD: Readiness = {
  word: "not ready",
  mood: "warning",
  ready: false,
  detail: "Not read yet: the set before stays on the wall until it is read.",
};

/** How the render nodes hold a set: the worst of them counts. */
export function readinessOf(scene: string): Readiness {
  if (scene === shelves.air.value[""]?.scene) return { word: "on air", mood: "good", ready: true, detail: "" };
  const states = Object.values(shelves.set.value).filter((state) => state.scene === scene);
  for (const word of WORST_FIRST) {
    const state = states.find((each) => each.state === word);
    const known = READINESS[word];
    if (state && known) return { ...known, detail: state.detail };
  }
  return UNREAD;
}
