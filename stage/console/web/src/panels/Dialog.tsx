import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

interface DialogProps {
  title: string;
  close: () => void;
  children: ComponentChildren;
}

/** A modal box that takes the keyboard as soon as it opens; Escape or a tap beside it closes it. */
export function Dialog({ title, close, children }: DialogProps) {
  const box = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    box.current?.showModal();
    if (!box.current?.querySelector("[autofocus]"))
      box.current?.querySelector<HTMLElement>(".dialog-body input, .dialog-body select")?.focus();
  }, []);
  return (
    <dialog
      ref={box}
      class="dialog"
      aria-label={title}
      onClose={close}
      onKeyDown={(event) => event.stopPropagation()}
      onPointerDown={(event) => event.target === box.current && close()}
    >
      <header class="dialog-head">
        <h2>{title}</h2>
        <button type="button" aria-label="Close" onClick={close}>
          ×
        </button>
      </header>
      <div class="dialog-body">{children}</div>
    </dialog>
  );
}
