import type { Key } from "../keys";
import { BigPicture, nextPicture, PictureStrip } from "../panels/Pictures";
import { ChartDialog } from "./ChartDialog";
import { Clapper, toggleRoll, typeSlate } from "./Clapper";
import { CueBar, fireNext, firePrevious } from "./CueBar";
import { Glance, openCharts } from "./Glance";
import { doNotWait, Pending } from "./Pending";
import { PreviewDialog } from "./PreviewDialog";
import { ShelfPanel, toggleLookFirst } from "./ShelfPanel";
import { chooseAt, nextTab, turnPage } from "./tabs";

/** What is looked at all day: the picture, what can be brought to air, the cues, the slate, and how the stage is. */
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

const NUMBERED = "the preset, set or cue with this number; 2 to 9 likewise";
const FIRST_NINE = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

export const SHOOT_KEYS: readonly Key[] = [
  { key: " ", does: "roll, or cut", act: toggleRoll },
  { key: "g", does: "GO: the next cue", act: fireNext },
  { key: "f", does: "back to the cue before", act: firePrevious },
  { key: "n", does: "type the slate", act: typeSlate },
  { key: "v", does: "preview: the next choice is looked at first", act: toggleLookFirst },
  { key: "t", does: "presets, sets, or cues", act: nextTab },
  { key: "[", does: "the page of them before", act: () => turnPage(-1) },
  { key: "]", does: "the next page of them", act: () => turnPage(1) },
  { key: "x", does: "do not wait for the set that is not ready", act: doNotWait },
  { key: "o", does: "the next picture, large", act: nextPicture },
  { key: "c", does: "all test patterns", act: openCharts },
  ...FIRST_NINE.map((key, index) => ({ key, does: index === 0 ? NUMBERED : "", act: () => chooseAt(index) })),
];
