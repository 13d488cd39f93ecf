import type { Key } from "../keys";
import { BigPicture, PictureStrip } from "../panels/Pictures";
import { PresetGrid, recallAt } from "./PresetGrid";
import { SetRow } from "./SetRow";
import { ShotPanel, toggleRoll } from "./ShotPanel";
import "./shoot.css";

/** What is looked at all day: the picture, the presets, the sets, and the shot. */
export function ShootPage() {
  return (
    <>
      <BigPicture />
      <PictureStrip />
      <PresetGrid />
      <SetRow />
      <ShotPanel />
    </>
  );
}

const FIRST_NINE = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

export const SHOOT_KEYS: readonly Key[] = [
  { key: " ", does: "roll, or cut", act: toggleRoll },
  ...FIRST_NINE.map((key, index) => ({ key, does: `preset ${key}`, act: () => recallAt(index) })),
];
