const LONG_MS = 550;
const SLIP_PX = 12;

interface Press {
  short: () => void;
  long: () => void;
}

/** The present touch. It belongs to no button, because the page may be redrawn under the finger. */
let timer = 0;
let from: readonly [number, number] = [0, 0];
let held = false;

function stop(): void {
  window.clearTimeout(timer);
}

/** What a button does on a tap, and when it is held or right-clicked. */
export function pressed({ short, long }: Press) {
  const hold = () => {
    stop();
    if (!held) long();
    held = true;
  };
  return {
    onPointerDown: (event: PointerEvent) => {
      stop();
      held = false;
      from = [event.clientX, event.clientY];
      if (event.button === 0) timer = window.setTimeout(hold, LONG_MS);
    },
    onPointerMove: (event: PointerEvent) => {
      if (Math.hypot(event.clientX - from[0], event.clientY - from[1]) > SLIP_PX) stop();
    },
    onPointerUp: stop,
    onPointerLeave: stop,
    onPointerCancel: stop,
    onContextMenu: (event: Event) => {
      event.preventDefault();
      hold();
    },
    onClick: () => {
      stop();
      if (!held) short();
      held = false;
    },
  };
}
