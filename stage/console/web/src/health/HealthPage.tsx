import type { Key } from "../keys";
import { Alerts } from "../panels/Alerts";
import { Graphs, toggleSpan } from "../panels/Graphs";
import { Processes } from "../panels/Processes";
import { Trackers } from "../panels/Trackers";
import { CommandLog } from "./CommandLog";
import { SetsHeld } from "./SetsHeld";

/** What is wrong and what to do; the figures now, over two minutes and over an hour. */
export function HealthPage() {
  return (
    <>
      <div class="health-left">
        <Alerts />
        <Trackers />
      </div>
      <Graphs />
      <div class="health-right">
        <Processes />
        <SetsHeld />
        <CommandLog />
      </div>
    </>
  );
}

export const HEALTH_KEYS: readonly Key[] = [{ key: "g", does: "graphs over two minutes or one hour", act: toggleSpan }];
