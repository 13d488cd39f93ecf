import { mayAct } from "../link/acting";
import { give } from "../link/commands";
import { shelves } from "../link/state";
import { Dialog } from "../panels/Dialog";
import { chartsOpen } from "./Glance";

/** Every test pattern, and the colour steps that can be bypassed for comparison. */
export function ChartDialog() {
  if (!chartsOpen.value) return null;
  const show = shelves.air.value[""]?.show;
  const shelf = shelves.shelf.value[""];
  const after = show?.pattern_after_calibration === true;
  const put = (name: string | null, afterCalibration: boolean) =>
    void give("show.pattern", { name, after_calibration: afterCalibration });
  return (
    <Dialog
      title="Test patterns"
      close={() => {
        chartsOpen.value = false;
      }}
    >
      <div class="charts">
        {[null, ...(shelf?.patterns ?? [])].map((name) => (
          <button
            type="button"
            key={name}
            disabled={!mayAct.value}
            aria-pressed={name === (show?.pattern ?? null)}
            onClick={() => put(name, after)}
          >
            {name ?? "the picture"}
          </button>
        ))}
      </div>
      <h3>Insert the pattern</h3>
      <div class="charts">
        {[false, true].map((choice) => (
          <button
            type="button"
            key={String(choice)}
            disabled={!mayAct.value || !show?.pattern}
            aria-pressed={choice === after}
            onClick={() => put(show?.pattern ?? null, choice)}
          >
            {choice ? "after the calibration" : "before the calibration"}
          </button>
        ))}
      </div>
      <h3>Colour steps to bypass, for comparison</h3>
      <div class="charts bypass">
        {(shelf?.bypass ?? []).map((step) => (
          <BypassButton key={step} step={step} out={show?.bypass ?? []} />
        ))}
      </div>
    </Dialog>
  );
}

function BypassButton({ step, out }: { step: string; out: readonly string[] }) {
  const pressed = out.includes(step);
  const steps = pressed ? out.filter((each) => each !== step) : [...out, step];
  return (
    <button
      type="button"
      disabled={!mayAct.value}
      aria-pressed={pressed}
      onClick={() => void give("show.bypass", { steps })}
    >
      {step}
    </button>
  );
}
