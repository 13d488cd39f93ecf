import { LOOK_FIELDS, type LookField, type NumberField } from "../generated/look_fields";

/** How a value is shown: its name, its slider's range within the limits, and the step. */
interface Wording {
  label?: string;
  low?: number;
  high?: number;
  step?: number;
}

/** Labels and slider ranges where those derived from the model do not suit an operator. Values without a row here
 * have a control too. */
const WORDINGS: Record<string, Wording> = {
  "exposure.ev": { label: "Exposure", low: -6, high: 6, step: 0.05 },
  "exposure.white_balance_k": { label: "White balance", low: 2000, high: 12000, step: 50 },
  "exposure.tint": { label: "Tint, green to magenta" },
  "outer.ev": { label: "Outer view (light)", low: -6, high: 6, step: 0.05 },
  "outer.saturation": { label: "Outer saturation", high: 2 },
  "grade.saturation": { label: "Saturation", high: 2 },
  "grade.slope": { label: "Slope", high: 2 },
  "grade.offset": { label: "Offset", low: -0.2, high: 0.2, step: 0.005 },
  "grade.power": { label: "Power", low: 0.4, high: 2.5 },
  "sun.source": { label: "Sun from" },
  "sun.time_h": { label: "Time of day", step: 0.05 },
  "sun.utc_offset_h": { label: "Clock ahead of UTC", step: 0.5 },
  "sun.pan_deg": { label: "Azimuth (manual)", low: -180, high: 180, step: 0.5 },
  "sun.elevation_deg": { label: "Elevation (manual)", low: -20, step: 0.5 },
  "sun.gain": { label: "Sunlight", high: 4 },
  "sky.gain": { label: "Sky brightness", high: 4 },
  "sky.ambient_gain": { label: "Light from the sky", high: 4 },
  "sky.aerosol": { label: "Aerosol", high: 10, step: 0.05 },
  "sky.cloud_height_m": { label: "Cloud height", high: 6000, step: 50 },
  "sky.stars_gain": { label: "Stars", high: 10 },
  "sky.moon_gain": { label: "Moon", high: 10 },
  "haze.gain": { label: "Haze in the set", high: 10 },
  "haze.fog_per_m": { label: "Fog", high: 0.1, step: 0.0005 },
  "haze.height_m": { label: "Haze scale height", high: 500, step: 5 },
  "weather.wind_mps": { label: "Wind", high: 30, step: 0.5 },
  "weather.wind_pan_deg": { label: "Wind toward", low: -180, high: 180, step: 1 },
  "weather.wetness": { label: "Wet surfaces" },
  "weather.snow_cover": { label: "Snow on surfaces" },
  "weather.seed": { label: "Rain variation", high: 1000 },
  "practicals.mode": { label: "Lamps in the set" },
  "practicals.gain": { label: "Lamp light", high: 4 },
  "crowd.density": { label: "Crowd" },
  "crowd.activity": { label: "Crowd activity" },
  "inner.visible": { label: "Inner view" },
  "inner.margin_deg": { label: "Margin", high: 20, step: 0.1 },
  "inner.feather_deg": { label: "Feather", high: 10, step: 0.1 },
  "key.on": { label: "Key in the inner view" },
  "key.hue_deg": { label: "Hue (120 green, 240 blue)", step: 1 },
  "key.level": { label: "Level" },
  "key.markers": { label: "Tracking markers" },
  "key.spacing_m": { label: "Marker spacing", low: 0.1, high: 3, step: 0.05 },
  "key.marker_m": { label: "Marker size", low: 0.01, high: 0.3 },
  "key.marker_level": { label: "Marker level", step: 0.05 },
  "fixtures.master": { label: "Master" },
  "fixtures.blackout": { label: "Lamps out" },
  "fixtures.follow": { label: "Follow the set" },
  frame_code: { label: "Frame number on tiles" },
  gain: { label: "Gain", high: 2, step: 0.01 },
  turn_deg: { label: "Turn", low: -180, high: 180, step: 1 },
  nits: { label: "Light", high: 2000, step: 10 },
};

