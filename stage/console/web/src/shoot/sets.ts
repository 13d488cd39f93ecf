import type { SetState } from "../generated/records";
import type { Mood } from "../icons";
import { shelves } from "../link/state";

/** A set's state: on air, ready, loading, broken, or not requested yet. */
export interface Readiness {
  word: string;
  mood: Mood;
  ready: boolean;
  /** The reason, or what happens on switching to it. */
  detail: string;
  /** How much of it is loaded, 0 to 1; 1 unless it is loading. */
  share: number;
}

const WORST_FIRST = ["failed", "loading", "ready"];
const READINESS: Record<string, Omit<Readiness, "detail" | "share">> = {
  failed: { word: "broken", mood: "critical", ready: false },
  loading: { word: "not ready: loading", mood: "warning", ready: false },
  ready: { word: "ready", mood: "good", ready: true },
};
const UNREAD: Readiness = {
  word: "not ready",
  mood: "warning",
  ready: false,
  detail: "Not loaded yet: the present set stays on the walls until it is.",
  share: 1,
};

/** `not ready: loading 45 %, 3 s`. */
function wordOf(state: SetState, word: string): string {
  return state.state === "loading" ? `${word} ${loadedWords(state)}` : word;
}

/** How much is loaded, and for how long it has been loading. */
export function loadedWords(state: SetState): string {
  return `${Math.round(state.share * 100)} %, ${Math.round(state.loading_s)} s`;
}

/** A set's state on the render nodes: the worst one counts. */
export function readinessOf(scene: string): Readiness {
  if (scene === shelves.air.value[""]?.scene)
    return { word: "on air", mood: "good", ready: true, detail: "", share: 1 };
  const states = Object.values(shelves.set.value).filter((state) => state.scene === scene);
  for (const word of WORST_FIRST) {
    const state = states.find((each) => each.state === word);
    const known = READINESS[word];
    if (state && known) return { ...known, word: wordOf(state, known.word), detail: state.detail, share: state.share };
  }
  return UNREAD;
}
