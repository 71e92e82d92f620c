import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { readToken } from "../../config/settings.ts";
import { refuse } from "../problem.ts";
import type { Api } from "./caller.ts";
import { type Proof, sessionProof, tokenProof, unauthorised } from "./proof.ts";
import { isWithinLimit, rateLimitKey, tooManyRequests } from "./rate-limit.ts";
import { foreignPage, needsOwnPage, pageOf } from "./sign-in/origin.ts";
import { sessionCookie } from "./sign-in/session-cookie.ts";

/**
 * Requires `Authorization: Bearer` (RFC 6750) with API_TOKEN or a token of `/api/tokens`, or the cookie of a session,
 * before any of the body is read. Counts each request against its rate limit. API_TOKEN needs no D1, nor does what this
 * isolate verified in the last minute. Throws `ConfigError` for an API_TOKEN that must not open anything.
 */
export const authenticate = createMiddleware<Api>(async (context, next) => {
  const { env } = context;
  // Said to everybody, also to those who send no token.
  readToken(env);
  const proof = await proofOf(context, Date.now());
  // Before a look-up in D1: whoever guesses is counted.
  if (!(await isWithinLimit(env, rateLimitKey(context.req.raw, proof?.known?.id ?? null)))) {
    return refuse(tooManyRequests());
  }
  if (proof === null) {
    return refuse(unauthorised("token-missing", "expected the header Authorization: Bearer <token>"));
  }
  const caller = proof.known ?? (await proof.verify());
  if (caller === null) return refuse(proof.refusal);
  context.set("caller", caller);
  await next();
});

/** What this request proves its caller with; null: nothing. A cookie counts where there is no token. */
async function proofOf(context: Context<Api>, now: number): Promise<Proof | null> {
  const { env, req } = context;
  const authorization = req.header("authorization");
  if (authorization !== undefined) {
    const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
    return token === undefined ? null : tokenProof(env, token, now);
  }
  const session = sessionCookie(context);
  if (session === undefined) return null;
  if (!needsOwnPage(req.raw) || pageOf(req.raw) === "own") return sessionProof(env, session, now);
  return { known: null, verify: async () => null, refusal: foreignPage() };
}
