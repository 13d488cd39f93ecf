import { Badge } from "../door/Badge";
import { mayAct } from "../link/acting";
import { isLocked, type Lock } from "../link/locks";
import { shelves } from "../link/state";
import { toggleBlack, toggleHold, togglePattern } from "../show";
import { HealthBar } from "./HealthBar";

export interface PageName {
  name: string;
  title: string;
}

/** On every page: navigation, the stage's health, and the switches that must always be in reach. */
export function TopBar({ pages, here }: { pages: readonly PageName[]; here: string }) {
  return (
    <div class="top">
      <nav class="pages" aria-label="Pages">
        {pages.map(({ name, title }) => (
          <a key={name} href={`#${name}`} aria-current={here === name ? "page" : undefined}>
            {title}
          </a>
        ))}
      </nav>
      <HealthBar />
      <Switches />
      <Badge />
    </div>
  );
}

/** HOLD, BLACK and, unless there is little room, PATTERN. */
export function Switches({ few = false }: { few?: boolean }) {
  const air = shelves.air.value[""];
  return (
    <div class="switches">
      <Switch word="HOLD" letter="H" on={air?.held === true} act={toggleHold} kind="hold" />
      <Switch word="BLACK" letter="B" on={air?.show.black === true} act={toggleBlack} kind="black" lock="black" />
      {!few && (
        <Switch
          word="PATTERN"
          letter="P"
          on={Boolean(air?.show.pattern)}
          act={togglePattern}
          kind="pattern"
          lock="pattern"
        />
      )}
    </div>
  );
}

interface SwitchProps {
  word: string;
  letter: string;
  on: boolean;
  act: () => void;
  kind: string;
  lock?: Lock;
}

function Switch({ word, letter, on, act, kind, lock }: SwitchProps) {
  const locked = lock !== undefined && isLocked(lock);
  return (
    <button
      type="button"
      class={`switch switch-${kind}`}
      aria-pressed={on}
      disabled={!mayAct.value || locked}
      onClick={act}
    >
      {word} {locked ? <small>locked</small> : <kbd>{letter}</kbd>}
    </button>
  );
}
