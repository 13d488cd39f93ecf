import { shelves } from "../link/state";
import { NS_PER_S } from "../words";

/** Progress of the running fade, 0 to 1, and the time left; null where none is running. */
export function fadeNow(): { share: number; leftS: number } | null {
  const air = shelves.air.value[""];
  const nowNs = shelves.pulse.value[""]?.now_ns;
  if (!air || nowNs === undefined || nowNs >= air.fade_until_ns) return null;
  const leftNs = air.fade_until_ns - nowNs;
  const wholeNs = Math.max(air.fade_until_ns - air.since_ns, leftNs);
  return { share: 1 - leftNs / wholeNs, leftS: leftNs / NS_PER_S };
}
