import { signal } from "@preact/signals";
import { isViewer } from "../door/session";
import type { OrderName } from "../generated/orders";
import { linkState } from "./state";

/** The stage's answer. */
export interface Answer {
  accepted: boolean;
  text: string;
  frame_number: number | null;
}

/** The last answer worth showing: a refusal, or the result of a key or a button. */
export const lastAnswer = signal<{ name: string; answer: Answer; atMs: number } | null>(null);

/** Give a command and show its result. `quiet`: show refusals only (sliders). */
export async function give(name: OrderName, args: Record<string, unknown> = {}, quiet = false): Promise<Answer> {
  const answer = await post(name, args);
  if (!quiet || !answer.accepted) lastAnswer.value = { name, answer, atMs: performance.now() };
  return answer;
}

/** An order is meant for this moment: without a connection it is neither given nor kept for later. */
const NOT_GIVEN: Answer = { accepted: false, text: "No connection: the command was not given.", frame_number: null };
const NO_ANSWER: Answer = {
  accepted: false,
  text: "The console did not answer. Check the walls before you try again.",
  frame_number: null,
};
const ONLY_LOOKING: Answer = {
  accepted: false,
  text: "Viewers cannot give commands. Sign in with the operator's PIN.",
  frame_number: null,
};
const PATIENCE_MS = 5000;

async function post(name: OrderName, args: Record<string, unknown>): Promise<Answer> {
  if (linkState.peek() !== "live") return NOT_GIVEN;
  if (isViewer.peek()) return ONLY_LOOKING;
  try {
    const response = await fetch(`/api/commands/${name}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(args),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return (await response.json()) as Answer;
  } catch {
    return NO_ANSWER;
  }
}

const SEND_MS = 50;

/** Values waiting to be sent, newest per path: at most twenty commands a second; the last value is always sent. */
const pending = new Map<string, unknown>();
let onTheirWay: Promise<void> | null = null;

/** Settles once the stage has answered for this value and for any sent in the meantime. */
export function setValue(path: string, value: unknown): Promise<void> {
  pending.set(path, value);
  onTheirWay ??= drain();
  return onTheirWay;
}

async function drain(): Promise<void> {
  while (pending.size > 0) {
    const values = Object.fromEntries(pending);
    pending.clear();
    const [answer] = await Promise.all([give("look.set", { values }, true), pause(SEND_MS)]);
    if (!answer.accepted) pending.clear();
  }
  onTheirWay = null;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => window.setTimeout(resolve, ms));
}
