import { mayAct } from "../link/acting";
import { give } from "../link/commands";
import { shelves } from "../link/state";
import { ShowChoice } from "./ShowChoice";
import { Tiles } from "./Tiles";
import { lookFirst, openTab, pageCount, pageNumber, TABS, tab, turnPage } from "./tabs";

/** Presets, sets and cues, one page at a time: nothing scrolls. */
export function ShelfPanel() {
  const { name } = tab.value;
  const noShow = name === "cues" && !shelves.cues.value[""]?.name;
  return (
    <section class="panel panel-presets" aria-label="Presets, sets and cues">
      <header class="shelf-head">
        <div class="shelf-tabs" role="tablist">
          {TABS.map((each) => (
            <button
              type="button"
              key={each.name}
              role="tab"
              aria-selected={each.name === name}
              onClick={() => openTab(each.name)}
            >
              {each.title}
            </button>
          ))}
          <kbd>T</kbd>
        </div>
        <button
          type="button"
          class="look-first"
          aria-pressed={lookFirst.value}
          title="The next tap shows a large preview and what would change, before it goes on air. So does holding a button."
          onClick={toggleLookFirst}
        >
          Preview <kbd>V</kbd>
        </button>
      </header>
      <div class="shelf-body">{noShow ? <ShowChoice /> : <Tiles />}</div>
      <footer class="shelf-foot">
        <button type="button" aria-label="Previous page" disabled={pageCount.value < 2} onClick={() => turnPage(-1)}>
          ◀ <kbd>[</kbd>
        </button>
        <span class="number">
          {pageCount.value > 1 ? `page ${pageNumber.value + 1} of ${pageCount.value}` : "hold = preview"}
        </span>
        {name === "cues" && !noShow && (
          <button type="button" disabled={!mayAct.value} onClick={() => void give("cue.load", { cue_list: null })}>
            Choose another list …
          </button>
        )}
        <button type="button" aria-label="Next page" disabled={pageCount.value < 2} onClick={() => turnPage(1)}>
          ▶ <kbd>]</kbd>
        </button>
      </footer>
    </section>
  );
}

/** Switch preview-first on or off for the next tap. */
export function toggleLookFirst(): void {
  lookFirst.value = !lookFirst.value;
}
