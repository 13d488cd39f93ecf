import { useEffect, useState } from "preact/hooks";
import { linkState, shelves } from "../link/state";

const MOST_AT_ONCE = 2;
const RETRY_MS = 2000;
/** Pictures change with what is on air and with the camera's position. */
const RENEW_MS = 10_000;
const DRAWING = 202;

/** Recently shown stills: a page of the grid that is reopened has its pictures at once. */
const kept = new Map<string, Kept>();
const MOST_KEPT = 48;

interface Kept {
  picture: Blob;
  tag: string;
}

function keep(address: string, still: Kept): void {
  kept.delete(address);
  kept.set(address, still);
  const [oldest] = kept.keys();
  if (kept.size > MOST_KEPT && oldest) kept.delete(oldest);
}

let asking = 0;
const waiting: (() => void)[] = [];

/** Limits concurrent picture requests, so commands never wait behind them on a slow network. */
async function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
  if (asking >= MOST_AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  asking += 1;
  try {
    return await work();
  } finally {
    asking -= 1;
    waiting.shift()?.();
  }
}

interface StillProps {
  preset: string;
  /** "" = the set that is on air. */
  scene: string;
  widthPx: number;
  /** Differs when the preset changes. */
  revision?: string;
}

/** How a preset would look; the button's colour shows until it is drawn, and where it cannot be drawn. */
export function Still({ preset, scene, widthPx, revision = "" }: StillProps) {
  const set = scene || (shelves.air.value[""]?.scene ?? "");
  const url = useStill(
    `/api/stills/${encodeURIComponent(preset)}.jpg?scene=${encodeURIComponent(set)}&width=${widthPx}`,
    revision,
  );
  return url ? <img class="still" src={url} alt="" /> : <span class="still still-none" />;
}

/** The picture at an address, requested again while it is being drawn and later to renew it; "" until there is
 * one. */
function useStill(path: string, revision: string): string {
  const [url, setUrl] = useState("");
  useEffect(() => {
    const gone = new AbortController();
    let mine = "";
    let tag = "";
    let timer = 0;
    const address = `${path}#${revision}`;
    const show = (picture: Blob) => {
      if (mine) URL.revokeObjectURL(mine);
      mine = URL.createObjectURL(picture);
      setUrl(mine);
    };
    const ask = async () => {
      const answer = await inTurn(() => asked(path, tag, gone.signal));
      if (gone.signal.aborted) return;
      if (answer.picture) {
        show(answer.picture);
        tag = answer.tag;
        keep(address, { picture: answer.picture, tag });
      }
      timer = window.setTimeout(() => void ask(), answer.drawing ? RETRY_MS : RENEW_MS);
    };
    const before = kept.get(address);
    if (before) {
      show(before.picture);
      tag = before.tag;
    }
    void ask();
    return () => {
      gone.abort();
      window.clearTimeout(timer);
      setUrl("");
      if (mine) URL.revokeObjectURL(mine);
    };
  }, [path, revision]);
  return url;
}

interface Asked {
  picture: Blob | null;
  tag: string;
  drawing: boolean;
}

const NOTHING: Asked = { picture: null, tag: "", drawing: false };

async function asked(path: string, tag: string, signal: AbortSignal): Promise<Asked> {
  if (signal.aborted || linkState.peek() !== "live" || document.hidden) return NOTHING;
  try {
    const answer = await fetch(path, { signal, headers: tag ? { "If-None-Match": tag } : {} });
    if (answer.status === DRAWING) return { ...NOTHING, drawing: true };
    if (!answer.ok) return NOTHING;
    return { picture: await answer.blob(), tag: answer.headers.get("ETag") ?? "", drawing: false };
  } catch {
    return NOTHING;
  }
}
