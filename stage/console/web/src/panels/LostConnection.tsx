import { Icon } from "../icons";
import { linkState, lostAtMs, ticks } from "../link/state";
import { duration } from "../words";

/** Covers the page while there is no connection: what is beneath is out of date. */
export function LostConnection() {
  if (linkState.value !== "lost") return null;
  ticks.value;
  return (
    <div class="lost" role="alert">
      <div class="lost-box">
        <Icon mood="critical" />
        <strong>CONNECTION LOST</strong>
        <p>
          Reconnecting for {duration((performance.now() - lostAtMs.value) / 1000)}. What is shown is from before; the
          wall does not depend on this page.
        </p>
        <p class="lost-remedy">
          If it stays: check that this device is on the stage network and that the stage is running (openstage status).
        </p>
      </div>
    </div>
  );
}
