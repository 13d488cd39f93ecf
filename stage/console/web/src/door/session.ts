import { computed, signal } from "@preact/signals";
import type { Role } from "../generated/records";
import { ask } from "../link/http";
import { shutOut } from "../link/shut";

/** Who is using this page; null where nobody has signed in. */
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
/** A viewer can look but not change anything. */
export const isViewer = computed(() => me.value?.role === "viewer");

/** The name last used on this device. */
export const keptName = (): string => window.localStorage.getItem(NAME_KEPT) ?? "";

/** Ask the console who is signed in. */
export async function learnWhoIAm(): Promise<void> {
  const { status, body } = await ask<Me>(SESSION);
  if (status === 200) me.value = body;
}

/** The key in the address that was printed at the start: taken out of it at once, and shown to the console. */
export async function enterByAddress(): Promise<void> {
  const key = new URLSearchParams(window.location.hash.slice(1)).get("key");
  if (!key) return;
  window.history.replaceState(null, "", window.location.pathname);
  await ask(SESSION, { method: "POST", body: { token: key, name: keptName() } });
}

/** Sign in with a PIN. Returns an error message, or "". */
export async function signIn(pin: string, name: string): Promise<string> {
  const { status, body } = await ask(SESSION, { method: "POST", body: { pin, name } });
  if (status !== 200) return body.text;
  window.localStorage.setItem(NAME_KEPT, name);
  await learnWhoIAm();
  shutOut.value = false;
  return "";
}

/** Set the name. Returns an error message, or "". At this machine a name is all that signing in needs. */
export async function takeName(name: string): Promise<string> {
  const method = me.value?.signed_in ? "PUT" : "POST";
  const { status, body } = await ask(SESSION, { method, body: { name } });
  if (status !== 200) return body.text;
  window.localStorage.setItem(NAME_KEPT, name);
  await learnWhoIAm();
  if (method === "POST") window.location.reload();
  return "";
}

/** Sign out: this device shows nothing more until someone signs in. */
export async function signOut(): Promise<void> {
  await ask(SESSION, { method: "DELETE" });
  window.location.reload();
}

/** Report which page is open here. */
export function sayPage(page: string): void {
  if (me.value?.signed_in) void ask(SESSION, { method: "PUT", body: { page } });
}
