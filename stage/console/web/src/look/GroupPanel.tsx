import { signal } from "@preact/signals";
import { ITEM_FIELDS } from "../generated/look_fields";
import type { Look } from "../generated/records";
import { mayAct } from "../link/acting";
import { give } from "../link/commands";
import { shelves } from "../link/state";
import { Cards } from "./Cards";
import { Field } from "./Field";
import { FixtureFields } from "./FixtureFields";
import { belongs, GROUPS, type Group } from "./groups";
import { Meter } from "./Meter";

/** This many rows fit the page; more are set in two columns. */
const ONE_COLUMN = 9;
const chosen = signal(GROUPS[0]?.title ?? "");

interface GroupsProps {
  look: Look;
  base: Look;
  /** Values that differ from the last recall, with their value then, by path. */
  back: Map<string, unknown>;
}

/** The look's values, one group at a time; each group's button counts the changes since the preset. */
export function GroupPanel({ look, base, back }: GroupsProps) {
  const group = GROUPS.find(({ title }) => title === chosen.value) ?? GROUPS[0];
  if (!group) return null;
  const changed = pathsOf(group, back);
  return (
    <div class="group-panel">
      <nav class="group-tabs" aria-label="Groups of values">
        {GROUPS.map((each) => (
          <GroupTab key={each.title} group={each} count={pathsOf(each, back).length} />
        ))}
      </nav>
      <div class="group-body" data-group={group.title}>
        <fieldset class="bare" disabled={!mayAct.value}>
          <GroupFields group={group} look={look} base={base} />
        </fieldset>
      </div>
      <Meter />
      <footer class="group-foot">
        <span class="aside">
          {changed.length > 0 ? `${changed.length} changed since the preset` : "as in the preset"}
        </span>
        <button type="button" disabled={changed.length === 0 || !mayAct.value} onClick={() => takeBack(back, changed)}>
          Reset {group.title} <kbd>0</kbd>
        </button>
      </footer>
    </div>
  );
}

function GroupTab({ group, count }: { group: Group; count: number }) {
  return (
    <button
      type="button"
      aria-pressed={group.title === chosen.value}
      onClick={() => {
        chosen.value = group.title;
      }}
    >
      {group.title}
      {count > 0 && (
        <b class="changes" title={`${count} changed since the preset`}>
          {count}
        </b>
      )}
    </button>
  );
}

function GroupFields({ group, look, base }: { group: Group; look: Look; base: Look }) {
  if (group.lists.includes("light_cards")) return <Cards look={look} base={base} />;
  if (group.lists.includes("fixtures.fixed")) return <FixtureFields group={group} look={look} base={base} />;
  return (
    <div class={group.fields.length > ONE_COLUMN ? "fields in-two" : "fields"}>
      {group.fields.map((field) => (
        <Field key={field.path} field={field} look={look} base={base} />
      ))}
      {group.lists.includes("walls") && <Trims list="walls" of="Wall" names={wallNames()} look={look} base={base} />}
      {group.lists.includes(CAMERAS) && (
        <Trims list={CAMERAS} of="Camera" names={cameraNames()} look={look} base={base} />
      )}
    </div>
  );
}

/** The inner views of single cameras. */
const CAMERAS = "inner.cameras";
const wallNames = () => (shelves.stage.value[""]?.walls ?? []).map(({ name }) => name);
const cameraNames = () => (shelves.stage.value[""]?.cameras ?? []).map(({ name }) => name);

interface TrimsProps {
  list: string;
  of: string;
  names: string[];
  look: Look;
  base: Look;
}

/** What every wall or camera has of its own. */
function Trims({ list, of, names, look, base }: TrimsProps) {
  return (
    <>
      {names.map((name) => (
        <fieldset key={name}>
          <legend>
            {of} {name}
          </legend>
          {(ITEM_FIELDS[list] ?? []).map((field) => (
            <Field key={field.path} field={field} look={look} base={base} of={`${list}.${name}`} />
          ))}
        </fieldset>
      ))}
    </>
  );
}

function pathsOf(group: Group, back: Map<string, unknown>): string[] {
  return [...back.keys()].filter((path) => belongs(group, path));
}

/** Reset values to those of the last recall, in one step. */
export function takeBack(back: Map<string, unknown>, paths: Iterable<string>): void {
  void give("look.set", { values: Object.fromEntries([...paths].map((path) => [path, back.get(path)])) });
}

/** The next or the previous group. */
export function stepGroup(by: number): void {
  const at = GROUPS.findIndex(({ title }) => title === chosen.value);
  chosen.value = GROUPS[(at + by + GROUPS.length) % GROUPS.length]?.title ?? chosen.value;
}

/** Reset the open group to the preset. */
export function resetGroup(back: Map<string, unknown>): void {
  const group = GROUPS.find(({ title }) => title === chosen.value);
  const paths = group ? pathsOf(group, back) : [];
  if (paths.length > 0) takeBack(back, paths);
}
