import { useState } from "preact/hooks";
import { mayAct } from "../link/acting";
import { ask } from "../link/http";
import { shelves } from "../link/state";

const KEYS = [1, 2, 3, 4, 5, 6, 7, 8, 9];

/** The number key of a preset, kept in its file: it recalls this preset wherever it stands. */
export function NumberKey({ preset }: { preset: string }) {
  const [problem, setProblem] = useState("");
  const presets = shelves.shelf.value[""]?.presets ?? [];
  const card = presets.find(({ name }) => name === preset);
  const give = async (key: number | null) => {
    const { status, body } = await ask(`/api/presets/${encodeURIComponent(preset)}/key`, {
      method: "POST",
      body: { key },
    });
    setProblem(status === 200 ? "" : body.text);
  };
  return (
    <p class="number-key">
      <label>
        Number key{" "}
        <select
          value={String(card?.key ?? "")}
          disabled={!mayAct.value || card?.locked || card?.problem !== null}
          onChange={(event) => void give(Number(event.currentTarget.value) || null)}
        >
          <option value="">none</option>
          {KEYS.map((key) => (
            <option key={key} value={String(key)}>
              {key} {holder(key)}
            </option>
          ))}
        </select>
      </label>
      {problem && <span role="alert">{problem}</span>}
    </p>
  );

  function holder(key: number): string {
    const held = presets.find((each) => each.key === key);
    return held && held.name !== preset ? `(now ${held.title})` : "";
  }
}
