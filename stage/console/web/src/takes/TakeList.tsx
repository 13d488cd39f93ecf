import type { TakeRow } from "../generated/records";
import { shelves } from "../link/state";
import { Panel } from "../panels/Panel";
import { duration } from "../words";
import { pictureOf } from "./compare";
import { chosen, found, playing, ratePerSecond, search, take, titleOf, words } from "./playing";

/** All takes, newest first, and a search. */
export function TakeList() {
  const shelf = shelves.takes.value[""];
  return (
    <Panel title="Takes" area="takes" aside={<small>{shelf ? `${shelf.total} in ${shelf.folder}` : ""}</small>}>
      <label class="take-search">
        <span>Search</span>
        <input
          type="search"
          value={words.value}
          placeholder="slate, note, set, look, alert, circled, 4star …"
          onInput={(event) => search(event.currentTarget.value)}
        />
      </label>
      {found.value.length === 0 && (
        <p class="take-none">
          {shelf?.total ? "No take has these words." : "No takes yet. ROLL on the Shoot page writes one."}
        </p>
      )}
      <ul class="take-rows" aria-label="All takes">
        {found.value.map((row) => (
          <Row key={row.name} row={row} />
        ))}
      </ul>
    </Panel>
  );
}

function Row({ row }: { row: TakeRow }) {
  const here = take.value?.name === row.name;
  const on = playing.value?.take === row.name;
  return (
    <li>
      <button
        type="button"
        class={`take-row${on ? " is-playing" : ""}`}
        aria-pressed={here}
        onClick={() => {
          chosen.value = row.name;
        }}
      >
        {row.proxies[0] && (
          <img class="take-thumb" loading="lazy" alt="" src={pictureOf(row, row.proxies[0].output, "jpg")} />
        )}
        <b>{titleOf(row)}</b>
        <span class="take-marks">
          {row.circled && <i>circled</i>}
          {row.printed && <i>print</i>}
          {row.rating !== null && <i>{"★".repeat(row.rating) || "0 ★"}</i>}
          {on && <i>on the walls</i>}
          {row.lost > 0 && <i class="is-wrong">{row.lost} missing</i>}
          {row.status === "recovered" && <i class="is-wrong">recovered</i>}
          {row.problem && <i class="is-wrong">damaged</i>}
        </span>
        <span class="number">
          {row.timecode} · {row.status === "rolling" ? "rolling" : duration(row.frames / ratePerSecond(row.rate))}
        </span>
        {row.note && <small>{row.note}</small>}
      </button>
    </li>
  );
}
