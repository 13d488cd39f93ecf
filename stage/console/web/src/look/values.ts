import { ITEM_FIELDS, LOOK_FIELDS, type LookField } from "../generated/look_fields";
import type { Look } from "../generated/records";

interface Named {
  name: string;
}

/** The value at a path of a look: `exposure.ev`, `grade.slope.0`, `walls.main.brightness`. */
export function valueAt(look: unknown, path: string): unknown {
  let here: unknown = look;
  for (let rest = path; rest !== ""; ) {
    const named = Array.isArray(here) ? namedIn(here, rest) : undefined;
    const key = named?.name ?? rest.split(".", 1)[0] ?? rest;
    here = named ?? (here as Record<string, unknown> | undefined)?.[key];
    rest = rest.slice(key.length + 1);
  }
  return here;
}

/** The thing whose name a path begins with; names may hold dots. */
function namedIn(things: unknown[], path: string): Named | undefined {
  const fits = (things as (Named | null)[]).filter((thing) => thing?.name && `${path}.`.startsWith(`${thing.name}.`));
  return fits.sort((a, b) => (b?.name.length ?? 0) - (a?.name.length ?? 0))[0] ?? undefined;
}

/** The path and value to send for one of several numbers that belong together: all of them. */
export function setting(look: unknown, path: string, value: unknown): [string, unknown] {
  const match = /^(.*)\.(\d)$/.exec(path);
  const held = match?.[1] ? valueAt(look, match[1]) : undefined;
  if (!match?.[1] || !Array.isArray(held)) return [path, value];
  const whole = [...(held as number[])];
  whole[Number(match[2])] = value as number;
  return [match[1], whole];
}

export function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** The named things at a path of the look: trims of walls, light cards, fixed fixtures. */
export function namedAt(look: unknown, path: string): Named[] {
  return (valueAt(look, path) as Named[] | undefined) ?? [];
}

/** The values to set to go back from `look` to `base`, by path: exactly those that differ. */
export function wayBack(look: Look, base: Look): Map<string, unknown> {
  const back = new Map<string, unknown>();
  for (const { path } of LOOK_FIELDS)
    if (!same(valueAt(look, path), valueAt(base, path))) back.set(path, valueAt(base, path));
  for (const [list, fields] of Object.entries(ITEM_FIELDS)) wayBackOfList(back, look, base, list, fields);
  return back;
}

function wayBackOfList(
  back: Map<string, unknown>,
  look: Look,
  base: Look,
  list: string,
  fields: readonly LookField[],
): void {
  const before = new Map(namedAt(base, list).map((item) => [item.name, item]));
  const now = new Map(namedAt(look, list).map((item) => [item.name, item]));
  for (const name of now.keys()) if (!before.has(name)) back.set(`${list}.${name}.removed`, true);
  for (const [name, item] of before)
    for (const { path } of fields)
      if (!same(valueAt(now.get(name), path), valueAt(item, path)))
        back.set(`${list}.${name}.${path}`, valueAt(item, path));
}
