export interface TitleProps {
  label: string;
  path: string;
  changed: boolean;
  reset: () => void;
}

/** The value's name, with a dot where it differs from the preset; tapping the dot resets it. */
export function Label({ label, shown, changed, reset }: TitleProps & { shown?: string }) {
  return (
    <span class="field-label">
      {changed ? (
        <button
          type="button"
          class="dot"
          title="Reset to the preset's value"
          aria-label={`${label}: reset to the preset`}
          onClick={reset}
        />
      ) : (
        <span class="no-dot" />
      )}
      {shown ?? label}
    </span>
  );
}
