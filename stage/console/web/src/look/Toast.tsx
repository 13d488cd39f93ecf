import { Icon } from "../icons";
import { lastAnswer } from "../link/commands";
import { ticks } from "../link/state";
import { saidOf, wordFor } from "../orders";
import { told } from "./groups";

const SHOWN_MS = 4000;
const REFUSED_MS = 10_000;

/** The stage's answer to the last command, shown for a few seconds; refusals stay longer. */
export function Toast() {
  ticks.value;
  const last = lastAnswer.value;
  if (!last) return null;
  const { accepted, text } = last.answer;
  if (performance.now() - last.atMs > (accepted ? SHOWN_MS : REFUSED_MS)) return null;
  return (
    <div class={accepted ? "toast" : "toast toast-refused"} role={accepted ? "status" : "alert"}>
      <Icon mood={accepted ? "good" : "critical"} />
      <span>
        <b>{wordFor(last.name)}</b> {accepted ? told(saidOf(last.name, text)) : saidOf(last.name, text)}
      </span>
    </div>
  );
}
