import { Label } from "./Label";
import { NumberInput } from "./NumberInput";

interface ColourProps {
  label: string;
  path: string;
  changed: boolean;
  reset: () => void;
  /** Scene-linear red, green, blue. */
  value: number[];
  send: (value: number[]) => void;
}

const PARTS = ["red", "green", "blue"];

/** A colour of light: picked by eye, or typed as scene-linear parts whose largest is 1. */
export function ColourField({ label, path, changed, reset, value, send }: ColourProps) {
  return (
    <div class="field field-colour" data-path={path}>
      <Label label={label} path={path} changed={changed} reset={reset} />
      <span class="colour-parts">
        <input
          type="color"
          aria-label={`${label}, by eye`}
          value={hexOf(value)}
          onInput={(event) => send(linearOf(event.currentTarget.value))}
        />
        {PARTS.map((part, index) => (
          <NumberInput
            key={part}
            label={`${label}, ${part}`}
            text={(value[index] ?? 0).toFixed(2)}
            change={(next) => send(value.map((old, at) => (at === index ? next : old)))}
          />
        ))}
      </span>
    </div>
  );
}

/** Linear light to the screen's code value and back: sRGB, IEC 61966-2-1. */
function encoded(linear: number): number {
  return linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;
}

function decoded(code: number): number {
  return code <= 0.04045 ? code / 12.92 : ((code + 0.055) / 1.055) ** 2.4;
}

/** A linear colour as the screen shows it, its largest part at full. */
export function hexOf(linear: readonly number[]): string {
  const largest = Math.max(...linear, 1e-6);
  const codes = linear.map((part) => Math.round(255 * encoded(Math.min(1, part / largest))));
  return `#${codes.map((code) => code.toString(16).padStart(2, "0")).join("")}`;
}

/** The linear colour of a picked one, its largest part 1. */
function linearOf(hex: string): number[] {
  const parts = [1, 3, 5].map((at) => decoded(Number.parseInt(hex.slice(at, at + 2), 16) / 255));
  const largest = Math.max(...parts);
  return parts.map((part) => (largest > 0 ? Number((part / largest).toFixed(3)) : 1));
}
