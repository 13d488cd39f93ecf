import { useEffect, useState } from "preact/hooks";
import { setValue } from "../link/commands";
import type { Control, Range } from "./controls";
import { setting, valueAt } from "./controls";

interface FieldProps {
  control: Control;
  look: unknown;
  /** Shown where the look does not name the thing at all (a wall without a trim). */
  unset?: unknown;
}

/** One value of the look: what the stage has, and a way to change it. */
export function Field({ control, look, unset }: FieldProps) {
  const value = valueAt(look, control.path) ?? unset;
  const send = (next: unknown) => setValue(...setting(look, control.path, next));
  switch (control.kind) {
    case "range":
      return <RangeField control={control} value={Number(value)} send={send} />;
    case "switch":
      return (
        <div class="field">
          <span>{control.label}</span>
          <button type="button" class="toggle" aria-pressed={value === true} onClick={() => send(value !== true)}>
            {value === true ? "on" : "off"}
          </button>
        </div>
      );
    case "choice":
      return (
        <div class="field">
          <span>{control.label}</span>
          <span class="choice">
            {control.words.map((word) => (
              <button type="button" key={word} aria-pressed={value === word} onClick={() => send(word)}>
                {word}
              </button>
            ))}
          </span>
        </div>
      );
    case "text":
      return (
        <label class="field">
          <span>{control.label}</span>
          <input
            type="text"
            value={String(value)}
            pattern={control.pattern}
            onChange={(event) => event.currentTarget.checkValidity() && send(event.currentTarget.value)}
          />
        </label>
      );
  }
}

/** While a finger is on the slider it shows the finger's value; else the stage's. */
function RangeField({ control, value, send }: { control: Range; value: number; send: (value: number) => void }) {
  const [held, setHeld] = useState<number | null>(null);
  const shown = held ?? value;
  useEffect(() => {
    if (held === null) return;
    const timer = window.setTimeout(() => setHeld(null), 800);
    return () => window.clearTimeout(timer);
  }, [held]);
  const change = (text: string) => {
    const next = Number(text);
    if (text === "" || !Number.isFinite(next)) return;
    setHeld(next);
    send(next);
  };
  const digits = Math.max(0, Math.ceil(-Math.log10(control.step) - 1e-9));
  return (
    <label class="field field-range">
      <span>{control.label}</span>
      <input
        type="range"
        aria-label={control.label}
        min={control.low}
        max={control.high}
        step={control.step}
        value={shown}
        onInput={(event) => change(event.currentTarget.value)}
      />
      <NumberInput
        label={`${control.label}, value`}
        text={Number.isFinite(shown) ? shown.toFixed(digits) : ""}
        change={change}
      />
      <small>{control.unit}</small>
    </label>
  );
}

/** A typed value: while it is being typed it is the writer's; it counts on Enter or when the field is left. */
function NumberInput({ label, text, change }: { label: string; text: string; change: (text: string) => void }) {
  const [draft, setDraft] = useState<string | null>(null);
  const commit = () => {
    if (draft !== null) change(draft);
    setDraft(null);
  };
  return (
    <input
      type="number"
      aria-label={label}
      step="any"
      value={draft ?? text}
      onInput={(event) => setDraft(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === "Enter") commit();
        else if (event.key === "Escape") setDraft(null);
      }}
    />
  );
}
