import type { Settings } from "../config.ts";

/** What the ledger's decisions depend on beside the rows: from the settings, in the ledger's own units. */
export interface Limits {
  /** The most deliveries of one push that may be queued or sending at once. */
  readonly window: number;
  readonly staleAfterMs: number;
  readonly leaseMs: number;
  readonly maxAttempts: number;
  readonly retentionMs: number;
  readonly breaker: { readonly first: number; readonly streak: number; readonly spamShare: number };
  /** A factor on all waits: 1 but in tests. */
  readonly backoffScale: number;
  /** Uniform in [0, 1): the jitter. Passed in, so that decisions are functions of their arguments. */
  readonly random: () => number;
}

const DAY_MS = 86_400_000;

export function limitsOf(settings: Settings, random: () => number): Limits {
  return {
    window: settings.window,
    staleAfterMs: settings.staleAfterSeconds * 1000,
    leaseMs: settings.leaseSeconds * 1000,
    maxAttempts: settings.maxAttempts,
    retentionMs: settings.retentionDays * DAY_MS,
    breaker: settings.breaker,
    backoffScale: settings.backoffScale,
    random,
  };
}
