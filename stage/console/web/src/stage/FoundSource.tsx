import { useState } from "preact/hooks";
import { mayAct } from "../link/acting";
import { shelves } from "../link/state";
import { tellEars } from "./ListenDialog";

/** The `[[sources]]` block that reads what was heard: to copy, or to save into the stage file. */
export function FoundSource({ block, withMoves }: { block: string; withMoves: boolean }) {
  const stage = shelves.stage.value[""];
  const told = /^name = "(.*)"$/m.exec(block)?.[1] ?? "";
  const [name, setName] = useState(told);
  const [camera, setCamera] = useState("");
  const [said, say] = useState("");
  const there = stage?.sources.some((source) => source.name === told);
  const rename = (text: string) => {
    setName(text);
    void tellEars("PUT", "listen", { do: "name", name: text });
  };
  const copy = async () => {
    await navigator.clipboard.writeText(block);
    say("Copied");
  };
  const save = async () => say(await tellEars("PUT", "source", { camera: camera || null }));
  return (
    <section class="setup-part" aria-label="Source">
      <h3>The source that reads it</h3>
      {!withMoves && <p class="hint">Its axes and signs are not known yet: they follow from the moves.</p>}
      <pre class="heard-block">{block}</pre>
      <div class="setup-touch">
        <label>
          Name
          <input aria-label="Name" value={name} onChange={(event) => rename(event.currentTarget.value)} />
        </label>
        <label>
          Moves camera
          <select aria-label="Moves camera" value={camera} onChange={(event) => setCamera(event.currentTarget.value)}>
            <option value="">as in the file</option>
            {(stage?.cameras ?? []).map((one) => (
              <option key={one.name}>{one.name}</option>
            ))}
          </select>
        </label>
      </div>
      <div class="setup-foot">
        <button type="button" onClick={() => void copy()}>
          Copy
        </button>
        <button type="button" disabled={!mayAct.value} onClick={() => void save()}>
          {there ? `Save over ${told}` : "Save into the stage file"}
        </button>
        <button type="button" disabled={!mayAct.value} onClick={async () => say(await tellEars("DELETE", "align"))}>
          Undo the last save
        </button>
        {said && <span class="aside">{said}</span>}
      </div>
    </section>
  );
}
