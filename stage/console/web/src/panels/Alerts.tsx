import type { AlertView, PastAlert, Severity } from "../generated/records";
import { Icon } from "../icons";
import { mayAct } from "../link/acting";
import { give } from "../link/commands";
import { shelves } from "../link/state";
import { duration, NS_PER_S } from "../words";
import { Panel } from "./Panel";

const ORDER: readonly Severity[] = ["critical", "warning", "info"];

/** As the console orders them: for information last; first what nobody has seen, the worst of it, the newest of it. */
function rank(a: AlertView, b: AlertView): number {
  return (
    Number(a.severity === "info") - Number(b.severity === "info") ||
    Number(a.seen_by !== null) - Number(b.seen_by !== null) ||
    ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity) ||
    b.since_ns - a.since_ns
  );
}

/** What is wrong now, what to do first on top, and past alerts. */
export function Alerts() {
  const alerts = Object.values(shelves.alert.value).sort(rank);
  const past = Object.values(shelves.past.value).sort((a, b) => b.until_ns - a.until_ns);
  const unseen = alerts.filter(({ seen_by }) => seen_by === null).length;
  return (
    <Panel
      title="Alerts"
      area="alerts"
      aside={
        <span class="buttons alerts-aside">
          <span class="aside">{countOf(alerts.length, unseen)}</span>
          {unseen > 1 && (
            <button type="button" disabled={!mayAct.value} onClick={() => void give("alert.acknowledge")}>
              All seen
            </button>
          )}
        </span>
      }
    >
      <ul class="alerts">
        {alerts.length === 0 && (
          <li class="alert alert-good">
            <Icon mood="good" />
            <div>No action needed.</div>
          </li>
        )}
        {alerts.map((alert) => (
          <Now key={`${alert.code}/${alert.subject}`} alert={alert} />
        ))}
        {past.length > 0 && <li class="past-head">Over</li>}
        {past.map((alert) => (
          <Past key={`${alert.text}${alert.until_ns}`} alert={alert} />
        ))}
      </ul>
    </Panel>
  );
}

function countOf(all: number, unseen: number): string {
  if (all === 0) return "none";
  return unseen > 0 ? `${all}, ${unseen} new` : `${all}, all seen`;
}

function nowNs(): number {
  return shelves.pulse.value[""]?.now_ns ?? 0;
}

function Now({ alert }: { alert: AlertView }) {
  const { code, subject, severity, text, detail, remedy, since_ns, seen_by } = alert;
  return (
    <li class={`alert alert-${severity}${seen_by === null ? "" : " is-seen"}`}>
      <Icon mood={severity} />
      <div>
        <strong>{text}</strong>
        <span class="age">for {duration((nowNs() - since_ns) / NS_PER_S)}</span>
        {detail && <p>{detail}</p>}
        <p class="remedy">{remedy}</p>
        {seen_by !== null && <p class="age">seen by {seen_by}</p>}
      </div>
      {seen_by === null && (
        <button
          type="button"
          class="seen"
          disabled={!mayAct.value}
          onClick={() => void give("alert.acknowledge", { code, subject })}
        >
          Seen
        </button>
      )}
    </li>
  );
}

function Past({ alert }: { alert: PastAlert }) {
  const lasted = duration((alert.until_ns - alert.since_ns) / NS_PER_S);
  return (
    <li class="alert alert-past">
      <Icon mood={alert.severity} />
      <div>
        {alert.text}
        <span class="age">
          {duration((nowNs() - alert.until_ns) / NS_PER_S)} ago, lasted {lasted}
          {alert.seen_by && `, seen by ${alert.seen_by}`}
        </span>
      </div>
    </li>
  );
}
