import { useState } from "preact/hooks";
import { give } from "../link/commands";
import { shelves } from "../link/state";
import { duration, NS_PER_S } from "../words";

/** Roll, or cut what rolls. */
export function toggleRoll(): void {
  const slate = shelves.air.peek()[""]?.slate;
  void (slate?.rolling ? give("shot.cut") : give("shot.roll"));
}

/** The clapper, and the test patterns with what is left out of the walls' colour. */
export function ShotPanel() {
  const air = shelves.air.value[""];
  const shelf = shelves.shelf.value[""];
  const show = air?.show;
  return (
    <section class="panel panel-shot" aria-label="Shot">
      <Clapper />
      <label class="pattern-choice">
        Test pattern
        <select
          value={show?.pattern ?? ""}
          onChange={(event) => void give("show.pattern", { name: event.currentTarget.value })}
        >
          <option value="">none</option>
          {(shelf?.patterns ?? []).map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <div class="bypass">
        <span>Left out of the colour</span>
        <div>
          {(shelf?.bypass ?? []).map((step) => {
            const steps = show?.bypass ?? [];
            const out = steps.includes(step);
            const next = out ? steps.filter((each) => each !== step) : [...steps, step];
            return (
              <button
                type="button"
                key={step}
                aria-pressed={out}
                onClick={() => void give("show.bypass", { steps: next })}
              >
                {step}
              </button>
            );
          })}
        </div>
      </div>
    </section>
  );
}

function Clapper() {
  const [draft, setDraft] = useState<string | null>(null);
  const slate = shelves.air.value[""]?.slate;
  const nowNs = shelves.pulse.value[""]?.now_ns ?? 0;
  const rolling = slate?.rolling === true;
  const act = () => {
    if (rolling) void give("shot.cut");
    else void give("shot.roll", draft ? { slate: draft } : {});
    setDraft(null);
  };
  return (
    <div class="clapper">
      <label>
        Slate
        <input
          type="text"
          maxLength={32}
          disabled={rolling}
          value={draft ?? slate?.name ?? ""}
          onInput={(event) => setDraft(event.currentTarget.value)}
        />
      </label>
      <span class="take number">
        take {slate?.take ?? 0}
        {rolling && <b> {duration((nowNs - slate.since_ns) / NS_PER_S)}</b>}
      </span>
      <button type="button" class="roll" aria-pressed={rolling} disabled={!slate} onClick={act}>
        {rolling ? "CUT" : "ROLL"} <kbd>space</kbd>
      </button>
    </div>
  );
}
