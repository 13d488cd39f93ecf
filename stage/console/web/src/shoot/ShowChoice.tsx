import { useEffect, useState } from "preact/hooks";
import { mayAct } from "../link/acting";
import { give } from "../link/commands";
import { ask } from "../link/http";

interface ShowRow {
  name: string;
  title: string;
  cues: number;
  problem: string;
}

const MOST_SHOWN = 6;

/** The choice of a show, where none is loaded. */
export function ShowChoice() {
  const [shows, setShows] = useState<ShowRow[] | null>(null);
  useEffect(() => {
    let here = true;
    void ask<ShowRow[]>("/api/shows").then(({ status, body }) => here && setShows(status === 200 ? body : []));
    return () => {
      here = false;
    };
  }, []);
  if (!shows) return <p class="hint">…</p>;
  if (shows.length === 0)
    return <p class="hint">There is no show file. Put one in shows/ beside the stage file, or import a screenplay.</p>;
  return (
    <div class="tiles tiles-cues">
      {shows.slice(0, MOST_SHOWN).map(({ name, title, cues, problem }) => (
        <button
          type="button"
          key={name}
          class="cue-row"
          data-show={name}
          disabled={!mayAct.value || problem !== ""}
          title={problem}
          onClick={() => void give("cue.load", { cue_list: name })}
        >
          <span class="cue-words one-line">
            <b class="one-line">{title}</b>
            <small class="one-line">{problem || `${cues} cues`}</small>
          </span>
        </button>
      ))}
    </div>
  );
}
