import { mayAct } from "../link/acting";
import { ask } from "../link/http";
import { shelves } from "../link/state";

/** A cue's details from the show file, and whether it is done. */
export function CueNotes({ id }: { id: string }) {
  const list = shelves.cues.value[""];
  const row = list?.cues.find((cue) => cue.id === id);
  if (!list?.name || !row) return null;
  const path = `/api/shows/${encodeURIComponent(list.name)}/cues/${encodeURIComponent(id)}`;
  return (
    <div class="cue-notes">
      <p>
        Cue <b>{row.id}</b>
        {row.scene_number && ` · scene ${row.scene_number}`}
        {row.heading && ` · ${row.heading}`}
        {row.slate && ` · slate ${row.slate}`}
      </p>
      {row.notes && <p>{row.notes}</p>}
      <button
        type="button"
        class="cue-done"
        aria-pressed={row.done}
        disabled={!mayAct.value}
        onClick={() => void ask(path, { method: "POST", body: { done: !row.done } })}
      >
        {row.done ? "Done" : "Mark as done"}
      </button>
    </div>
  );
}
