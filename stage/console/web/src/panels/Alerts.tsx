import type { Severity } from "../generated/records";
import { Icon } from "../icons";
import { shelves } from "../link/state";
import { duration, NS_PER_S } from "../words";
import { Panel } from "./Panel";

const ORDER: readonly Severity[] = ["critical", "warning", "info"];

/** What is wrong now, worst first, and past alerts. */
export function Alerts() {
  const nowNs = shelves.pulse.value[""]?.now_ns ?? 0;
  const alerts = Object.values(shelves.alert.value).sort(
    (a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity) || a.since_ns - b.since_ns,
  );
  const past = Object.values(shelves.past.value).sort((a, b) => b.until_ns - a.until_ns);
  return (
    <Panel title="Alerts" area="alerts" aside={<span class="aside">{alerts.length || "none"}</span>}>
      <ul class="alerts">
        {alerts.length === 0 && (
          <li class="alert alert-good">
            <Icon mood="good" />
            <div>No action needed.</div>
          </li>
        )}
        {alerts.map((alert) => (
          <li key={`${alert.code}/${alert.subject}`} class={`alert alert-${alert.severity}`}>
            <Icon mood={alert.severity} />
            <div>
              <strong>{alert.text}</strong>
              <span class="age">for {duration((nowNs - alert.since_ns) / NS_PER_S)}</span>
              {alert.detail && <p>{alert.detail}</p>}
              <p class="remedy">{alert.remedy}</p>
            </div>
          </li>
        ))}
        {past.length > 0 && <li class="past-head">Over</li>}
        {past.map((alert) => (
          <li key={`${alert.text}${alert.until_ns}`} class="alert alert-past">
            <Icon mood={alert.severity} />
            <div>
              {alert.text}
              <span class="age">
                {duration((nowNs - alert.until_ns) / NS_PER_S)} ago, lasted{" "}
                {duration((alert.until_ns - alert.since_ns) / NS_PER_S)}
              </span>
            </div>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
