import { computed, signal } from "@preact/signals";
import type { Role } from "../generated/records";
import { ask } from "../link/http";
import { shutOut } from "../link/shut";

/** Who uses this page, as the console knows them; null where nobody has signed in. */
export interface Me {
  name: string | null;
  role: Role | null;
  needs_pin: boolean;
  signed_in: boolean;
  address: string;
}

const SESSION = "/api/session";
const NAME_KEPT = "openstage-name";

export const me = signal<Me | null>(null);
/** A viewer looks; what changes something is out of their reach. */
export const isViewer = computed(() => me.value?.role === "viewer");

/** The name given last on this device. */
export const keptName = (): string => window.localStorage.getItem(NAME_KEPT) ?? "";

/** Ask the console who this is. */
export async function learnWhoIAm(): Promise<void> {
  const { status, body } = await ask<Me>(SESSION);
  if (status === 200) me.value = body;
}

/** Show a PIN. Returns what is wrong with it, or nothing. */
export async function signIn(pin: string, name: string): Promise<string> {
  const { status, body } = await ask(SESSION, { method: "POST", body: { pin, name } });
  if (status !== 200) return body.text;
  window.localStorage.setItem(NAME_KEPT, name);
  await learnWhoIAm();
  shutOut.value = false;
  return "";
}

/** Take a name. Returns what is wrong, or nothing. At this machine that is all there is to signing in. */
export async function takeName(name: string): Promise<string> {
  const method = me.value?.signed_in ? "PUT" : "POST";
  const { status, body } = await ask(SESSION, { method, body: { name } });
  if (status !== 200) return body.text;
  window.localStorage.setItem(NAME_KEPT, name);
  await learnWhoIAm();
  if (method === "POST") window.location.reload();
  return "";
}

/** Leave: this device shows nothing more until somebody signs in. */
export async function signOut(): Promise<void> {
  await ask(SESSION, { method: "DELETE" });
  window.location.reload();
}

/** Tell the others which page is looked at here. */
export function sayPage(page: string): void {
  if (me.value?.signed_in) void ask(SESSION, { method: "PUT", body: { page } });
}
