import type { Key } from "../keys";
import { BigPicture, nextPicture, PictureStrip } from "../panels/Pictures";
import { ChartDialog } from "./ChartDialog";
import { Clapper, toggleRoll, typeSlate } from "./Clapper";
import { CueBar, fireNext, firePrevious } from "./CueBar";
import { Glance, openCharts } from "./Glance";
import { doNotWait, Pending } from "./Pending";
import { PreviewDialog } from "./PreviewDialog";
import { ShelfPanel, toggleLookFirst } from "./ShelfPanel";
import { chooseKey, nextTab, turnPage } from "./tabs";

/** The page used all day: the picture, what can go on air, the cues, the slate, and the stage's health. */
export function ShootPage() {
  return (
    <>
      <BigPicture letter="O" />
      <PictureStrip />
      <ShelfPanel />
      <div class="shoot-foot">
        <CueBar />
        <Clapper />
        <Glance />
      </div>
      <Pending />
      <PreviewDialog />
      <ChartDialog />
    </>
  );
}

const NUMBERED = "to 9: the preset with that number, wherever it stands";
const FIRST_NINE = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

export const SHOOT_KEYS: readonly Key[] = [
  { key: " ", does: "roll, or cut", act: toggleRoll },
  { key: "g", does: "GO: next cue", act: fireNext },
  { key: "f", does: "back to the previous cue", act: firePrevious },
  { key: "n", does: "type the slate", act: typeSlate },
  { key: "v", does: "preview the next choice before it goes on air", act: toggleLookFirst },
  { key: "t", does: "presets, sets, or cues", act: nextTab },
  { key: "[", does: "previous page of them", act: () => turnPage(-1) },
  { key: "]", does: "next page of them", act: () => turnPage(1) },
  { key: "x", does: "stop waiting for the set", act: doNotWait },
  { key: "o", does: "enlarge the next picture", act: nextPicture },
  { key: "c", does: "all test patterns", act: openCharts },
  ...FIRST_NINE.map((key, index) => ({ key, does: index === 0 ? NUMBERED : "", act: () => chooseKey(index + 1) })),
];
