import { createMiddleware } from "hono/factory";
import { readToken } from "../../config/settings.ts";
import { logError } from "../../log.ts";
import { type Problem, refuse } from "../problem.ts";
import { type Api, type Caller, MASTER } from "./caller.ts";
import { isWithinLimit, rateLimitKey, tooManyRequests } from "./rate-limit.ts";
import { findByHash, hashOf, isSecret, type KnownToken, noteUse } from "./token-store.ts";
import { rememberVerified, verifiedCaller } from "./verified.ts";

/** A token's last use is written this often at most. */
const USE_NOTED_MS = 60_000;

/**
 * Requires `Authorization: Bearer` (RFC 6750) with API_TOKEN or a token of `/api/tokens`, before any of the body is read.
 * Counts each request against its rate limit. API_TOKEN needs no D1, nor does a token that this isolate verified in the last minute. Throws `ConfigError` for an
 * API_TOKEN that must not open anything.
 */
export const authenticate = createMiddleware<Api>(async (context, next) => {
  const { env } = context;
  const now = Date.now();
  const master = await hashOf(readToken(env));
  const given = /^Bearer +(\S+)$/i.exec(context.req.header("authorization") ?? "")?.[1];
  const hash = given === undefined ? null : await hashOf(given);
  // Known without D1: whoever guesses is counted before a look-up.
  const known = hash === null ? null : isSame(hash, master) ? MASTER : verifiedCaller(hash, now);
  if (!(await isWithinLimit(env, rateLimitKey(context.req.raw, known?.id ?? null)))) return refuse(tooManyRequests());
  if (given === undefined || hash === null) {
    return refuse(unauthorised("token-missing", "expected the header Authorization: Bearer <token>", "Bearer"));
  }
  const caller = known ?? (await verify(env, given, hash, now));
  if (caller === null) {
    return refuse(
      unauthorised("token-invalid", "this token is not known, or no longer valid", 'Bearer error="invalid_token"'),
    );
  }
  context.set("caller", caller);
  await next();
});

async function verify(env: Env, given: string, hash: string, now: number): Promise<Caller | null> {
  const token = isSecret(given) ? await findByHash(env.DB, hash) : null;
  if (token === null || (token.expiresAt !== null && token.expiresAt <= now)) return null;
  await noteLastUse(env, token, now);
  return rememberVerified(hash, token, now);
}

/** Runs once a minute in each isolate, as `verify` does. */
async function noteLastUse(env: Env, { id, lastUsedAt }: KnownToken, now: number): Promise<void> {
  if (lastUsedAt !== null && now - lastUsedAt < USE_NOTED_MS) return;
  await noteUse(env.DB, id, now).catch((error) => {
    // Not a reason to refuse the request.
    logError({ at: "token", tokenId: id, error: String(error) });
  });
}

function unauthorised(code: "token-missing" | "token-invalid", detail: string, challenge: string): Problem {
  return { code, detail, headers: { "www-authenticate": challenge } };
}

/** In constant time; of hashes, whose lengths are equal. */
function isSame(a: string, b: string): boolean {
  return crypto.subtle.timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
