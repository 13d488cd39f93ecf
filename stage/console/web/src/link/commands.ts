import { signal } from "@preact/signals";
import { isViewer } from "../door/session";
import type { OrderName } from "../generated/orders";
import { linkState } from "./state";

/** What the stage answered. */
export interface Answer {
  accepted: boolean;
  text: string;
  frame_number: number | null;
}

/** The last answer that is worth a word: what was refused, or what was done by a key or a button. */
export const lastAnswer = signal<{ name: string; answer: Answer; atMs: number } | null>(null);

/** Give a command and show what came of it. `quiet`: only say what was refused (sliders). */
export async function give(name: OrderName, args: Record<string, unknown> = {}, quiet = false): Promise<Answer> {
  const answer = await post(name, args);
  if (!quiet || !answer.accepted) lastAnswer.value = { name, answer, atMs: performance.now() };
  return answer;
}

/** An order is for now: without a connection it is not given, nor kept for later. */
const NOT_GIVEN: Answer = { accepted: false, text: "No connection: the command was not given.", frame_number: null };
const NO_ANSWER: Answer = {
  accepted: false,
  text: "The console did not answer. Look at the walls before you give it again.",
  frame_number: null,
};
const ONLY_LOOKING: Answer = {
  accepted: false,
  text: "You are here to look: nothing was given. Sign in with an operator's PIN.",
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

/** Values on their way, newest per path: at most twenty commands a second, the last value always sent. */
const pending = new Map<string, unknown>();
let onTheirWay: Promise<void> | null = null;

/** Settled when the stage has answered for this value, and for those that followed meanwhile. */
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
