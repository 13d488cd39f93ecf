import type { LedRow } from "../generated/records";
import { type Mood, Sign } from "../icons";
import { shelves } from "../link/state";
import { fixed } from "../words";

const NOW: Record<LedRow["now"], [Mood, string]> = {
  seen: ["warning", "seen now"],
  hidden: ["good", "not seen"],
  unknown: ["idle", "focus unknown"],
};

/** Where the cameras see the walls' LEDs: moire, false colours, the grid, and from which focus distance on. */
export function LedRows() {
  const rows = shelves.leds.value[""]?.rows ?? [];
  if (rows.length === 0) return null;
  return (
    <>
      <thead>
        <tr>
          <th>camera on wall</th>
          <th>LED</th>
          <th>at the focus</th>
          <th>moire</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={`${row.camera}/${row.wall}`} data-leds={`${row.camera}/${row.wall}`}>
            <th scope="row">
              {row.camera} on {row.wall}
              <br />
              <small class="number">
                {fixed(row.distance_m, 2)} m, {fixed(row.focal_mm, 0)} mm
              </small>
            </th>
            <td class="number">
              {fixed(row.pitch_photosites, 2)} px
              <br />
              <small>{row.f_said ? `f/${fixed(row.f_number, 1)}` : `f/${fixed(row.f_number, 1)} assumed`}</small>
            </td>
            <td class="number">{rangeOf(row)}</td>
            <td>
              <Sign mood={NOW[row.now][0]} word={NOW[row.now][1]} />
              <br />
              <small>{row.seen}</small>
            </td>
          </tr>
        ))}
      </tbody>
    </>
  );
}

function rangeOf({ from_m, to_m }: LedRow): string {
  if (from_m === null) return "at none";
  return to_m === null ? `from ${fixed(from_m, 2)} m on` : `${fixed(from_m, 2)} to ${fixed(to_m, 2)} m`;
}
