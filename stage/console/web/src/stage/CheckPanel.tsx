import { useState } from "preact/hooks";
import type { CheckedFigure, CheckReport, CheckState } from "../generated/records";
import { Icon } from "../icons";
import { mayAct } from "../link/acting";
import { lastAnswer } from "../link/commands";
import { ask } from "../link/http";
import { shelves } from "../link/state";
import { Dialog } from "../panels/Dialog";
import { Panel } from "../panels/Panel";
import { duration, fixed, milliseconds, NS_PER_S } from "../words";

function checkNow(): CheckState | undefined {
  return shelves.check.value[""];
}

/** Start the check, or cancel the running one. */
export function toggleCheck(): void {
  void send(checkNow()?.running ? "DELETE" : "POST");
}

async function send(method: "POST" | "DELETE"): Promise<void> {
  const { body } = await ask("/api/check", { method });
  const answer = { accepted: body.accepted, text: body.text, frame_number: null };
  lastAnswer.value = { name: "Check", answer, atMs: performance.now() };
}

function secondsSince(momentNs: number): number {
  return ((shelves.pulse.value[""]?.now_ns ?? momentNs) - momentNs) / NS_PER_S;
}

/** The check button: `openstage check` on the running stage, with its figures, pictures and their age. */
export function CheckPanel() {
  const check = checkNow();
  const report = check?.report ?? null;
  return (
    <Panel title="Check" area="check" aside={<Button check={check} />}>
      {check?.problem && (
        <p class="check-problem" role="alert">
          <Icon mood="warning" /> The last check gave no result: {check.problem}
        </p>
      )}
      {report ? (
        <Report report={report} />
      ) : (
        <p class="hint">
          Not checked yet. The check draws the walls for a simulated camera, measures the parallax error of every pixel,
          films the walls and compares. It runs beside the show at the lowest priority; run it between takes.
        </p>
      )}
    </Panel>
  );
}

function Button({ check }: { check: CheckState | undefined }) {
  return (
    <span class="check-button">
      {check?.running && check.since_ns !== null && (
        <span class="aside number">running for {duration(secondsSince(check.since_ns))}</span>
      )}
      <button
        type="button"
        aria-pressed={check?.running === true}
        disabled={!check || !mayAct.value}
        onClick={toggleCheck}
      >
        {check?.running ? "Cancel" : "Check the stage"} <kbd>K</kbd>
      </button>
    </span>
  );
}

function Report({ report }: { report: CheckReport }) {
  const { meanwhile } = report;
  const bad = report.figures.filter((figure) => !figure.good);
  return (
    <div class="check-report" data-passed={report.passed}>
      <p class={report.passed ? "verdict verdict-good" : "verdict verdict-bad"}>
        <Icon mood={report.passed ? "good" : "critical"} />
        <b>{report.passed ? "PASSED" : "NOT PASSED"}</b>
        <span class="number">{duration(secondsSince(report.done_ns))} ago</span>
        <small>
          for {report.who} · set {report.scene} · camera {report.camera}, {report.motion}, {report.frames} frames
        </small>
      </p>
      {bad.map((figure) => (
        <p class="check-problem" key={figure.name}>
          <Icon mood="critical" /> <b>{figure.name}</b> {written(figure)}: {figure.remedy}
        </p>
      ))}
      <table class="figures-table">
        <thead>
          <tr>
            <th>{report.figures.length} figures</th>
            <th class="right">value</th>
            <th class="right">limit</th>
            <th />
          </tr>
        </thead>
        <tbody>
          {report.figures.map((figure) => (
            <FigureRow key={figure.name} figure={figure} />
          ))}
        </tbody>
      </table>
      <dl class="check-facts">
        {report.unseen.length > 0 && (
          <Fact name="Not seen by the camera" bad={false}>
            {report.unseen.join(", ")}
          </Fact>
        )}
        <Fact name="Tracking chain" bad={false}>
          {fixed(report.pupil_error_mm, 2)} mm of pupil error, predicted {milliseconds(report.horizon_ms)} ms ahead
        </Fact>
        <Fact name="Latency of the show during the check" bad={false}>
          {meanwhile.latency_p50_ms === null
            ? "no camera was live"
            : `p50 ${milliseconds(meanwhile.latency_p50_ms)} ms, p99 ${milliseconds(meanwhile.latency_p99_ms)} ms`}
        </Fact>
        <Fact name="Show during the check" bad={meanwhile.missed > 0}>
          {meanwhile.missed} frames missed, {meanwhile.late} late in {duration(report.took_s)}
        </Fact>
      </dl>
      <Pictures report={report} />
    </div>
  );
}

/** Four significant digits, as few characters as they take. */
function written({ value }: CheckedFigure): string {
  return value === null ? "not measured" : String(Number(value.toPrecision(4)));
}

function FigureRow({ figure }: { figure: CheckedFigure }) {
  return (
    <tr data-figure={figure.name} class={figure.good ? "" : "is-bad"} title={figure.good ? "" : figure.remedy}>
      <th scope="row">{figure.name}</th>
      <td class={figure.good ? "right number" : "right number bad"}>{written(figure)}</td>
      <td class="right number">
        {figure.at_least ? "≥" : "≤"} {Number(figure.limit.toPrecision(3))}
      </td>
      <td>{figure.unit}</td>
    </tr>
  );
}

function Fact({ name, bad, children }: { name: string; bad: boolean; children: preact.ComponentChildren }) {
  return (
    <div class={bad ? "bad" : ""}>
      <dt>{name}</dt>
      <dd class="number">{children}</dd>
    </div>
  );
}

/** Heat maps of the walls and what the simulated camera saw; a tap enlarges one. */
function Pictures({ report }: { report: CheckReport }) {
  const [large, setLarge] = useState("");
  const pictures = report.walls.map((name): [string, string] => [`Error on wall ${name}`, `heat/${name}`]);
  pictures.push(["Picture covered by the inner view", "coverage"]);
  if (report.filmed) pictures.push(["Filmed off the walls", "witness"]);
  const source = (path: string) => `/api/check/${path}.png?done=${report.done_ns}`;
  const shown = pictures.find(([title]) => title === large);
  return (
    <div class="check-pictures">
      {pictures.map(([title, path]) => (
        <button type="button" key={path} onClick={() => setLarge(title)}>
          <img src={source(path)} alt={title} />
          {title}
        </button>
      ))}
      {shown && (
        <Dialog title={shown[0]} close={() => setLarge("")}>
          <img class="check-large" src={source(shown[1])} alt={shown[0]} />
        </Dialog>
      )}
    </div>
  );
}
