import { computed, signal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../icons";
import { onPicture, type PictureInfo, pictureInfos } from "../link/pictures";
import { shelves, ticks } from "../link/state";
import { duration } from "../words";
import { bestColumns } from "./grid";
import { Panel } from "./Panel";

const WITNESS = "witness";
/** Pictures come five times a second; one older than this is marked as old. */
const STALE_MS = 3000;
const GAP_PX = 8;
const CAPTION_PX = 26;

const chosen = signal("");

/** Every expected picture: the stage's outputs, and the witness where one runs. */
const names = computed(() => {
  const outputs = (shelves.stage.value[""]?.outputs ?? []).map((output) => output.name);
  return pictureInfos.value[WITNESS] ? [WITNESS, ...outputs] : outputs;
});

/** The picture that is large now. */
export const big = computed(() => (names.value.includes(chosen.value) ? chosen.value : (names.value[0] ?? "")));

/** Enlarge the next picture; the last is followed by the first. */
export function nextPicture(): void {
  const all = names.value;
  chosen.value = all[(all.indexOf(big.value) + 1) % all.length] ?? "";
}

/** The large picture: the witness, or the one clicked in the strip. */
export function BigPicture({ letter = "" }: { letter?: string }) {
  const name = big.value;
  return (
    <Panel
      title={name === WITNESS ? "Witness camera" : `Output ${name}`}
      area="big"
      aside={<BigAside name={name} letter={letter} />}
    >
      {name && <LivePicture key={name} name={name} />}
    </Panel>
  );
}

function BigAside({ name, letter }: { name: string; letter: string }) {
  return (
    <span class="aside">
      <Caption name={name} /> {letter && <kbd>{letter}</kbd>}
    </span>
  );
}

/** All pictures, small, as large as space allows. */
export function PictureStrip() {
  const box = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const count = names.value.length;
  const columns = bestColumns(count, size.width, size.height, 16 / 9, GAP_PX, CAPTION_PX);
  const title = names.value.includes(WITNESS) ? "Witness and outputs" : "Outputs";
  return (
    <Panel title={title} area="strip" aside={<span class="aside">{count} pictures · click to enlarge</span>}>
      <div class="strip" ref={box} style={{ gridTemplateColumns: `repeat(${columns}, 1fr)`, gap: `${GAP_PX}px` }}>
        {names.value.map((name) => (
          <button
            type="button"
            key={name}
            class="card"
            aria-pressed={name === big.value}
            onClick={() => {
              chosen.value = name;
            }}
          >
            <span class="card-head">
              <b>{name}</b>
              <Caption name={name} />
            </span>
            <LivePicture name={name} />
          </button>
        ))}
      </div>
    </Panel>
  );
}

function Caption({ name }: { name: string }) {
  ticks.value;
  const info: PictureInfo | undefined = pictureInfos.value[name];
  const ageMs = info ? performance.now() - info.atMs : 0;
  if (!info) return <span class="aside">no picture yet</span>;
  if (ageMs > STALE_MS)
    return (
      <span class="aside old">
        <Icon mood="warning" />
        OLD, {duration(ageMs / 1000)}
      </span>
    );
  return <span class="aside number">frame {info.frameNumber}</span>;
}

/** A canvas that always shows the newest picture of an output. */
/** One picture as it is now, drawn as it comes. */
export function LivePicture({ name }: { name: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  ticks.value;
  const info = pictureInfos.value[name];
  const old = !info || performance.now() - info.atMs > STALE_MS;
  useEffect(
    () =>
      onPicture((picture, { output, frameNumber, widthPx, heightPx }) => {
        const element = canvas.current;
        if (!element || output !== name) return;
        if (element.width !== widthPx) element.width = widthPx;
        if (element.height !== heightPx) element.height = heightPx;
        element.getContext("2d")?.drawImage(picture, 0, 0);
        element.dataset.frame = String(frameNumber);
      }),
    [name],
  );
  return <canvas ref={canvas} class={old ? "live is-old" : "live"} data-output={name} width={16} height={9} />;
}
