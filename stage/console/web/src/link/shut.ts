import { signal } from "@preact/signals";

/** The console asks for a PIN: nothing connects until somebody has signed in. */
export const shutOut = signal(false);

/** What the console closes a connection with that needs a PIN (stage/console/door/door.py). */
export const SIGN_IN_CLOSE = 4401;
