import type { Caller } from "./caller.ts";
import type { KnownToken } from "./token-store.ts";

/** How long an isolate trusts a token without asking D1: a deleted one works this much longer. */
export const TRUSTED_MS = 60_000;
/** Bounds memory; the oldest is forgotten first. */
const MAX_TOKENS = 1_000;

interface Entry {
  readonly caller: Caller;
  /** Epoch milliseconds. */
  readonly until: number;
}

/** The tokens that this isolate has verified, by hash. */
const entries = new Map<string, Entry>();

/** The caller with this token, if it was verified less than a minute ago and has not expired; else null. */
export function verifiedCaller(hash: string, now: number): Caller | null {
  const entry = entries.get(hash);
  return entry !== undefined && now < entry.until ? entry.caller : null;
}

export function rememberVerified(hash: string, token: KnownToken, now: number): Caller {
  const caller: Caller = { id: token.id, name: token.name, scopes: token.scopes };
  entries.delete(hash);
  entries.set(hash, { caller, until: Math.min(now + TRUSTED_MS, token.expiresAt ?? Number.POSITIVE_INFINITY) });
  const oldest = entries.keys().next().value;
  if (entries.size > MAX_TOKENS && oldest !== undefined) entries.delete(oldest);
  return caller;
}

/** In this isolate a deleted token ends at once. */
export function forgetVerified(id: string): void {
  for (const [hash, { caller }] of entries) if (caller.id === id) entries.delete(hash);
}
