import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { logError } from "../../log.ts";
import { newPushId } from "../../push/steering/id.ts";
import type { Api, Attempt } from "../access/caller.ts";
import { type Problem, refuse } from "../problem.ts";
import { hashRequest } from "./hashed-body.ts";
import { parseIdempotencyKey } from "./idempotency-key.ts";
import {
  ATTEMPT_MS,
  admit,
  endAttempt,
  forget,
  type KeptAnswer,
  type KeyedRequest,
  keepAnswer,
} from "./idempotency-store.ts";

/** The policy too: without its own one, the html of a preview would be a document of this address as any other. */
const KEPT_HEADERS = ["content-type", "location", "content-security-policy", "x-frame-options"];
/** Fields of answers that are shown once. */
const SECRETS = ["token", "secret", "ticket", "url"];

/**
 * Carries out a POST with an Idempotency-Key once: its repeats get the first answer, if that was a 2xx. What the request
 * creates takes its id from the key's row in D1, so that an attempt that was cut off anywhere can be repeated.
 */
export const onceForEachKey = createMiddleware<Api>(async (context, next) => {
  const header = context.req.header("idempotency-key");
  if (context.req.method !== "POST" || header === undefined) return next();
  const key = parseIdempotencyKey(header);
  if (!key.ok) return refuse({ code: "invalid-idempotency-key", detail: `Idempotency-Key: ${key.error}` });
  const { DB } = context.env;
  const now = Date.now();
  const { hash, request } = await hashRequest(context.req.raw);
  context.req.raw = request;
  const keyed: KeyedRequest = { token: context.get("caller").id, key: key.value, hash };
  const admission = await admit(DB, keyed, newPushId(now), now);
  switch (admission.kind) {
    case "different":
      return refuse({ code: "idempotency-key-reused", detail: "this Idempotency-Key belongs to another request" });
    case "running":
      return refuse(stillRunning(admission.sinceMs));
    case "answered":
      return replay(admission.answer);
    case "attempt": {
      context.set("attempt", admission);
      await next();
      await record(DB, keyed, admission.id, now, context.res);
    }
  }
});

/** How this request is carried out; without a key, a first time. */
export function attemptOf(context: Context<Api>): Attempt {
  return context.get("attempt") ?? { id: newPushId(Date.now()), isRepeat: false };
}

/** The request has been carried out: a failure here must not hide that. Without its answer it is carried out again. */
async function record(db: D1Database, keyed: KeyedRequest, id: string, now: number, answer: Response): Promise<void> {
  try {
    if (answer.ok) await keepAnswer(db, keyed, id, await keptOf(answer));
    else if (answer.status < 500) await forget(db, keyed, id, now);
    else await endAttempt(db, keyed, id, now);
  } catch (error) {
    logError({ at: "idempotency", id, error: String(error) });
  }
}

async function keptOf(answer: Response): Promise<KeptAnswer> {
  const text = answer.body === null ? null : await answer.clone().text();
  const isJson = answer.headers.get("content-type")?.startsWith("application/json");
  const headers = KEPT_HEADERS.flatMap((name) => {
    const value = answer.headers.get(name);
    return value === null ? [] : [[name, value]];
  });
  return {
    status: answer.status,
    headers: Object.fromEntries(headers),
    body: isJson && text !== null ? withoutSecrets(text) : text,
  };
}

function withoutSecrets(body: string): string {
  const answer: Record<string, unknown> = JSON.parse(body);
  const held = SECRETS.filter((field) => field in answer);
  return held.length === 0
    ? body
    : JSON.stringify({ ...answer, ...Object.fromEntries(held.map((one) => [one, null])) });
}

function replay({ status, headers, body }: KeptAnswer): Response {
  return new Response(body, { status, headers: { ...headers, "idempotent-replayed": "true" } });
}

/** The longer it has run, the longer it may go on. */
function stillRunning(sinceMs: number): Problem {
  const seconds = Math.ceil(Math.min(Math.max(sinceMs, 1), ATTEMPT_MS - sinceMs) / 1000);
  return {
    code: "idempotency-key-in-use",
    detail: "the first request with this Idempotency-Key has no answer yet; send it again",
    headers: { "retry-after": `${seconds}` },
  };
}
