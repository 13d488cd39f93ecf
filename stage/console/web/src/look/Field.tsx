import { useRef, useState } from "preact/hooks";
import type { LookField, NumberField } from "../generated/look_fields";
import type { Look } from "../generated/records";
import { setValue } from "../link/commands";
import { ColourField } from "./ColourField";
import { labelOf, reachOf } from "./groups";
import { Label, type TitleProps } from "./Label";
import { NumberInput } from "./NumberInput";
import { Slider } from "./Slider";
import { same, setting, valueAt } from "./values";

interface FieldProps {
  field: LookField;
  look: Look;
  /** The look as the last recall left it. */
  base: Look;
  /** Prefix of the field's path where it belongs to a named thing: `walls.main`. */
  of?: string;
}

/** One value of the look: the stage's value, whether it differs from the preset's, and controls to change it. */
export function Field({ field, look, base, of }: FieldProps) {
  const path = of ? `${of}.${field.path}` : field.path;
  const label = labelOf(field.path);
  const value = valueAt(look, path) ?? field.initial;
  const was = valueAt(base, path) ?? field.initial;
  const send = (next: unknown) => setValue(path, next);
  const title = { label, path, changed: !same(value, was), reset: () => send(was) };
  switch (field.kind) {
    case "number":
      if (field.count === 1)
        return <NumberRow field={field} {...title} value={value as number} was={was as number} send={send} />;
      if (field.path === "colour") return <ColourField {...title} value={value as number[]} send={send} />;
      return <Several field={field} look={look} base={base} path={path} label={label} />;
    case "switch":
      return (
        <div class="field" data-path={path}>
          <Label {...title} />
          <button
            type="button"
            class="toggle"
            aria-label={label}
            aria-pressed={value === true}
            onClick={() => send(value !== true)}
          >
            {value === true ? "on" : "off"}
          </button>
        </div>
      );
    case "choice":
      return (
        <div class="field" data-path={path}>
          <Label {...title} />
          <span class="choice">
            {field.words.map((word) => (
              <button type="button" key={word} aria-pressed={value === word} onClick={() => send(word)}>
                {word}
              </button>
            ))}
          </span>
        </div>
      );
    case "text":
      return (
        <div class="field" data-path={path}>
          <Label {...title} />
          <input
            type="text"
            aria-label={label}
            value={String(value)}
            pattern={field.pattern.replace(/^\^|\$$/g, "")}
            onChange={(event) => event.currentTarget.checkValidity() && send(event.currentTarget.value)}
          />
        </div>
      );
  }
}

const PARTS = ["red", "green", "blue"];

/** Numbers that belong together, each with its slider. */
function Several({
  field,
  look,
  base,
  path,
  label,
}: {
  field: NumberField;
  look: Look;
  base: Look;
  path: string;
  label: string;
}) {
  const parts = Array.from({ length: field.count }, (_, index) => index);
  const initial = field.initial as number[];
  return (
    <div class="several" data-path={path}>
      <span class="several-name">{label}</span>
      {parts.map((index) => {
        const part = `${path}.${index}`;
        const value = (valueAt(look, part) ?? initial[index]) as number;
        const was = (valueAt(base, part) ?? initial[index]) as number;
        const send = (next: unknown) => setValue(...whole(look, path, index, next, initial));
        return (
          <NumberRow
            key={part}
            field={field}
            label={`${label}, ${PARTS[index] ?? index}`}
            shown={PARTS[index] ?? String(index)}
            path={part}
            changed={value !== was}
            reset={() => send(was)}
            value={value}
            was={was}
            send={send}
          />
        );
      })}
    </div>
  );
}

/** All the numbers with one of them changed; neutral ones for a thing that the look does not name yet. */
function whole(look: Look, path: string, index: number, next: unknown, initial: number[]): [string, unknown] {
  if (valueAt(look, path) !== undefined) return setting(look, `${path}.${index}`, next);
  return [path, initial.map((value, at) => (at === index ? next : value))];
}

interface NumberProps extends TitleProps {
  field: NumberField;
  /** Its name where several share a heading. */
  shown?: string;
  value: number;
  was: number;
  /** Settles once the stage has answered. */
  send: (value: number) => Promise<void>;
}

/** By this long after the answer, the stage's own value, or another operator's, has arrived. */
const HELD_MS = 800;

/** Shows the operator's value while they drag and until the stage has answered; otherwise the stage's. */
function NumberRow({ field, label, shown: short, path, changed, reset, value, was, send }: NumberProps) {
  const [held, setHeld] = useState<number | null>(null);
  const shown = held ?? value;
  const turns = useRef(0);
  const reach = reachOf(field);
  const change = (next: number) => {
    if (!Number.isFinite(next)) return;
    const turn = ++turns.current;
    const letGo = () => turn === turns.current && setHeld(null);
    setHeld(next);
    void send(next).then(() => window.setTimeout(letGo, HELD_MS));
  };
  const back = () => {
    turns.current += 1;
    setHeld(null);
    reset();
  };
  return (
    <div class="field field-range" data-path={path}>
      <Label label={label} shown={short ?? label} path={path} changed={changed} reset={back} />
      <Slider label={label} value={shown} reach={reach} base={was} change={change} reset={back} />
      <NumberInput
        label={`${label}, value`}
        text={Number.isFinite(shown) ? trimmed(shown, reach.digits) : ""}
        change={change}
      />
      <small>{field.unit}</small>
    </div>
  );
}

/** As many digits as the step has, or more where the value has them (fine drag, typed value). */
function trimmed(value: number, digits: number): string {
  const short = value.toFixed(digits);
  return Math.abs(Number(short) - value) < 1e-9 ? short : String(Number(value.toFixed(digits + 2)));
}
