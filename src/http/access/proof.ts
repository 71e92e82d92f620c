import { readSettings, readToken } from "../../config/settings.ts";
import { logError } from "../../log.ts";
import type { Problem } from "../problem.ts";
import { type Caller, MASTER } from "./caller.ts";
import { isSigned, readSession, type SessionClaims } from "./sign-in/session.ts";
import { findByHash, findWithHash, hashOf, isSecret, type KnownToken, noteUse } from "./token-store.ts";
import { rememberVerified, verifiedCaller } from "./verified.ts";

/** A token's last use is written this often at most. */
const USE_NOTED_MS = 60_000;

/** What a request proves its caller with. */
export interface Proof {
  /** The caller, if known without D1. */
  readonly known: Caller | null;
  /** Asks D1; null: it proves nobody. */
  verify(): Promise<Caller | null>;
  /** The answer to one that proves nobody. */
  readonly refusal: Problem;
}

/** A token as it was sent. Throws `ConfigError`. */
export async function tokenProof(env: Env, given: string, now: number): Promise<Proof> {
  const [hash, master] = await Promise.all([hashOf(given), hashOf(readToken(env))]);
  return {
    known: isSame(hash, master) ? MASTER : verifiedCaller(hash, now),
    async verify() {
      const token = isSecret(given) ? await findByHash(env.DB, hash) : null;
      return token === null ? null : verified(env, hash, token, now);
    },
    refusal: unauthorised("token-invalid", "this token is not known, or no longer valid", 'error="invalid_token"'),
  };
}

/** A session as the cookie has it. Throws `ConfigError`. */
export async function sessionProof(env: Env, session: string, now: number): Promise<Proof> {
  const refusal = unauthorised("session-ended", "this session has ended: sign in again");
  const claims = readSession(session, now);
  if (claims === null) return { known: null, verify: async () => null, refusal };
  const { signingKeys } = readSettings(env);
  if (claims.token === MASTER.id) {
    const isMaster = isSigned(session, claims, await hashOf(readToken(env)), signingKeys);
    return { known: isMaster ? MASTER : null, verify: async () => null, refusal };
  }
  // No token has a line break: none has the key of a session.
  const key = await hashOf(`session\n${session}`);
  return {
    known: verifiedCaller(key, now),
    async verify() {
      const found = await findWithHash(env.DB, claims.token);
      if (found === null || !isSigned(session, claims, found.hash, signingKeys)) return null;
      return verified(env, key, { ...found.token, expiresAt: endOf(claims, found.token) }, now);
    },
    refusal,
  };
}

function endOf({ expiresAt }: SessionClaims, token: KnownToken): number {
  return Math.min(expiresAt, token.expiresAt ?? Number.POSITIVE_INFINITY);
}

async function verified(env: Env, key: string, token: KnownToken, now: number): Promise<Caller | null> {
  if (token.expiresAt !== null && token.expiresAt <= now) return null;
  await noteLastUse(env, token, now);
  return rememberVerified(key, token, now);
}

/** Runs once a minute in each isolate, as `verify` does. */
async function noteLastUse(env: Env, { id, lastUsedAt }: KnownToken, now: number): Promise<void> {
  if (lastUsedAt !== null && now - lastUsedAt < USE_NOTED_MS) return;
  await noteUse(env.DB, id, now).catch((error) => {
    // Not a reason to refuse the request.
    logError({ at: "token", tokenId: id, error: String(error) });
  });
}

/** @param error attributes of the challenge (RFC 6750 section 3) */
export function unauthorised(
  code: "token-missing" | "token-invalid" | "session-ended" | "link-invalid",
  detail: string,
  error = "",
): Problem {
  return { code, detail, headers: { "www-authenticate": error === "" ? "Bearer" : `Bearer ${error}` } };
}

/** In constant time; of hashes, whose lengths are equal. */
function isSame(a: string, b: string): boolean {
  return crypto.subtle.timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
