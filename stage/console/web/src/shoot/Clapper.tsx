import { signal } from "@preact/signals";
import { mayAct } from "../link/acting";
import { give } from "../link/commands";
import { shelves } from "../link/state";
import { NS_PER_S } from "../words";

/** The text typed for the next slate; null = unchanged. */
const draft = signal<string | null>(null);
const SLATE_ID = "slate";

/** Roll with the typed slate, or cut the rolling take. */
export function toggleRoll(): void {
  if (!mayAct.peek()) return;
  const rolling = shelves.air.peek()[""]?.slate.rolling === true;
  const name = draft.peek();
  void (rolling ? give("shot.cut") : give("shot.roll", name ? { slate: name } : {}));
  draft.value = null;
}

export function typeSlate(): void {
  const input = document.getElementById(SLATE_ID) as HTMLInputElement | null;
  input?.focus();
  input?.select();
}

/** Slate, take, running time, and the one button of every take. */
export function Clapper() {
  const slate = shelves.air.value[""]?.slate;
  const rolling = slate?.rolling === true;
  const name = draft.value ?? slate?.name ?? "";
  return (
    <section class={`panel clapper${rolling ? " is-rolling" : ""}`} aria-label="Slate">
      <div class="clapper-figures">
        <label for={SLATE_ID}>
          Slate <kbd>N</kbd>
        </label>
        <span>Take</span>
        <input
          id={SLATE_ID}
          type="text"
          maxLength={32}
          autocomplete="off"
          disabled={rolling || !mayAct.value}
          value={name}
          placeholder="12A"
          onInput={(event) => {
            draft.value = event.currentTarget.value;
          }}
          onKeyDown={(event) => (event.key === "Enter" || event.key === "Escape") && event.currentTarget.blur()}
        />
        <b class="take number">{takeOf(slate, name, rolling)}</b>
      </div>
      <button type="button" class="roll" aria-pressed={rolling} disabled={!mayAct.value} onClick={toggleRoll}>
        <span>{rolling ? "CUT" : "ROLL"}</span>
        {rolling && <span class="number">{running(slate.since_ns)}</span>}
        <kbd>space</kbd>
      </button>
    </section>
  );
}

/** The rolling take, or the next one. */
function takeOf(
  slate: { name: string | null; take: number } | undefined,
  name: string,
  rolling: boolean,
): number | string {
  if (!slate) return "–";
  if (rolling) return slate.take;
  return name === (slate.name ?? "") ? slate.take + 1 : 1;
}

/** Minutes and seconds, as on a clapper. */
function running(sinceNs: number): string {
  const seconds = Math.max(0, Math.floor(((shelves.pulse.value[""]?.now_ns ?? sinceNs) - sinceNs) / NS_PER_S));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
