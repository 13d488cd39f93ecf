import { give } from "./link/commands";
import { shelves } from "./link/state";

/** What covers the picture on all walls, by precedence; "" where they show the picture. */
export type Cover = "" | "black" | "pattern" | "take" | "held";

export function coverNow(): Cover {
  const air = shelves.air.value[""];
  if (!air) return "";
  if (air.show.black) return "black";
  if (air.show.pattern) return "pattern";
  if (air.playing) return "take";
  return air.held ? "held" : "";
}

export function toggleHold(): void {
  void give("show.hold", { on: shelves.air.peek()[""]?.held !== true });
}

export function toggleBlack(): void {
  void give("show.black", { on: shelves.air.peek()[""]?.show.black !== true });
}

/** The chart of the key and the button. */
export const USUAL_PATTERN = "bars";

export function togglePattern(): void {
  const name = shelves.air.peek()[""]?.show.pattern ? null : USUAL_PATTERN;
  void give("show.pattern", { name });
}
