import { signal } from "@preact/signals";

/** The console requires a PIN: nothing connects until someone has signed in. */
export const shutOut = signal(false);

/** The code with which the console closes a connection that needs a PIN (stage/console/door/door.py). */
export const SIGN_IN_CLOSE = 4401;
