import { effect, signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { HistoryPoint } from "../generated/records";
import { shelves } from "../link/state";
import { Panel } from "./Panel";

const LONG = "hour";
const SPANS_S = { history: 120, hour: 3600 } as const;
/** The time span: points of half a second over two minutes, or of fifteen seconds over an hour. */
const span = signal<keyof typeof SPANS_S>("history");
const MINUTE_S = 60;
const TIME_STEPS_S = [20, 30, 60, 600, 900, 1200];

/** Two minutes or an hour. */
export function toggleSpan(): void {
  span.value = span.value === LONG ? "history" : LONG;
}

/** An axis, its letters as large as those of the page; `room`: how much it takes, in letters. */
function axis(room: number) {
  const letterPx = 0.87 * Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  return {
    stroke: "#8d99a8",
    grid: { stroke: "#222a33", width: 1 },
    ticks: { show: false },
    font: `${Math.round(letterPx)}px sans-serif`,
    size: Math.round(room * letterPx),
  };
}

interface Line {
  name: string;
  color: string;
  bars?: boolean;
  of: (point: HistoryPoint) => number | null;
}

interface GraphProps {
  title: string;
  lines: Line[];
  /** The axis reaches at least this far. */
  atLeast: number;
  /** Values beyond this need attention: drawn as a horizontal line. */
  limit?: (nominalHz: number) => number;
}

const GRAPHS: GraphProps[] = [
  {
    title: "Frames on the wall (per s), line: nominal",
    atLeast: 1,
    limit: (nominalHz) => nominalHz,
    lines: [{ name: "rate", color: "#58a6ff", of: (point) => point.rate_hz }],
  },
  {
    title: "Latency, tracker to wall (ms)",
    atLeast: 10,
    lines: [
      { name: "p50", color: "#58a6ff", of: (point) => point.latency_p50_ms },
      { name: "p99", color: "#d2a8ff", of: (point) => point.latency_p99_ms },
    ],
  },
  {
    title: "Drawing time (ms), line: one frame",
    atLeast: 1,
    limit: (nominalHz) => 1000 / nominalHz,
    lines: [
      { name: "p50", color: "#58a6ff", of: (point) => point.draw_p50_ms },
      { name: "longest", color: "#d2a8ff", of: (point) => point.draw_max_ms },
    ],
  },
  {
    title: "Frames missed and late",
    atLeast: 4,
    lines: [
      { name: "missed", color: "#ff6b6b", bars: true, of: (point) => point.skipped },
      { name: "late", color: "#ffb020", bars: true, of: (point) => point.late },
    ],
  },
];

/** The last two minutes, or the last hour. */
export function Graphs() {
  const long = span.value === LONG;
  return (
    <Panel title={long ? "Last hour" : "Last two minutes"} area="graphs" aside={<SpanButtons />}>
      <div class="graphs">
        {GRAPHS.map((graph) => (
          <Graph key={graph.title} {...graph} />
        ))}
      </div>
    </Panel>
  );
}

function SpanButtons() {
  return (
    <span class="buttons span-buttons">
      {(["history", LONG] as const).map((each) => (
        <button
          type="button"
          key={each}
          aria-pressed={span.value === each}
          onClick={() => {
            span.value = each;
          }}
        >
          {each === LONG ? "1 h" : "2 min"}
        </button>
      ))}
      <kbd>G</kbd>
    </span>
  );
}

function Graph({ title, lines, atLeast, limit }: GraphProps) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const plot = new uPlot(options(lines, atLeast, limit), [[], ...lines.map(() => [])], element);
    const observer = new ResizeObserver(() =>
      plot.setSize({ width: element.clientWidth, height: element.clientHeight }),
    );
    observer.observe(element);
    const stop = effect(() => plot.setData(table(lines)));
    return () => {
      stop();
      observer.disconnect();
      plot.destroy();
    };
  }, []);
  return (
    <figure class="graph">
      <figcaption>
        {title}
        {lines.map((line) => (
          <span key={line.name} class="key" style={{ color: line.color }}>
            ■ {line.name}
          </span>
        ))}
      </figcaption>
      <div class="graph-box" ref={box} />
    </figure>
  );
}

function table(lines: Line[]): uPlot.AlignedData {
  const points = Object.values(shelves[span.value].value).sort((a, b) => a.t_s - b.t_s);
  const newestS = points.at(-1)?.t_s ?? 0;
  return [points.map((point) => point.t_s - newestS), ...lines.map((line) => points.map(line.of))];
}

function options(lines: Line[], atLeast: number, limit: GraphProps["limit"]): uPlot.Options {
  return {
    width: 300,
    height: 100,
    padding: [6, 18, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: false, range: () => [-SPANS_S[span.peek()], 0] },
      y: { range: (_, __, highest) => [0, Math.max(atLeast, limitOf(limit) * 1.15, (highest ?? 0) * 1.1)] },
    },
    axes: [{ ...axis(1.7), incrs: TIME_STEPS_S, values: (_, splits) => splits.map(ago) }, axis(3)],
    series: [
      {},
      ...lines.map((line) => ({
        label: line.name,
        stroke: line.color,
        width: line.bars ? 0 : 2,
        points: { show: false },
        ...(line.bars && uPlot.paths.bars ? { fill: line.color, paths: uPlot.paths.bars({ size: [0.9, 8] }) } : {}),
      })),
    ],
    hooks: { draw: [(plot) => drawLimit(plot, limitOf(limit))] },
  };
}

/** A place on the time axis. */
function ago(seconds: number): string {
  if (seconds === 0) return "now";
  return span.peek() === LONG ? `${Math.round(seconds / MINUTE_S)} min` : `${seconds} s`;
}

function limitOf(limit: GraphProps["limit"]): number {
  const nominalHz = shelves.stage.peek()[""]?.rate_hz;
  return limit && nominalHz ? limit(nominalHz) : 0;
}

function drawLimit(plot: uPlot, limit: number): void {
  if (limit <= 0) return;
  const y = Math.round(plot.valToPos(limit, "y", true));
  plot.ctx.save();
  plot.ctx.strokeStyle = "#ffb020";
  plot.ctx.setLineDash([6, 4]);
  plot.ctx.beginPath();
  plot.ctx.moveTo(plot.bbox.left, y);
  plot.ctx.lineTo(plot.bbox.left + plot.bbox.width, y);
  plot.ctx.stroke();
  plot.ctx.restore();
}
