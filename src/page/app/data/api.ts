import createClient from "openapi-fetch";
import type { components, paths } from "../../generated/api.d.ts";
import { setClock } from "../time/server-time.ts";
import { Refusal } from "./refusal.ts";

export { ownRefusal, Refusal, refusalOf } from "./refusal.ts";

/** The public API, typed by its own description. The session's cookie goes with each call. */
export const api = createClient<paths>({
  baseUrl: location.origin,
  fetch: answerTo,
});

/** A read that has no answer by then is given up. What changes something may take longer, and is not made twice. */
const READ_MS = 30_000;

/** Asks, for no longer than an answer is worth, and sets the clock by it. */
async function answerTo(request: Request): Promise<Response> {
  const patience = new AbortController();
  const giveUp = (): void => patience.abort(request.signal.reason);
  const timer =
    request.method === "GET"
      ? setTimeout(
          () => patience.abort(new DOMException(`no answer within ${READ_MS / 1_000} s`, "TimeoutError")),
          READ_MS,
        )
      : undefined;
  request.signal.addEventListener("abort", giveUp);
  const askedAt = Date.now();
  try {
    // Looked up at each call: tests and extensions may replace it.
    const response = await fetch(new Request(request, { signal: patience.signal }));
    setClock(response.headers.get("date"), askedAt, Date.now());
    return response;
  } finally {
    clearTimeout(timer);
  }
}

/** The objects that the API answers with, by the names of its description. */
export type Schemas = components["schemas"];

/** In place of the words of somebody who is not mailpush. */
const NO_JSON = "a page, and no JSON";

interface Answered<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

let onSignedOut = (): void => {};

/** `react` runs when the API no longer knows this session. */
export function whenSignedOut(react: () => void): void {
  onSignedOut = react;
}

/**
 * The data of an answer.
 *
 * @throws Refusal for any other answer, and where there was none
 * @example
 * const page = await ask(api.GET("/api/pushes", { params: { query: { limit: 20 } } }));
 */
export async function ask<Data>(call: Promise<Answered<Data>>): Promise<Data> {
  const { data, error, response } = await call.catch((failed: unknown) => {
    if (failed instanceof DOMException && failed.name === "AbortError") throw failed;
    // What is no JSON is somebody's page: of a proxy that wants a sign-in, of a network's own.
    throw failed instanceof SyntaxError ? new Refusal(502, { detail: NO_JSON }) : new Refusal(0, String(failed));
  });
  if (response.ok && data === undefined && response.status !== 204) throw new Refusal(502, { detail: NO_JSON });
  if (response.ok) return data as Data;
  if (response.status === 401) onSignedOut();
  throw new Refusal(response.status, error);
}

/** For `params: { header }`: a call that is repeated under the same key is carried out once. */
export function idempotencyKey(): { "Idempotency-Key": string } {
  return { "Idempotency-Key": crypto.randomUUID() };
}
