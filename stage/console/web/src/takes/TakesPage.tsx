import type { Key } from "../keys";
import { BigPicture, nextPicture } from "../panels/Pictures";
import { Compare } from "./Compare";
import { compares, toggleCompare } from "./compare";
import { choose, goLive, step, toggleLoop, togglePlay } from "./playing";
import { TakeList } from "./TakeList";
import { TakeNotes, toggleCircle } from "./TakeNotes";
import { Transport } from "./Transport";

/** What was shot: find it, watch it on the walls, say something of it. */
export function TakesPage() {
  return (
    <>
      <TakeList />
      {compares.value ? <Compare /> : <BigPicture letter="W" />}
      <Transport />
      <TakeNotes />
    </>
  );
}

export const TAKES_KEYS: readonly Key[] = [
  { key: " ", does: "play the take on the walls, or stand", act: togglePlay },
  { key: "ArrowLeft", does: "one frame back", act: () => step(-1) },
  { key: "ArrowRight", does: "one frame on", act: () => step(1) },
  { key: "ArrowUp", does: "the take above", act: () => choose(-1) },
  { key: "ArrowDown", does: "the take below", act: () => choose(1) },
  { key: "l", does: "again and again, or once", act: toggleLoop },
  { key: "c", does: "circle the take", act: () => toggleCircle() },
  { key: "w", does: "next picture", act: nextPicture },
  { key: "v", does: "the take beside another or live", act: toggleCompare },
  { key: "Escape", does: "back to live", act: goLive },
];
