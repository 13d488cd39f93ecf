import type { Key } from "../keys";
import { nextViewpoint, StagePanel } from "../panels/StagePanel";
import { CheckPanel, toggleCheck } from "./CheckPanel";
import { PatchPanel } from "./PatchPanel";

/** The stage as it stands: in 3-D with what the walls show, where every signal goes, and whether it proves right. */
export function StagePage() {
  return (
    <>
      <StagePanel />
      <CheckPanel />
      <PatchPanel />
    </>
  );
}

export const STAGE_KEYS: readonly Key[] = [
  { key: "v", does: "the next view of the stage", act: nextViewpoint },
  { key: "k", does: "check the stage, or end the check", act: toggleCheck },
];
