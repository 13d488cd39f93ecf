import { computed, effect, signal } from "@preact/signals";
import type { Playing, TakeRow } from "../generated/records";
import { mayAct } from "../link/acting";
import { give } from "../link/commands";
import { ask } from "../link/http";
import { shelves } from "../link/state";
import { NS_PER_S } from "../words";

/** The take that is chosen in the list, by name; "" = the newest. */
export const chosen = signal("");
/** Words typed into the search. */
export const words = signal("");

/** What the stage found for the words: it looks through all takes, also for looks, ratings and alerts. */
const answered = signal<{ words: string; names: readonly TakeRow[] } | null>(null);

/** The takes that have all the words; all where there are none. */
export const found = computed<readonly TakeRow[]>(() => {
  const rows = shelves.takes.value[""]?.rows ?? [];
  if (!words.value.trim()) return rows;
  const asked = answered.value?.names ?? [];
  return asked.map((row) => rows.find((newer) => newer.name === row.name) ?? row);
});

/** Search all takes of the stage for words. */
export function search(text: string): void {
  words.value = text;
  if (text.trim())
    void ask<TakeRow[]>(`/api/takes?words=${encodeURIComponent(text)}`).then(({ body }) => hear(text, body));
}

function hear(text: string, body: unknown): void {
  if (text === words.peek() && Array.isArray(body)) answered.value = { words: text, names: body as TakeRow[] };
}

effect(() => {
  if (shelves.takes.value[""] !== undefined) search(words.peek());
});

export const take = computed(() => found.value.find((row) => row.name === chosen.value) ?? found.value[0]);
export const playing = computed<Playing | null>(() => shelves.air.value[""]?.playing ?? null);

/** As it is read out. */
export function titleOf(row: { slate: string | null; take: number }): string {
  return `${row.slate ?? "no slate"} take ${row.take}`;
}

/** A rate as a number of frames a second. */
export function ratePerSecond(rate: string): number {
  const [above, below = "1"] = rate.split("/");
  return Number(above) / Number(below);
}

/** The frame of the take that is on the walls now. */
export function frameNow(of: Playing, nowNs: number): number {
  const steps = Math.floor(((nowNs - of.since_ns) / NS_PER_S) * ratePerSecond(of.rate) * of.speed);
  const number = of.at_number + steps;
  if (!of.loop) return Math.min(Math.max(number, of.first), of.last);
  const length = of.last - of.first + 1;
  return of.first + ((((number - of.first) % length) + length) % length);
}

/** Play the chosen take, or stand, or go on. */
export function togglePlay(): void {
  if (!mayAct.peek()) return;
  const now = playing.peek();
  const wanted = take.peek();
  if (now !== null && (wanted === undefined || wanted.name === now.take)) {
    void give("take.speed", { speed: now.speed === 0 ? 1 : 0 });
  } else if (wanted !== undefined) void give("take.play", { take: wanted.name, loop: loops.peek() });
}

/** Whether the next take that is played begins again at its end. */
export const loops = signal(false);

export function toggleLoop(): void {
  loops.value = !loops.value;
  const now = playing.peek();
  if (now !== null) void give("take.play", { take: now.take, speed: now.speed, loop: loops.value });
}

export function step(frames: number): void {
  if (playing.peek() !== null) void give("take.step", { frames }, true);
}

export function goLive(): void {
  if (playing.peek() !== null) void give("take.live");
}

/** Choose the next take of the list, or the one before. */
export function choose(by: number): void {
  const rows = found.peek();
  const at = rows.findIndex((row) => row.name === take.peek()?.name);
  const next = rows[Math.min(Math.max(at + by, 0), rows.length - 1)];
  if (next) chosen.value = next.name;
}
