import { shelves } from "../link/state";
import { NS_PER_S } from "../words";

/** How far the fade that runs has come: its share from 0 to 1 and what is left; null where none runs. */
export function fadeNow(): { share: number; leftS: number } | null {
  const air = shelves.air.value[""];
  const nowNs = shelves.pulse.value[""]?.now_ns;
  if (!air || nowNs === undefined || nowNs >= air.fade_until_ns) return null;
  const leftNs = air.fade_until_ns - nowNs;
  const wholeNs = Math.max(air.fade_until_ns - air.since_ns, leftNs);
  return { share: 1 - leftNs / wholeNs, leftS: leftNs / NS_PER_S };
}