export interface Group {
  title: string;
  fields: LookField[];
  /** Lists of named things that belong to it. */
  lists: string[];
}

const PLAN: [title: string, roots: string[], lists: string[]][] = [
  ["Exposure", ["exposure", "outer"], []],
  ["Grade", ["grade"], []],
  ["Sun", ["sun"], []],
  ["Sky", ["sky"], []],
  ["Weather", ["haze", "weather"], []],
  ["Set", ["practicals", "crowd", "inner", "frame_code"], ["inner.cameras"]],
  ["Key", ["key"], []],
  ["Cards", [], ["light_cards"]],
  ["Lights", ["fixtures"], ["fixtures.fixed"]],
  ["Walls", ["walls"], ["walls"]],
];

function root(path: string): string {
  return path.split(".", 1)[0] ?? path;
}

/** Every value of the look in a group; roots without a group are in the last one, "More". */
export const GROUPS: Group[] = groups();

function groups(): Group[] {
  const named = new Set(PLAN.flatMap(([, roots]) => roots));
  const rest = LOOK_FIELDS.filter((field) => !named.has(root(field.path)));
  const planned = PLAN.map(([title, roots, lists]) => ({
    title,
    lists,
    fields: LOOK_FIELDS.filter((field) => roots.includes(root(field.path))),
  }));
  return rest.length > 0 ? [...planned, { title: "More", lists: [], fields: [...rest] }] : planned;
}

/** Whether a changed path belongs to a group. */
export function belongs(group: Group, path: string): boolean {
  return group.fields.some((field) => field.path === path) || group.lists.some((list) => path.startsWith(`${list}.`));
}

const UNIT_ENDINGS = /_(per_m|mps|deg|k|m|h)$/;

/** A field's label for the operator. `path` is a full path of the look or that of a named thing's value. */
export function labelOf(path: string): string {
  const known = WORDINGS[path]?.label;
  if (known) return known;
  const words = (path.split(".").at(-1) ?? path).replace(UNIT_ENDINGS, "").replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Paths such as `exposure.ev, walls.main.brightness` as labels; a thing with several values is named once. */
export function told(paths: string): string {
  const [, named = paths, more = ""] = /^(.*?)( and \d+ more)?$/.exec(paths) ?? [];
  return [...new Set(named.split(", ").map(toldPath))].join(", ") + more;
}

const THINGS: [before: string, word: string][] = [
  ["light_cards.", "card"],
  ["fixtures.fixed.", "lamp"],
  ["walls.", "wall"],
];
const PATH = /^[a-z_]+(\.[\p{L}\p{M}\p{N} ._·・-]+)+$/u;

function toldPath(path: string): string {
  if (!PATH.test(path)) return path;
  const [before, word] = THINGS.find(([start]) => path.startsWith(start)) ?? ["", ""];
  return before ? `${word} ${path.slice(before.length).replace(/\.[^.]*$/, "")}` : labelOf(path);
}

const STEPS = 100;

export interface Reach {
  low: number;
  high: number;
  step: number;
  digits: number;
}

/** A slider's range, and how many digits its value needs. */
export function reachOf(field: NumberField): Reach {
  const wording = WORDINGS[field.path] ?? {};
  const low = wording.low ?? field.low;
  const high = wording.high ?? field.high;
  const step = wording.step ?? (field.whole ? 1 : roundStep((high - low) / STEPS));
  return { low, high, step, digits: Math.max(0, Math.ceil(-Math.log10(step) - 1e-9)) };
}

/** 1, 2 or 5 times a power of ten, at most `step`; at most 0.01 for a fraction. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const mantissa = step / power;
  return power * (mantissa >= 5 ? 5 : mantissa >= 2 ? 2 : 1);
}
