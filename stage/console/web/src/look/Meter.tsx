import { shelves } from "../link/state";
import { fixed } from "../words";

/** As seen from the actor's mark: back faces the camera. */
const SIDES: Record<string, string> = { forward: "from the wall", back: "from the camera's side", up: "from above" };
/** Below this a value is shown with one more digit. */
const LOW = 100;

/** The light meter at the actor's mark: the light of the walls there, and how bright they are. */
export function Meter() {
  const reading = shelves.meter.value[""];
  if (!reading) return null;
  const place = reading.place_m.map((metres) => fixed(metres, 2)).join(", ");
  return (
    <section class="meter" aria-label="Light meter" title={`Measured at ${place} m, the actor's mark`}>
      <span class="aside">At the mark</span>
      {reading.facings.map(({ facing, lux, ev }) => (
        <span key={facing} data-facing={facing}>
          <span class="aside">{SIDES[facing] ?? facing}</span> <b class="number">{amount(lux)}</b> lx
          {ev !== null && <span class="aside"> EV {fixed(ev, 1)}</span>}
        </span>
      ))}
      {reading.walls.map(({ name, mean_nits, peak_nits }) => (
        <span key={name}>
          <span class="aside">{name}</span> <b class="number">{amount(mean_nits)}</b> nits
          <span class="aside"> peak {amount(peak_nits)}</span>
        </span>
      ))}
    </section>
  );
}

function amount(value: number): string {
  return fixed(value, value < LOW ? 1 : 0);
}
