import type { Key } from "../keys";
import { nextViewpoint, StagePanel } from "../panels/StagePanel";
import { CheckPanel, toggleCheck } from "./CheckPanel";
import { ListenDialog } from "./ListenDialog";
import { PatchPanel } from "./PatchPanel";
import { SetupDialog } from "./SetupDialog";

/** The stage now: in 3-D with what the walls show, the signal paths, and the check. */
export function StagePage() {
  return (
    <>
      <StagePanel />
      <CheckPanel />
      <PatchPanel />
      <SetupDialog />
      <ListenDialog />
    </>
  );
}

export const STAGE_KEYS: readonly Key[] = [
  { key: "v", does: "next view of the stage", act: nextViewpoint },
  { key: "k", does: "check the stage, or cancel the check", act: toggleCheck },
];
