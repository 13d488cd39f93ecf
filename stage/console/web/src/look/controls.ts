/** What can be set of a look: label, unit, and the range a slider covers. The stage checks the true limits. */
export interface Range {
  kind: "range";
  path: string;
  label: string;
  unit: string;
  low: number;
  high: number;
  step: number;
}

export interface Switch {
  kind: "switch";
  path: string;
  label: string;
}

export interface Choice {
  kind: "choice";
  path: string;
  label: string;
  words: readonly string[];
}

export interface Text {
  kind: "text";
  path: string;
  label: string;
  pattern: string;
}

export type Control = Range | Switch | Choice | Text;

export interface Group {
  title: string;
  controls: Control[];
}

function range(path: string, label: string, unit: string, low: number, high: number, step: number): Range {
  return { kind: "range", path, label, unit, low, high, step };
}

function share(path: string, label: string): Range {
  return range(path, label, "", 0, 1, 0.01);
}

function gain(path: string, label: string, high = 4): Range {
  return range(path, label, "x", 0, high, 0.01);
}

function colour(path: string, label: string, low: number, high: number): Range[] {
  return ["red", "green", "blue"].map((name, index) =>
    range(`${path}.${index}`, `${label}, ${name}`, "", low, high, 0.01),
  );
}

export const GROUPS: Group[] = [
  {
    title: "Exposure",
    controls: [
      range("exposure.ev", "Exposure", "EV", -6, 6, 0.05),
      range("exposure.white_balance_k", "White balance", "K", 2000, 12000, 50),
      range("exposure.tint", "Tint, green to magenta", "", -1, 1, 0.01),
      range("outer.ev", "Outer view (light)", "EV", -6, 6, 0.05),
      range("outer.saturation", "Outer saturation", "", 0, 2, 0.01),
    ],
  },
  {
    title: "Sun and time",
    controls: [
      { kind: "choice", path: "sun.source", label: "Sun from", words: ["scene", "place", "hand"] },
      { kind: "text", path: "sun.date", label: "Date", pattern: "\\d{4}-\\d{2}-\\d{2}" },
      range("sun.time_h", "Time of day", "h", 0, 24, 0.05),
      range("sun.utc_offset_h", "Clock ahead of UTC", "h", -12, 14, 0.5),
      range("sun.pan_deg", "Azimuth (by hand)", "°", -180, 180, 0.5),
      range("sun.elevation_deg", "Height (by hand)", "°", -20, 90, 0.5),
      gain("sun.gain", "Sunlight"),
    ],
  },
  {
    title: "Sky",
    controls: [
      gain("sky.gain", "Sky brightness"),
      gain("sky.ambient_gain", "Light from the sky"),
      range("sky.aerosol", "Aerosol", "x", 0, 10, 0.05),
      share("sky.cloud_cover", "Cloud cover"),
      share("sky.cloud_density", "Cloud density"),
      range("sky.cloud_height_m", "Cloud height", "m", 200, 6000, 50),
      gain("sky.stars_gain", "Stars", 10),
      gain("sky.moon_gain", "Moon", 10),
    ],
  },
  {
    title: "Haze and weather",
    controls: [
      gain("haze.gain", "Haze of the set", 10),
      range("haze.fog_per_m", "Fog", "1/m", 0, 0.1, 0.0005),
      range("haze.height_m", "Haze thins every", "m", 0, 500, 5),
      share("weather.rain", "Rain"),
      share("weather.snow", "Snow"),
      share("weather.dust", "Dust"),
      range("weather.wind_mps", "Wind", "m/s", 0, 30, 0.5),
      range("weather.wind_pan_deg", "Wind toward", "°", -180, 180, 1),
      share("weather.wetness", "Wet surfaces"),
      share("weather.snow_cover", "Snow on surfaces"),
    ],
  },
  {
    title: "Grade (CDL)",
    controls: [
      range("grade.saturation", "Saturation", "", 0, 2, 0.01),
      ...colour("grade.slope", "Slope", 0, 2),
      ...colour("grade.offset", "Offset", -0.2, 0.2),
      ...colour("grade.power", "Power", 0.4, 2.5),
    ],
  },
  {
    title: "Views, crowd and lamps",
    controls: [
      { kind: "switch", path: "inner.visible", label: "Inner view" },
      range("inner.margin_deg", "Margin", "°", 0, 20, 0.1),
      range("inner.feather_deg", "Feather", "°", 0, 10, 0.1),
      share("crowd.density", "Crowd"),
      share("crowd.activity", "Crowd moves"),
      { kind: "choice", path: "practicals.mode", label: "Lamps of the set", words: ["auto", "on", "off"] },
      gain("practicals.gain", "Lamp light"),
    ],
  },
  {
    title: "Chroma key",
    controls: [
      { kind: "switch", path: "key.on", label: "Key in the inner view" },
      range("key.hue_deg", "Hue (120 green, 240 blue)", "°", 0, 360, 1),
      share("key.level", "Level"),
      { kind: "switch", path: "key.markers", label: "Tracking markers" },
      range("key.spacing_m", "Marker spacing", "m", 0.1, 3, 0.05),
      range("key.marker_m", "Marker size", "m", 0.01, 0.3, 0.01),
      range("key.marker_level", "Marker level", "x", 0, 4, 0.05),
    ],
  },
];

/** The brightness of one wall. */
export function wallControl(wall: string): Range {
  return share(`walls.${wall}.brightness`, `Wall ${wall}`);
}

interface Named {
  name: string;
}

/** The value at a path of a look: `exposure.ev`, `grade.slope.0`, `walls.main.brightness`. */
export function valueAt(look: unknown, path: string): unknown {
  let here: unknown = look;
  for (const key of path.split(".")) {
    if (Array.isArray(here)) {
      const named = here.find((item: unknown) => (item as Named | null)?.name === key);
      here = named ?? here[Number(key)];
    } else here = (here as Record<string, unknown> | undefined)?.[key];
  }
  return here;
}

/** What is sent for a path: a colour's part is sent as the whole colour. */
export function setting(look: unknown, path: string, value: unknown): [string, unknown] {
  const match = /^(.*)\.([012])$/.exec(path);
  if (!match?.[1]) return [path, value];
  const whole = [...(valueAt(look, match[1]) as number[])];
  whole[Number(match[2])] = value as number;
  return [match[1], whole];
}
