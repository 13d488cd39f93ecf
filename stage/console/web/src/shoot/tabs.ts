import { computed, signal } from "@preact/signals";
import type { CueRow, PresetCard } from "../generated/records";
import { give } from "../link/commands";
import { isLocked, type Lock } from "../link/locks";
import { shelves } from "../link/state";
import { readinessOf } from "./sets";

/** Something to put on air with one tap, or to preview first. */
export interface Choice {
  kind: TabName;
  id: string;
  title: string;
  colour: string;
  /** Why it cannot go on air; null = it can. */
  problem: string | null;
  fire: () => Promise<unknown>;
  /** The preset and the set of its picture; "air" and "" = those on air. */
  preset: string;
  scene: string;
}

export type TabName = "presets" | "sets" | "cues";

interface Tab {
  name: TabName;
  title: string;
  places: number;
  /** What locks its choices while a take rolls. */
  lock: Lock;
  choices: () => readonly Choice[];
}

const AIR = "air";

function ofPreset(card: PresetCard): Choice {
  const { name, title, colour, problem } = card;
  const fire = () => give("look.recall", { preset: name });
  return { kind: "presets", id: name, title, colour, problem, fire, preset: name, scene: "" };
}

function ofScene(scene: string): Choice {
  const { mood, detail } = readinessOf(scene);
  const problem = mood === "critical" ? detail : null;
  const fire = () => give("scene.switch", { scene, when_ready: true });
  return { kind: "sets", id: scene, title: scene, colour: "", problem, fire, preset: AIR, scene };
}

function ofCue(row: CueRow): Choice {
  const { id, title, colour, preset, set } = row;
  const problem = row.problem || null;
  const fire = () => give("cue.fire", { cue: id, when_ready: true });
  return { kind: "cues", id, title, colour, problem, fire, preset: preset ?? AIR, scene: set ?? "" };
}

export const TABS: readonly Tab[] = [
  {
    name: "presets",
    title: "Presets",
    places: 9,
    lock: "presets",
    choices: () => (shelves.shelf.value[""]?.presets ?? []).map(ofPreset),
  },
  {
    name: "sets",
    title: "Sets",
    places: 9,
    lock: "sets",
    choices: () => (shelves.shelf.value[""]?.scenes ?? []).map(ofScene),
  },
  {
    name: "cues",
    title: "Cues",
    places: 6,
    lock: "go",
    choices: () => (shelves.cues.value[""]?.cues ?? []).map(ofCue),
  },
];
const [PRESETS] = TABS as [Tab];

const opened = signal<TabName>("presets");
const pages = signal<Readonly<Record<string, number>>>({});

export const tab = computed(() => TABS.find(({ name }) => name === opened.value) ?? PRESETS);
export const pageCount = computed(() => Math.max(1, Math.ceil(tab.value.choices().length / tab.value.places)));
export const pageNumber = computed(() => Math.min(pages.value[opened.value] ?? 0, pageCount.value - 1));
/** The choices on the open page. */
export const onPage = computed(() => {
  const { places, choices } = tab.value;
  return choices().slice(pageNumber.value * places, (pageNumber.value + 1) * places);
});

/** The choice being previewed before it goes on air. */
export const previewed = signal<Choice | null>(null);
/** Whether the next tap or key only previews. */
export const lookFirst = signal(false);

export function openTab(name: TabName): void {
  opened.value = name;
}

export function nextTab(): void {
  opened.value = (TABS[(TABS.indexOf(tab.value) + 1) % TABS.length] ?? PRESETS).name;
}

/** Turn the grid's pages; the last is followed by the first. */
export function turnPage(by: number): void {
  const next = (pageNumber.value + by + pageCount.value) % pageCount.value;
  pages.value = { ...pages.value, [opened.value]: next };
}

/** Whether a rolling take keeps it off the walls. */
export function isLockedNow(choice: Choice): boolean {
  return isLocked((TABS.find(({ name }) => name === choice.kind) ?? PRESETS).lock);
}

/** Put on air, or preview first. Cues are always previewed, because a slip of the finger must not jump in the list; so
 * is what is broken or locked, which says why. */
export function choose(choice: Choice): void {
  const certain = choice.problem === null && !isLockedNow(choice) && choice.kind !== "cues";
  if (lookFirst.value || !certain) look(choice);
  else void choice.fire();
}

export function look(choice: Choice): void {
  lookFirst.value = false;
  previewed.value = choice;
}

/** The preset that a number key belongs to, wherever it stands. */
export function chooseKey(key: number): void {
  const card = shelves.shelf.value[""]?.presets.find((preset) => preset.key === key);
  if (card) choose(ofPreset(card));
}
