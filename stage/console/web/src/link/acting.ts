import { computed } from "@preact/signals";
import { isViewer } from "../door/session";
import { linkState, shelves } from "./state";

/** Whether this page may change anything now: it is connected, something is known to be on air, and who uses it
 * is no viewer. */
export const mayAct = computed(
  () => !isViewer.value && linkState.value === "live" && shelves.air.value[""] !== undefined,
);
