const LONG_MS = 550;
const SLIP_PX = 12;

interface Press {
  short: () => void;
  long: () => void;
}

/** The finger that is down: a page is drawn anew under it, so that this belongs to no button. */
let timer = 0;
let from: readonly [number, number] = [0, 0];
let held = false;

function stop(): void {
  window.clearTimeout(timer);
}

/** What a button does at a tap, and when it is held or clicked with the other button of the mouse. */
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
