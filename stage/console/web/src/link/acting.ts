import { computed } from "@preact/signals";
import { isViewer } from "../door/session";
import { linkState, shelves } from "./state";

/** Whether this page may change anything now: it is connected, knows what is on air, and is not used by a
 * viewer. */
export const mayAct = computed(
  () => !isViewer.value && linkState.value === "live" && shelves.air.value[""] !== undefined,
);
