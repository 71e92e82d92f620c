import { env } from "cloudflare:workers";
import { app } from "../../src/http/app.ts";
import { undocumented } from "./contract.ts";

/** A call of the API with the right token; a body that is no string, stream or bytes is sent as JSON. */
export async function api(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  return call(method, path, body, { authorization: `Bearer ${env.API_TOKEN}`, ...headers });
}

/** The same without a token, for any environment. Throws for an answer that `/openapi.json` does not describe. */
export async function call(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
  bindings: Env = env,
): Promise<Response> {
  const raw = typeof body === "string" || body instanceof Uint8Array || body instanceof ReadableStream;
  const payload = body === undefined || raw ? (body as BodyInit | undefined) : JSON.stringify(body);
  const request = new Request(`http://mailpush.test${path}`, { method, headers, body: payload });
  const answer = await app.fetch(request, bindings);
  const wrong = await undocumented(method, request.url, answer);
  if (wrong.length > 0) throw new Error(`not as /openapi.json says: ${wrong.join("; ")}`);
  return answer;
}

// biome-ignore lint/suspicious/noExplicitAny: what a test reads of an answer, it asserts
export type Json = any;

export async function json(response: Response | Promise<Response>): Promise<Json> {
  return (await response).json();
}
