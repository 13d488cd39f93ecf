import { computed } from "@preact/signals";
import { linkState, shelves } from "./state";

/** Whether this page may change anything now: it is connected, and something is known to be on air. */
export const mayAct = computed(() => linkState.value === "live" && shelves.air.value[""] !== undefined);
