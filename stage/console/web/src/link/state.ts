import { batch, effect, type Signal, signal } from "@preact/signals";
import { KIND_NAMES, type Kinds } from "../generated/records";
import { Link, type LinkState } from "./socket";

/** The newest records of every kind, by name, as the server has them. */
type Shelves = { readonly [Kind in keyof Kinds]: Signal<Readonly<Record<string, Kinds[Kind]>>> };

export const shelves = Object.fromEntries(KIND_NAMES.map((kind) => [kind, signal({})])) as unknown as Shelves;

export const linkState = signal<LinkState>("connecting");
/** When the connection was lost, on the page's clock; 0 while it is live. */
export const lostAtMs = signal(0);
/** Counts half seconds: its readers are redrawn as time passes. */
export const ticks = signal(0);

/** Pulses come five times a second; this long without one means the console is gone. */
const SILENCE_MS = 2000;
const TICK_MS = 500;

type StateMessage = [number: number, first: boolean, changed: Record<string, unknown>, gone: string[]];

/** Apply a server message to the shelves; the first of a connection replaces everything. */
export function applyMessage([, first, changed, gone]: StateMessage): void {
  batch(() => {
    const fresh = new Map<string, Record<string, unknown>>();
    const shelf = (kind: string) => {
      const known = fresh.get(kind) ?? { ...shelves[kind as keyof Kinds].value };
      fresh.set(kind, known);
      return known;
    };
    if (first) for (const kind of Object.keys(shelves)) fresh.set(kind, {});
    for (const [key, value] of Object.entries(changed)) {
      const [kind, name] = split(key);
      if (kind in shelves) shelf(kind)[name] = value;
    }
    for (const key of gone) {
      const [kind, name] = split(key);
      if (kind in shelves) delete shelf(kind)[name];
    }
    for (const [kind, value] of fresh) (shelves[kind as keyof Kinds] as Signal<unknown>).value = value;
  });
}

function split(key: string): [string, string] {
  const slash = key.indexOf("/");
  return [key.slice(0, slash), key.slice(slash + 1)];
}

/** Connect, for as long as the page lives. */
export function followState(): void {
  new Link({
    path: "/ws/state",
    silenceMs: SILENCE_MS,
    onMessage: (message) => applyMessage(message as StateMessage),
    onState: (state) => {
      linkState.value = state;
      lostAtMs.value = state === "lost" ? performance.now() : 0;
    },
  });
  effect(() => {
    const headline = linkState.value === "lost" ? "CONNECTION LOST" : shelves.pulse.value[""]?.headline;
    document.title = headline ? `${headline} · OpenStage` : "OpenStage console";
  });
  window.setInterval(() => {
    ticks.value += 1;
  }, TICK_MS);
}
