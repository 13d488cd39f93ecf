import { effect, signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { toggleCameras } from "../cameras";
import type { StageDescription } from "../generated/records";
import { Icon } from "../icons";
import { onPicture } from "../link/pictures";
import { shelves } from "../link/state";
import { StageView, type Viewpoint } from "../stage3d/stage_view";
import { Panel } from "./Panel";

const chosen = signal<Viewpoint>({ kind: "free" });

/** Every viewpoint on the stage, with its label. */
function viewpoints(): [string, Viewpoint][] {
  const cameras = shelves.stage.value[""]?.cameras ?? [];
  return [
    ["Stage", { kind: "free" }],
    ["Top", { kind: "top" }],
    ...cameras.map(({ name }): [string, Viewpoint] => [`Camera ${name}`, { kind: "camera", name }]),
  ];
}

function same(a: Viewpoint, b: Viewpoint): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Go to the next viewpoint. */
export function nextViewpoint(): void {
  const choices = viewpoints();
  const at = choices.findIndex(([, choice]) => same(choice, chosen.value));
  chosen.value = choices[(at + 1) % choices.length]?.[1] ?? { kind: "free" };
}

/** The stage in 3-D: walls with what they show now, cameras where they are now. */
export function StagePanel() {
  const stage = shelves.stage.value[""];
  const viewpoint = chosen.value;
  const buttons = viewpoints().map(([text, choice]) => (
    <button
      type="button"
      key={text}
      aria-pressed={same(choice, viewpoint)}
      onClick={() => {
        chosen.value = { ...choice };
      }}
    >
      {text}
    </button>
  ));
  return (
    <Panel
      title="Stage"
      area="stage"
      aside={
        <div class="buttons">
          <button type="button" onClick={toggleCameras}>
            Cameras <kbd>M</kbd>
          </button>
          {buttons}
        </div>
      }
    >
      {stage && <StageCanvas key={stage.name} stage={stage} viewpoint={viewpoint} />}
    </Panel>
  );
}

function StageCanvas({ stage, viewpoint }: { stage: StageDescription; viewpoint: Viewpoint }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const view = useRef<StageView | null>(null);
  const [trouble, setTrouble] = useState("");
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    try {
      view.current = new StageView(element, stage);
    } catch (error) {
      setTrouble(String(error));
      return;
    }
    return follow(element, view);
  }, [stage]);
  useEffect(() => view.current?.look(viewpoint), [viewpoint, stage]);
  if (trouble)
    return (
      <p class="no-webgl" title={trouble}>
        <Icon mood="info" />
        The 3-D view needs WebGL, which this browser does not give. Everything else on this page works without it.
      </p>
    );
  return <canvas ref={canvas} class="stage3d" />;
}

/** Keep the view up to date. Returns a function that stops it. */
function follow(element: HTMLCanvasElement, view: { current: StageView | null }): () => void {
  const box = element.parentElement ?? element;
  const observer = new ResizeObserver(() => view.current?.resize(box.clientWidth, box.clientHeight));
  observer.observe(box);
  const stopPictures = onPicture((picture, { output }) => view.current?.show(picture, output));
  const stopFrames = effect(() => {
    const frame = shelves.frame.value[""];
    if (frame) view.current?.follow(frame);
  });
  const stopLights = effect(() => {
    const lights = shelves.lights.value[""];
    if (lights) view.current?.light(lights.fixtures);
  });
  return () => {
    stopLights();
    stopFrames();
    stopPictures();
    observer.disconnect();
    view.current?.dispose();
    view.current = null;
  };
}
