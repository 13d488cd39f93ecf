import type { ProcessState } from "../generated/records";
import { type Mood, Sign } from "../icons";
import { shelves } from "../link/state";
import { duration, fixed, milliseconds, NS_PER_S } from "../words";
import { Panel } from "./Panel";

const MOODS: Record<string, Mood> = {
  running: "good",
  starting: "starting",
  restarting: "critical",
  failed: "critical",
  stopping: "idle",
  stopped: "idle",
};

/** The manager's process table, with figures from the real-time loops. */
export function Processes() {
  const rows = Object.values(shelves.process.value).sort((a, b) => a.role.localeCompare(b.role));
  return (
    <Panel
      title="Processes"
      area="processes"
      aside={
        <span class="aside">
          {rows.length
            ? `${rows.filter((row) => row.state === "running").length} of ${rows.length} running`
            : "not reported"}
        </span>
      }
    >
      <table class="processes">
        <thead>
          <tr>
            <th>process</th>
            <th class="state">state</th>
            <th class="right wide">restarts</th>
            <th class="right">CPU</th>
            <th class="right">MB</th>
            <th class="right wide" title="How late the loop wakes, 99th percentile">
              late ms
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.role} row={row} />
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function Row({ row }: { row: ProcessState }) {
  const loop = shelves.loop.value[row.role];
  const nowNs = shelves.pulse.value[""]?.now_ns ?? row.since_ns;
  return (
    <>
      <tr data-role={row.role}>
        <th scope="row" title={row.role}>
          {row.role}
        </th>
        <td>
          <Sign mood={MOODS[row.state] ?? "warning"} word={row.state} />
        </td>
        <td class={row.restarts > 0 ? "right number warn" : "right number"}>{row.restarts}</td>
        <td class="right number">{fixed(row.cpu_percent, 0)}%</td>
        <td class="right number">{fixed(row.memory_mb, 0)}</td>
        <td class="right number">{loop ? milliseconds(loop.lateness_p99_ms) : ""}</td>
      </tr>
      {row.reason && (
        <tr class="reason">
          <td colSpan={6}>
            {row.reason}, {duration((nowNs - row.since_ns) / NS_PER_S)} ago
          </td>
        </tr>
      )}
    </>
  );
}
