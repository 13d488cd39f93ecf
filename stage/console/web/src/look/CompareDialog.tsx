import { useEffect, useState } from "preact/hooks";
import type { PresetCard } from "../generated/records";
import { ask } from "../link/http";
import { Dialog } from "../panels/Dialog";
import { told } from "./groups";

const AIR = "air";

interface Difference {
  path: string;
  label?: string;
  unit?: string;
  a: unknown;
  b: unknown;
}

interface CompareProps {
  recalled: string | null;
  presets: PresetCard[];
  close: () => void;
}

/** The differences between two presets, or between a preset and the look on air, value by value. */
export function CompareDialog({ recalled, presets, close }: CompareProps) {
  const [left, setLeft] = useState(recalled || (presets[0]?.name ?? ""));
  const [right, setRight] = useState(AIR);
  const [rows, setRows] = useState<Difference[] | string>([]);
  useEffect(() => {
    let here = true;
    setRows("…");
    void ask<Difference[] | { text?: string }>(
      `/api/presets/${encodeURIComponent(left)}/compare/${encodeURIComponent(right)}`,
    ).then(({ body }) => {
      if (here) setRows(Array.isArray(body) ? body : (body.text ?? "They cannot be compared."));
    });
    return () => {
      here = false;
    };
  }, [left, right]);
  const choices = presets.filter(({ problem }) => problem === null);
  return (
    <Dialog title="Compare" close={close}>
      <div class="compare-choice">
        <Choice label="This preset" value={left} set={setLeft} presets={choices} />
        <Choice label="with" value={right} set={setRight} presets={choices} air />
      </div>
      {typeof rows === "string" ? (
        <p class="hint">{rows}</p>
      ) : rows.length === 0 ? (
        <p class="hint">They are the same.</p>
      ) : (
        <table class="figures-table">
          <thead>
            <tr>
              <th>value</th>
              <th class="right">{left}</th>
              <th class="right">{right === AIR ? "on air" : right}</th>
              <th />
            </tr>
          </thead>
          <tbody>
            {rows.map(({ path, label, unit, a, b }) => (
              <tr key={path} title={path}>
                <th scope="row">
                  {label || told(path)} <small>{told(path) === path ? "" : path}</small>
                </th>
                <td class="right number">{shown(a)}</td>
                <td class="right number">{shown(b)}</td>
                <td>{unit}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Dialog>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  set: (value: string) => void;
  presets: PresetCard[];
  air?: boolean;
}

function Choice({ label, value, set, presets, air }: ChoiceProps) {
  return (
    <label>
      {label}
      <select value={value} onChange={(event) => set(event.currentTarget.value)}>
        {air && <option value={AIR}>on air</option>}
        {presets.map(({ name, title }) => (
          <option key={name} value={name}>
            {title}
          </option>
        ))}
      </select>
    </label>
  );
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return "–";
  if (typeof value === "number") return String(Number(value.toFixed(4)));
  if (typeof value === "boolean") return value ? "on" : "off";
  if (typeof value === "string") return value;
  return JSON.stringify(value);
}
