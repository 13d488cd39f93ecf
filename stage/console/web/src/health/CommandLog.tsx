import { Icon } from "../icons";
import { shelves } from "../link/state";
import { told } from "../look/groups";
import { saidOf, wordFor } from "../orders";
import { Panel } from "../panels/Panel";
import { duration, NS_PER_S } from "../words";

/** The last fifty commands: sender, result and time; dragging a slider counts as one. */
export function CommandLog() {
  const nowNs = shelves.pulse.value[""]?.now_ns ?? 0;
  const lines = Object.values(shelves.log.value).sort((a, b) => b.done_ns - a.done_ns);
  return (
    <Panel title="Commands" area="log" aside={<span class="aside">newest first</span>}>
      <ol class="log">
        {lines.length === 0 && <li class="hint">No commands since the console was started.</li>}
        {lines.map((line) => (
          <li key={line.number} class={line.accepted ? "" : "refused"}>
            <Icon mood={line.accepted ? "good" : "critical"} />
            <div>
              <b>{wordFor(line.name)}</b> {told(saidOf(line.name, line.text))}
              <small class="number">
                {" "}
                {line.who}, {duration((nowNs - line.done_ns) / NS_PER_S)} ago
                {line.frame_number !== null && `, frame ${line.frame_number}`}
              </small>
            </div>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
