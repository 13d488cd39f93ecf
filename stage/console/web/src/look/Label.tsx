export interface TitleProps {
  label: string;
  path: string;
  changed: boolean;
  reset: () => void;
}

/** The value's name; a dot where it is no longer what the preset left, which takes it back there. */
export function Label({ label, shown, changed, reset }: TitleProps & { shown?: string }) {
  return (
    <span class="field-label">
      {changed ? (
        <button
          type="button"
          class="dot"
          title="Back to the preset's value"
          aria-label={`${label}: back to the preset`}
          onClick={reset}
        />
      ) : (
        <span class="no-dot" />
      )}
      {shown ?? label}
    </span>
  );
}
