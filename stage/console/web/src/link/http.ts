/** An answer of the API: its status and body. `status` 0: no answer. */
export interface Reply<Body> {
  status: number;
  body: Body;
}

interface Ask {
  method?: "GET" | "POST" | "PUT" | "DELETE";
  body?: unknown;
  headers?: Record<string, string>;
}

const NO_ANSWER = { accepted: false, text: "The console did not answer." };

/** Call the API. An unreadable answer becomes `{accepted: false, text}`. */
export async function ask<Body = { accepted: boolean; text: string }>(
  path: string,
  { method = "GET", body, headers = {} }: Ask = {},
): Promise<Reply<Body>> {
  try {
    const json = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await fetch(path, { method, headers: { "Content-Type": "application/json", ...headers }, ...json });
    return { status: answer.status, body: (await answer.json()) as Body };
  } catch {
    return { status: 0, body: NO_ANSWER as Body };
  }
}
