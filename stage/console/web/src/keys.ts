/** Every key of the console, what it does and on which page; buttons show their keys, `?` lists them all. */
export interface Key {
  /** As in `KeyboardEvent.key`, in small letters. */
  key: string;
  /** "" = described with another key. */
  does: string;
  act: () => void;
}

export interface KeyTable {
  title: string;
  keys: readonly Key[];
}

const TABBED = "button:focus-visible, a:focus-visible";
/** Keys that press the focused button. */
const PRESSES = new Set([" ", "Enter"]);
const TYPING = "input:not([type=range]), select, textarea, [contenteditable]";
/** Moved by the keys that have a name, such as arrows; letters mean what they mean elsewhere. */
const SLIDER = "input[type=range]";

/** Pass a key to the first table that has it; none acts while typing, or with Ctrl, Alt or Meta. */
export function pressKey(event: KeyboardEvent, tables: readonly KeyTable[]): void {
  const target = event.target as HTMLElement | null;
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || target?.matches(TYPING)) return;
  if (PRESSES.has(event.key) && target?.matches(TABBED)) return;
  if (event.key.length > 1 && target?.matches(SLIDER)) return;
  const pressed = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const found = tables.flatMap(({ keys }) => keys).find(({ key }) => key === pressed);
  if (!found || (event.repeat && !REPEATS.has(pressed))) return;
  event.preventDefault();
  found.act();
}

/** Keys that repeat while held down; the others act once. */
const REPEATS = new Set(["[", "]"]);
