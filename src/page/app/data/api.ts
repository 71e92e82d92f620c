import createClient from "openapi-fetch";
import type { components, paths } from "../../generated/api.d.ts";

/** The public API, typed by its own description. The session's cookie goes with each call. */
export const api = createClient<paths>({
  baseUrl: location.origin,
  // Looked up at each call: tests and extensions may replace it.
  fetch: (request: Request) => fetch(request),
});

/** The objects that the API answers with, by the names of its description. */
export type Schemas = components["schemas"];

/** Why a call has no answer: the API's own words (RFC 9457), or that nobody answered. */
export class Refusal extends Error {
  /** 0: nobody answered. */
  readonly status: number;
  /** Of the problem, `unreachable` without one. */
  readonly code: string;
  readonly detail: string;
  /** Faults of single fields, by path: `$.subject`. */
  readonly errors: readonly { readonly path: string; readonly message: string }[];

  constructor(status: number, problem: unknown) {
    const { code, detail, title, errors } = (problem ?? {}) as {
      code?: string;
      detail?: string;
      title?: string;
      errors?: Refusal["errors"];
    };
    const words = detail ?? title ?? (typeof problem === "string" ? problem.slice(0, 300) : `HTTP ${status}`);
    super(words);
    this.name = "Refusal";
    this.status = status;
    this.code = code ?? (status === 0 ? "unreachable" : "unknown");
    this.detail = words;
    this.errors = errors ?? [];
  }
}

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
    throw new Refusal(0, String(failed));
  });
  if (response.ok) return data as Data;
  if (response.status === 401) onSignedOut();
  throw new Refusal(response.status, error);
}

/** What was thrown, as a refusal; a fault of the page itself is thrown on. */
export function refusalOf(thrown: unknown): Refusal {
  if (thrown instanceof Refusal) return thrown;
  throw thrown;
}

/** For `params: { header }`: a call that is repeated under the same key is carried out once. */
export function idempotencyKey(): { "Idempotency-Key": string } {
  return { "Idempotency-Key": crypto.randomUUID() };
}
