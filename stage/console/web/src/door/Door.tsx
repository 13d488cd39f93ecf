import { useEffect, useRef, useState } from "preact/hooks";
import { shutOut } from "../link/shut";
import { keptName, signIn } from "./session";

const LONGEST_PIN = 12;
const LONGEST_NAME = 40;
const DIGITS = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

/** Covers the page where the console requires a PIN: a name, large keys, and any error. */
export function Door() {
  return shutOut.value ? <PinPad /> : null;
}

function PinPad() {
  const box = useRef<HTMLDialogElement>(null);
  const [name, setName] = useState(keptName);
  const [pin, setPin] = useState("");
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    box.current?.showModal();
    box.current?.querySelector<HTMLElement>(name ? ".door-go" : ".door-name input")?.focus();
  }, []);

  const add = (digit: string) => setPin((known) => (known + digit).slice(0, LONGEST_PIN));
  const back = () => setPin((known) => known.slice(0, -1));
  const enter = async () => {
    if (busy || !pin) return;
    setBusy(true);
    const wrong = await signIn(pin, name.trim());
    setPin("");
    setBusy(false);
    setProblem(wrong);
  };
  const type = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.key === "Enter") {
      event.preventDefault();
      void enter();
    } else if ((event.target as HTMLElement).matches("input")) return;
    else if (/^\d$/.test(event.key)) add(event.key);
    else if (event.key === "Backspace") back();
  };

  return (
    <dialog
      ref={box}
      class="door"
      aria-label="Sign in"
      onCancel={(event) => event.preventDefault()}
      onKeyDown={(event) => type(event)}
    >
      <h1>OpenStage</h1>
      <label class="door-name">
        Your name
        <input
          value={name}
          maxLength={LONGEST_NAME}
          autocomplete="off"
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <p class="door-dots" role="status" aria-label={`${pin.length} digits`}>
        {pin ? "●".repeat(pin.length) : <small>Operator or viewer PIN</small>}
      </p>
      <p class="door-problem" role="alert">
        {problem}
      </p>
      <div class="door-keys">
        {DIGITS.map((digit) => (
          <DoorKey key={digit} label={digit} act={() => add(digit)} />
        ))}
        <DoorKey label="⌫" title="Delete the last digit" act={back} />
        <DoorKey label="0" act={() => add("0")} />
        <button type="button" class="door-go" disabled={busy || !pin} onClick={() => void enter()}>
          Enter
        </button>
      </div>
      <p class="door-hint">
        The PINs are printed where the stage was started; <code>openstage console pin</code> shows them again.
      </p>
    </dialog>
  );
}

function DoorKey({ label, title, act }: { label: string; title?: string; act: () => void }) {
  return (
    <button type="button" aria-label={title ?? label} onClick={act}>
      {label}
    </button>
  );
}
