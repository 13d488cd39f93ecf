import type { Pulse } from "../generated/records";
import { Icon, type Mood } from "../icons";
import { linkState, shelves } from "../link/state";
import { fixed, milliseconds } from "../words";

/** At a glance: is the stage healthy, and if not, what is wrong and what to do. */
export function HealthBar() {
  const pulse = shelves.pulse.value[""];
  if (linkState.value !== "live" || !pulse) return <Unconnected />;
  const mood: Mood = pulse.level;
  return (
    <header class={`health health-${mood}`}>
      <div class="health-state" role="status" data-level={pulse.level}>
        <Icon mood={mood} />
        <div class="health-words">
          <strong class="health-headline one-line">{pulse.headline}</strong>
          <span class="health-detail one-line">{pulse.detail}</span>
          {pulse.remedy && <span class="health-remedy one-line">{pulse.remedy}</span>}
        </div>
        {pulse.alerts > 0 && (
          <a class="alert-count" href="#health" title="All alerts">
            <b class="number">
              {pulse.alerts} <span>{pulse.alerts === 1 ? "alert" : "alerts"}</span>
            </b>
            <small>{pulse.unseen > 0 ? `${pulse.unseen} new` : "all seen"}</small>
          </a>
        )}
      </div>
      <Figures pulse={pulse} />
    </header>
  );
}

function Unconnected() {
  const lost = linkState.value === "lost";
  const mood: Mood = lost ? "critical" : "starting";
  return (
    <header class={`health health-${mood}`}>
      <div class="health-state" role="status" data-level={lost ? "disconnected" : "connecting"}>
        <Icon mood={mood} />
        <div class="health-words">
          <strong class="health-headline one-line">{lost ? "CONNECTION LOST" : "CONNECTING"}</strong>
          <span class="health-detail one-line">
            {lost ? "This page is out of date. The walls keep running without it." : "Waiting for the console."}
          </span>
        </div>
      </div>
    </header>
  );
}

function Figures({ pulse }: { pulse: Pulse }) {
  const slow = pulse.nominal_hz > 0 && pulse.rate_hz < 0.98 * pulse.nominal_hz;
  const missed = pulse.skipped_60s > 0;
  return (
    <dl class="figures">
      <Figure name="Frame rate" mood={slow ? "warning" : "good"} value={fixed(pulse.rate_hz, 2)} unit="fps">
        of {fixed(pulse.nominal_hz, pulse.nominal_hz % 1 ? 3 : 0)}
      </Figure>
      <Figure name="Latency, tracker to wall" mood="good" value={milliseconds(pulse.latency_p50_ms)} unit="ms">
        {latencyMore(pulse)}
      </Figure>
      <Figure name="Missed frames" mood={missed ? "warning" : "good"} value={String(pulse.skipped_60s)} unit="in 60 s">
        {pulse.late_60s} late · {pulse.skipped_total} missed in all
      </Figure>
      <Figure name="Frame" mood="good" value={pulse.frame_number === null ? "–" : String(pulse.frame_number)} unit="">
        predicted {milliseconds(pulse.horizon_ms)} ms ahead
      </Figure>
    </dl>
  );
}

function latencyMore(pulse: Pulse): string {
  if (pulse.latency_p50_ms === null) return "no camera is live";
  const p99 = `${milliseconds(pulse.latency_p99_ms)} ms, ${fixed(pulse.latency_p99_frames, 2)} frames`;
  return `${fixed(pulse.latency_p50_frames, 2)} frames · p99 ${p99}`;
}

interface FigureProps {
  name: string;
  mood: Mood;
  value: string;
  unit: string;
  children: preact.ComponentChildren;
}

function Figure({ name, mood, value, unit, children }: FigureProps) {
  return (
    <div class={`figure figure-${mood}`}>
      <dt>{name}</dt>
      <dd class="figure-value">
        {mood === "warning" && <Icon mood="warning" />}
        {value} <small>{unit}</small>
      </dd>
      <dd class="figure-more">{children}</dd>
    </div>
  );
}
