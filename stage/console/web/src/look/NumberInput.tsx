import { useState } from "preact/hooks";

/** A typed value: it takes effect on Enter or when the field loses focus. */
export function NumberInput({ label, text, change }: { label: string; text: string; change: (value: number) => void }) {
  const [draft, setDraft] = useState<string | null>(null);
  const commit = () => {
    if (draft !== null && draft !== "") change(Number(draft));
    setDraft(null);
  };
  return (
    <input
      type="number"
      inputMode="decimal"
      aria-label={label}
      step="any"
      value={draft ?? text}
      onFocus={(event) => event.currentTarget.select()}
      onInput={(event) => setDraft(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === "Enter") commit();
        else if (event.key === "Escape") setDraft(null);
      }}
    />
  );
}
