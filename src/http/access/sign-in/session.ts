import { Buffer } from "node:buffer";
import { timingSafeEqual } from "node:crypto";
import { fullMacOf } from "../../../message/signed/mac.ts";
import type { SigningKeys } from "../../../message/signed/signing-keys.ts";

/** A working day. */
export const SESSION_MS = 12 * 3_600_000;

/** What a session says: which token signed in, and until when. */
export interface SessionClaims {
  /** The token's id. */
  readonly token: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

const RADIX = 36;
const SESSION = /^([0-9a-z]{1,11})\.([\w-]{1,64})\.[0-9a-f]{64}$/;

/**
 * A session `expiry.token.mac`. The MAC is also over the hash of the token, so that a session ends with its token, and
 * those of API_TOKEN with a change of it. Nothing is stored: signing out forgets the cookie.
 * @param hash `hashOf` the token
 */
export function signSession({ token, expiresAt }: SessionClaims, hash: string, key: string): string {
  const expiry = expiresAt.toString(RADIX);
  return `${expiry}.${token}.${fullMacOf(key, "session", `${token}\n${expiry}\n${hash}`)}`;
}

/** The claims of a session, which are not verified yet; null: it is none, or has expired. */
export function readSession(session: string, now: number): SessionClaims | null {
  const [, expiry = "", token = ""] = SESSION.exec(session) ?? [];
  const expiresAt = Number.parseInt(expiry, RADIX);
  // One that is valid for longer than we give was signed with a clock that is wrong.
  return expiresAt > now && expiresAt <= now + 2 * SESSION_MS ? { token, expiresAt } : null;
}

/**
 * Whether a session with these claims was signed here, under this key or the one before, for the token with this hash.
 * Compares in constant time.
 */
export function isSigned(session: string, claims: SessionClaims, hash: string, keys: SigningKeys): boolean {
  const given = Buffer.from(session);
  const verified = [keys.current, keys.previous ?? keys.current].map((key) => {
    const expected = Buffer.from(signSession(claims, hash, key));
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
  return verified.includes(true);
}
