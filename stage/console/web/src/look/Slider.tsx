import { useRef } from "preact/hooks";
import { mayAct } from "../link/acting";
import type { Reach } from "./groups";

const FINE = 0.1;
/** A finger that moves this far off the slider adjusts finely. */
const FINE_PX = 70;
/** A shorter slider reacts as if it were this long: it would be too quick for a finger. */
const LEAST_PX = 200;
const DOUBLE_MS = 350;
const PAGE_STEPS = 10;

interface SliderProps {
  label: string;
  value: number;
  reach: Reach;
  /** The value of the last recall, marked on the track. */
  base: number | undefined;
  change: (value: number) => void;
  reset: () => void;
}

interface Drag {
  x: number;
  y: number;
  value: number;
  moved: boolean;
}

/**
 * Drag anywhere on it to move the value by the same distance; a tap alone changes nothing. Shift, or moving the finger
 * above or below the slider, makes it ten times finer. A double tap resets it to the preset's value.
 */
export function Slider({ label, value, reach, base, change, reset }: SliderProps) {
  const drag = useRef<Drag | null>(null);
  const tapped = useRef(0);
  const span = reach.high - reach.low;

  const move = (event: PointerEvent, track: HTMLElement) => {
    const held = drag.current;
    if (!held) return;
    const fine = event.shiftKey || Math.abs(event.clientY - held.y) > FINE_PX ? FINE : 1;
    const by = (event.clientX - held.x) / Math.max(LEAST_PX, track.clientWidth);
    held.x = event.clientX;
    held.value = clamp(held.value + by * span * fine, reach);
    if (by !== 0) {
      held.moved = true;
      change(stepped(held.value, reach, fine));
    }
  };
  const release = (event: PointerEvent) => {
    const held = drag.current;
    drag.current = null;
    if (!held || held.moved || event.type === "pointercancel") return;
    if (event.timeStamp - tapped.current < DOUBLE_MS) reset();
    tapped.current = event.timeStamp;
  };
  const press = (event: KeyboardEvent) => {
    if (!mayAct.value) return;
    const fine = event.shiftKey ? FINE : 1;
    const by = KEYS[event.key];
    if (by !== undefined) change(stepped(clamp(value + by * reach.step * fine, reach), reach, fine));
    else if (event.key === "Home") change(reach.low);
    else if (event.key === "End") change(reach.high);
    else if (event.key === "Delete" || event.key === "Backspace") reset();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      class="slider"
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-disabled={!mayAct.value}
      aria-valuemin={reach.low}
      aria-valuemax={reach.high}
      aria-valuenow={value}
      onPointerDown={(event) => {
        if (event.button !== 0 || !mayAct.value) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        drag.current = { x: event.clientX, y: event.clientY, value: clamp(value, reach), moved: false };
      }}
      onPointerMove={(event) => move(event, event.currentTarget)}
      onPointerUp={release}
      onPointerCancel={release}
      onKeyDown={press}
    >
      <span class="slider-track">
        <span class="slider-fill" style={{ width: `${share(value, reach)}%` }} />
        {base !== undefined && Number.isFinite(base) && (
          <span class="slider-base" style={{ left: `${share(base, reach)}%` }} />
        )}
        <span class="slider-thumb" style={{ left: `${share(value, reach)}%` }} />
      </span>
    </div>
  );
}

const KEYS: Record<string, number> = {
  ArrowRight: 1,
  ArrowUp: 1,
  ArrowLeft: -1,
  ArrowDown: -1,
  PageUp: PAGE_STEPS,
  PageDown: -PAGE_STEPS,
};

function clamp(value: number, { low, high }: Reach): number {
  return Math.min(high, Math.max(low, value));
}

function share(value: number, reach: Reach): number {
  return (100 * (clamp(value, reach) - reach.low)) / (reach.high - reach.low || 1);
}

/** A whole number of steps, without the tail of binary fractions. */
function stepped(value: number, { step, digits }: Reach, fine: number): number {
  const size = step * fine;
  return Number((Math.round(value / size) * size).toFixed(fine === 1 ? digits : digits + 1));
}
