/** A sign for every colour: colour is never the only cue. */
export type Mood = "good" | "info" | "starting" | "warning" | "critical" | "idle";

const PATHS: Record<Mood, string> = {
  good: "M4 12.5 L9.5 18 L20 6.5",
  info: "M12 10.5 V18 M12 6 V6.6",
  starting: "M12 5 V12 L16.5 14.5",
  warning: "M12 4 L21.5 20.5 H2.5 Z M12 10 V15 M12 17.6 V18",
  critical: "M6 6 L18 18 M18 6 L6 18",
  idle: "M6 12 H18",
};

const NAMES: Record<Mood, string> = {
  good: "good",
  info: "note",
  starting: "starting",
  warning: "warning",
  critical: "critical",
  idle: "idle",
};

export function Icon({ mood }: { mood: Mood }) {
  return (
    <svg class={`icon icon-${mood}`} viewBox="0 0 24 24" role="img" aria-label={NAMES[mood]}>
      <title>{NAMES[mood]}</title>
      <path d={PATHS[mood]} />
    </svg>
  );
}

/** A mood with its word. */
export function Sign({ mood, word }: { mood: Mood; word: string }) {
  return (
    <span class={`sign sign-${mood}`}>
      <Icon mood={mood} />
      {word}
    </span>
  );
}
