import { Sign } from "../icons";
import { mayAct } from "../link/acting";
import { give } from "../link/commands";
import { isLocked } from "../link/locks";
import { shelves } from "../link/state";
import { readinessOf } from "./sets";
import { openTab } from "./tabs";

/** Progress of the show: the cue on air, the next one with its set, and GO. */
export function CueBar() {
  const list = shelves.cues.value[""];
  if (!list?.name)
    return (
      <section class="panel cue-bar" aria-label="Cues">
        <button type="button" class="cue-load" onClick={() => openTab("cues")}>
          No cue list is loaded: choose one <kbd>T</kbd>
        </button>
      </section>
    );
  const row = (id: string | null) => list.cues.find((cue) => cue.id === id);
  const next = row(list.next);
  const locked = isLocked("go");
  const waits = next !== undefined && next.set !== null && !readinessOf(next.set).ready;
  return (
    <section class="panel cue-bar" aria-label="Cues">
      <button
        type="button"
        class="cue-previous"
        disabled={!mayAct.value || locked || !list.previous}
        title={row(list.previous)?.title}
        onClick={firePrevious}
      >
        <span>◀ {list.previous || "–"}</span>
        <kbd>F</kbd>
      </button>
      <div class="cue-now">
        <p class="cue-line one-line">
          <i class="mark mark-air">NOW</i>
          <b>{list.current || "–"}</b> <span>{row(list.current)?.title ?? "before the first cue"}</span>
        </p>
        <p class="cue-line cue-next one-line">
          <i class="mark">NEXT</i>
          <b>{list.next || "–"}</b> <span>{next ? next.title || next.heading : "end of the list"}</span>
        </p>
        {next && <NextLine set={next.set} preset={next.preset} problem={next.problem} />}
        {next?.notes && <p class="cue-note one-line">{next.notes}</p>}
      </div>
      <button
        type="button"
        class={`go${waits ? " is-waiting" : ""}`}
        disabled={!mayAct.value || locked || !next || next.problem !== ""}
        onClick={fireNext}
      >
        <span>GO</span>
        <small>
          {locked ? "locked: a take rolls" : waits ? "when ready" : list.next} {!locked && <kbd>G</kbd>}
        </small>
      </button>
    </section>
  );
}

function NextLine({ set, preset, problem }: { set: string | null; preset: string | null; problem: string }) {
  const readiness = set ? readinessOf(set) : null;
  return (
    <p class="cue-set one-line">
      {problem ? (
        <Sign mood="critical" word={problem} />
      ) : (
        <>
          {readiness && (
            <>
              {set} <Sign mood={readiness.mood} word={readiness.word} />
            </>
          )}
          {preset && <span> · {preset}</span>}
        </>
      )}
    </p>
  );
}

/** Fire the next cue as shown here: pressed twice, or on two consoles, it advances by only one cue. */
export function fireNext(): void {
  fire(shelves.cues.peek()[""]?.next);
}

export function firePrevious(): void {
  fire(shelves.cues.peek()[""]?.previous);
}

function fire(cue: string | null | undefined): void {
  const expected = shelves.cues.peek()[""]?.current ?? "";
  if (mayAct.peek() && cue && !isLocked("go")) void give("cue.fire", { cue, expected, when_ready: true });
}
