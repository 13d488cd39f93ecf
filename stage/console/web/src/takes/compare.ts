import { signal } from "@preact/signals";
import type { TakeMovie, TakeRow } from "../generated/records";
import { ratePerSecond } from "./playing";

/** Whether the page shows the chosen take's movie beside something else, instead of the walls. */
export const compares = signal(false);
/** "" = live; else the other take, by name. */
export const against = signal("");
/** Share of the width that the other picture has in a wipe; null = side by side. */
export const wipe = signal<number | null>(null);

export function toggleCompare(): void {
  compares.value = !compares.value;
}

/** The address of a take's movie or thumbnail. */
export function pictureOf(row: TakeRow, output: string, kind: "mp4" | "jpg"): string {
  return `/api/takes/${row.name}/${encodeURIComponent(output)}.${kind}`;
}

/** A frame after the roll, as a time in a movie. */
export function timeOf(row: TakeRow, proxy: TakeMovie, afterRoll: number): number {
  const roll = (row.first_frame ?? proxy.first_frame) + row.pre_roll;
  return Math.max(0, (roll + afterRoll - proxy.first_frame) / ratePerSecond(row.rate) + 0.001);
}
