import { type Mood, Sign } from "../icons";
import { shelves } from "../link/state";
import { Panel } from "../panels/Panel";
import { lossesOf } from "../shoot/Passport";
import { loadedWords } from "../shoot/sets";

const MOODS: Record<string, Mood> = { ready: "good", loading: "starting", failed: "critical" };

/** The sets that render nodes have loaded, and their progress. */
export function SetsHeld() {
  const states = Object.values(shelves.set.value).sort((a, b) =>
    `${a.scene}/${a.node}`.localeCompare(`${b.scene}/${b.node}`),
  );
  const air = shelves.air.value[""];
  const ready = states.filter(({ state }) => state === "ready").length;
  return (
    <Panel
      title="Sets in memory"
      area="sets-held"
      aside={<span class="aside">{`${ready} of ${states.length} ready`}</span>}
    >
      <table class="figures-table sets-held">
        <tbody>
          {states.map((set) => (
            <tr key={`${set.node}/${set.scene}`} data-set={set.scene}>
              <th scope="row">{set.scene}</th>
              <td>
                <Sign mood={MOODS[set.state] ?? "warning"} word={set.state} />{" "}
                {set.scene === air?.scene && <b class="on-air">ON AIR</b>}
                {set.scene === air?.pending && <b>pending</b>}
                {set.state === "loading" && <small>{loadedWords(set)}</small>}
                {set.passport && set.passport.verdict !== "ready" && (
                  <Sign mood="warning" word={lossesOf(set.passport)} />
                )}
                {set.detail && <small class="sets-detail">{set.detail}</small>}
              </td>
              <td>
                <small>{set.node}</small>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
