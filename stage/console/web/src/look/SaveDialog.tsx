import { useEffect, useState } from "preact/hooks";
import { LOOK_FIELDS } from "../generated/look_fields";
import type { OnAir, PresetCard } from "../generated/records";
import { lastAnswer } from "../link/commands";
import { ask } from "../link/http";
import { Dialog } from "../panels/Dialog";
import { namedAt, same, valueAt, wayBack } from "./values";

const ANYTHING_BUT_A_NAME = /[^\p{L}\p{M}\p{N}]+/gu;
const BEFORE_AND_AFTER = /^[-\p{M}]+|-+$/gu;
const LONGEST_NAME = 64;
const LISTS = ["walls", "light_cards"];
const COLOURS = ["#4f8fd0", "#d08a3f", "#c65d3b", "#6a5acd", "#3fae7a", "#b9b9b9", "#c14f8a", "#d4b83a"];
const NONE = "*";

interface SaveProps {
  air: OnAir;
  presets: PresetCard[];
  close: () => void;
}

/** Save the look on air, or some of its groups, as a new preset or over an existing one. */
export function SaveDialog({ air, presets, close }: SaveProps) {
  const recalled = presets.find(({ name }) => name === air.recalled);
  const [title, setTitle] = useState(recalled?.title ?? "");
  const name = presets.find((each) => each.title === title.trim())?.name ?? nameOf(title);
  const known = presets.find((each) => each.name === name);
  const [seen, setSeen] = useState(known);
  const [description, setDescription] = useState("");
  const [colour, setColour] = useState(COLOURS[0] ?? "");
  const [duration, setDuration] = useState(0);
  const [curve, setCurve] = useState("linear");
  const [picked, setGroups] = useState<string[] | null>(null);
  const groups = picked ?? usualGroups(air, known);
  const [trouble, setTrouble] = useState<{ text: string; conflict: boolean } | null>(null);
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    setTrouble(null);
    setSeen(known);
    if (!known) return;
    setDescription(known.description);
    setColour(known.colour);
    setDuration(known.duration_s);
    setCurve(known.curve);
  }, [name]);

  const save = async (overTheirs: boolean) => {
    setBusy(true);
    const revision = overTheirs ? await revisionOf(name) : (seen?.revision ?? NONE);
    const body = { title: title.trim(), description, colour, transition: { duration_s: duration, curve }, groups };
    const reply = await ask(`/api/presets/${encodeURIComponent(name)}`, {
      method: "PUT",
      body,
      headers: { "If-Match": revision },
    });
    setBusy(false);
    if (reply.status >= 200 && reply.status < 300) {
      const answer = { accepted: true, text: `Preset ${title.trim()} is saved.`, frame_number: null };
      lastAnswer.value = { name: "Saved", answer, atMs: performance.now() };
      close();
    } else setTrouble({ text: wordsOf(reply.body), conflict: reply.status === 412 });
  };
  const refused = known?.locked ? "This preset is locked: unlock it first, or choose another title." : "";
  return (
    <Dialog title="Save preset" close={close}>
      <form
        class="save-form"
        onSubmit={(event) => {
          event.preventDefault();
          void save(false);
        }}
      >
        <label>
          Title
          <input
            type="text"
            name="title"
            value={title}
            maxLength={64}
            onInput={(event) => setTitle(event.currentTarget.value)}
          />
        </label>
        <label>
          Description
          <input
            type="text"
            name="description"
            value={description}
            onInput={(event) => setDescription(event.currentTarget.value)}
          />
        </label>
        <fieldset class="colours" aria-label="Colour">
          {[...new Set([...COLOURS, colour])].map((each) => (
            <button
              type="button"
              key={each}
              aria-pressed={each === colour}
              aria-label={each}
              style={{ background: each }}
              onClick={() => setColour(each)}
            />
          ))}
        </fieldset>
        <div class="transition">
          <label>
            Fade time
            <input
              type="number"
              name="duration"
              min={0}
              max={600}
              step="any"
              value={duration}
              onInput={(event) => setDuration(Number(event.currentTarget.value) || 0)}
            />
            s
          </label>
          <span class="choice">
            {(["linear", "smooth"] as const).map((each) => (
              <button type="button" key={each} aria-pressed={each === curve} onClick={() => setCurve(each)}>
                {each}
              </button>
            ))}
          </span>
        </div>
        <fieldset class="group-choice">
          <legend>Contents</legend>
          {ALL_GROUPS.map((group) => (
            <button
              type="button"
              key={group}
              aria-pressed={groups.includes(group)}
              onClick={() =>
                setGroups(groups.includes(group) ? groups.filter((each) => each !== group) : [...groups, group])
              }
            >
              {group.replaceAll("_", " ")}
            </button>
          ))}
        </fieldset>
        <p class="save-where">
          {refused || (known ? whereOf(known) : name ? `A new preset: looks/${name}.toml` : "Give it a title.")}
        </p>
        {trouble && (
          <div class="trouble" role="alert">
            <p>{trouble.text}</p>
            {trouble.conflict && (
              <button type="button" disabled={busy} onClick={() => void save(true)}>
                Save over theirs
              </button>
            )}
          </div>
        )}
        <div class="button-row">
          <button type="button" onClick={close}>
            Cancel
          </button>
          <button type="submit" class="save" disabled={busy || name === "" || groups.length === 0 || refused !== ""}>
            {known ? "Save over it" : "Save"}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

async function revisionOf(name: string): Promise<string> {
  const { status, body } = await ask<{ revision?: string }>(`/api/presets/${encodeURIComponent(name)}`);
  return status === 200 ? (body.revision ?? NONE) : NONE;
}

/** The name of a preset by its title, in any script. */
function nameOf(title: string): string {
  const plain = title.trim().toLowerCase().normalize("NFC").replace(ANYTHING_BUT_A_NAME, "-");
  return Array.from(plain.replace(BEFORE_AND_AFTER, "")).slice(0, LONGEST_NAME).join("").replace(BEFORE_AND_AFTER, "");
}

function whereOf({ title, own, name }: PresetCard): string {
  return own
    ? `Replaces the preset ${title}.`
    : `${title} comes with OpenStage: this saves your own copy, looks/${name}.toml`;
}

function wordsOf(body: unknown): string {
  const { text, detail } = body as { text?: string; detail?: unknown };
  return text ?? (typeof detail === "string" ? detail : "It was not saved.");
}

/** What a preset can hold: groups of values and lists. The frame number on the tiles is not saved with a look. */
const ALL_GROUPS = [
  ...new Set([...LOOK_FIELDS.filter(({ path }) => path.includes(".")).map(({ path }) => rootOf(path)), ...LISTS]),
];

function rootOf(path: string): string {
  return path.split(".", 1)[0] ?? path;
}

/** What is saved by default: over a preset, its groups and those changed since the recall; in a new one, every group
 * that is not neutral. */
function usualGroups(air: OnAir, known: PresetCard | undefined): string[] {
  const usual = known ? [...known.groups, ...changedGroups(air)] : touchedGroups(air);
  return ALL_GROUPS.filter((group) => usual.includes(group));
}

/** Groups with a value changed since the last recall. */
function changedGroups({ look, base }: OnAir): string[] {
  return [...new Set([...wayBack(look, base).keys()].map(rootOf))];
}

/** Groups with a value that is not neutral. */
function touchedGroups({ look }: OnAir): string[] {
  const turned = LOOK_FIELDS.filter(({ path, initial }) => !same(valueAt(look, path), initial));
  const lists = LISTS.filter((list) => namedAt(look, list).length > 0);
  return [...new Set([...turned.map(({ path }) => rootOf(path)), ...lists])];
}
