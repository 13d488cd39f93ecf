import { shelves } from "./state";

/** What a stage file may lock while a take rolls. */
export type Lock = "go" | "sets" | "presets" | "black" | "pattern";

/** Whether a rolling take locks it now. */
export function isLocked(lock: Lock): boolean {
  const rolling = shelves.air.value[""]?.slate.rolling === true;
  return rolling && (shelves.stage.value[""]?.take_locks ?? []).includes(lock);
}
