/** Every key of the console: what it does, on which page; the pages say it on their buttons, `?` lists them all. */
export interface Key {
  /** As `KeyboardEvent.key` has it, small letters. */
  key: string;
  /** "" = another key's words say it too. */
  does: string;
  act: () => void;
}

export interface KeyTable {
  title: string;
  keys: readonly Key[];
}

const TABBED = "button:focus-visible, a:focus-visible";
/** What presses the button that the keyboard went to. */
const PRESSES = new Set([" ", "Enter"]);
const TYPING = "input, select, textarea, [contenteditable]";

/** Give a key to the first table that knows it; none acts while something is typed, or with Ctrl, Alt or Meta. */
export function pressKey(event: KeyboardEvent, tables: readonly KeyTable[]): void {
  const target = event.target as HTMLElement | null;
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || target?.matches(TYPING)) return;
  if (PRESSES.has(event.key) && target?.matches(TABBED)) return;
  const pressed = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const found = tables.flatMap(({ keys }) => keys).find(({ key }) => key === pressed);
  if (!found || (event.repeat && !REPEATS.has(pressed))) return;
  event.preventDefault();
  found.act();
}

/** Keys that may be held down: the rest act once. */
const REPEATS = new Set(["[", "]"]);
