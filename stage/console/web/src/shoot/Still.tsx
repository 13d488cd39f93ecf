import { useEffect, useState } from "preact/hooks";
import { shelves } from "../link/state";

const MOST_AT_ONCE = 2;
const RETRY_MS = 2000;
const DRAWING = 202;

let asking = 0;
const waiting: (() => void)[] = [];

/** Take a turn: few pictures are asked for at once, so that commands never wait behind them on a slow network. */
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
  /** Another one when the preset is another. */
  revision?: string;
}

/** How a preset would look; the button's colour shows through until it is drawn, and where it cannot be. */
export function Still({ preset, scene, widthPx, revision = "" }: StillProps) {
  const set = scene || (shelves.air.value[""]?.scene ?? "");
  const url = useStill(
    `/api/stills/${encodeURIComponent(preset)}.jpg?scene=${encodeURIComponent(set)}&width=${widthPx}`,
    revision,
  );
  return url ? <img class="still" src={url} alt="" /> : <span class="still still-none" />;
}

/** The picture behind an address, asked for again while it is drawn; "" until there is one. */
function useStill(path: string, revision: string): string {
  const [url, setUrl] = useState("");
  useEffect(() => {
    const gone = new AbortController();
    let mine = "";
    let timer = 0;
    const ask = async () => {
      const answer = await inTurn(() => asked(path, gone.signal));
      if (gone.signal.aborted) return;
      if (answer === "drawing") timer = window.setTimeout(() => void ask(), RETRY_MS);
      else if (answer) {
        mine = URL.createObjectURL(answer);
        setUrl(mine);
      }
    };
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

async function asked(path: string, signal: AbortSignal): Promise<Blob | "drawing" | null> {
  try {
    const answer = await fetch(path, { signal });
    if (answer.status === DRAWING) return "drawing";
    return answer.ok ? await answer.blob() : null;
  } catch {
    return null;
  }
}
