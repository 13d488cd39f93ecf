import type { ComponentChildren } from "preact";

interface PanelProps {
  title: string;
  area: string;
  /** Shown at the right of the title. */
  aside?: ComponentChildren;
  children: ComponentChildren;
}

/** A titled box in the page's grid. */
export function Panel({ title, area, aside, children }: PanelProps) {
  return (
    <section class={`panel panel-${area}`} aria-label={title}>
      <header class="panel-head">
        <h2>{title}</h2>
        {aside}
      </header>
      <div class="panel-body">{children}</div>
    </section>
  );
}
