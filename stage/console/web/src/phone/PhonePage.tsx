import { Sign } from "../icons";
import { shelves } from "../link/state";
import { Alerts } from "../panels/Alerts";
import { Switches } from "../panels/TopBar";
import { readinessOf } from "../shoot/sets";
import { fixed, milliseconds } from "../words";

/** For a hand: how the stage is, what is wrong, what comes next, HOLD and BLACK. */
export function PhonePage() {
  return (
    <>
      <Figures />
      <NextCue />
      <Alerts />
      <div class="phone-switches">
        <Switches few />
      </div>
    </>
  );
}

function Figures() {
  const pulse = shelves.pulse.value[""];
  const air = shelves.air.value[""];
  return (
    <section class="panel phone-figures" aria-label="The stage now">
      <p>
        <b class="number">{fixed(pulse?.rate_hz, 1)}</b> fps
      </p>
      <p>
        <b class="number">{milliseconds(pulse?.latency_p50_ms)}</b> ms
      </p>
      <p class={pulse?.skipped_60s ? "warn" : ""}>
        <b class="number">{pulse?.skipped_60s ?? "–"}</b> missed
      </p>
      <p class="phone-air">
        {air?.slate.rolling && <i class="mark mark-air">ROLLING</i>} {air?.slate.name ?? "no slate"}
        {air?.slate.take ? ` take ${air.slate.take}` : ""} · {air?.preset ?? "look changed"} · {air?.scene}
      </p>
    </section>
  );
}

/** The next cue, with its set. */
function NextCue() {
  const list = shelves.cues.value[""];
  const next = list?.cues.find(({ id }) => id === list.next);
  const readiness = next?.set ? readinessOf(next.set) : null;
  return (
    <section class="panel phone-cue" aria-label="Next cue">
      <p>
        <i class="mark">NEXT</i> <b>{next?.id ?? "–"}</b> {next ? next.title || next.heading : nothingNext(list?.name)}
      </p>
      {next?.problem ? (
        <p class="preview-problem">{next.problem}</p>
      ) : (
        next && (
          <p class="aside">
            {next.set} {readiness && <Sign mood={readiness.mood} word={readiness.word} />} {next.preset}
          </p>
        )
      )}
      {next?.notes && <p class="cue-note">{next.notes}</p>}
    </section>
  );
}

function nothingNext(list: string | null | undefined): string {
  return list ? "end of the list" : "no cue list is loaded";
}
