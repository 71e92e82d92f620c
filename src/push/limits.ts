import type { Settings } from "../config/settings.ts";
import type { ReturnThresholds } from "./health/returned.ts";
import type { RelayTerms } from "./relay/choose.ts";

/** Inputs of the ledger's decisions besides the rows: the settings in the ledger's units. */
export interface Limits {
  /** The most deliveries of one push queued or sending at once. */
  readonly window: number;
  readonly staleAfterMs: number;
  readonly leaseMs: number;
  readonly maxAttempts: number;
  readonly retentionMs: number;
  readonly breaker: { readonly first: number; readonly streak: number; readonly spamShare: number };
  readonly returned: ReturnThresholds;
  readonly relays: readonly RelayTerms[];
  /** Factor on all waits; 1 except in tests. */
  readonly backoffScale: number;
  /** Uniform in [0, 1), for jitter. Injected, so that decisions are pure. */
  readonly random: () => number;
}

/** For a status while the configuration is invalid: the rows alone say how the push stands, and no relay takes mail. */
export const UNCONFIGURED: Limits = {
  window: Number.MAX_SAFE_INTEGER,
  staleAfterMs: Number.MAX_SAFE_INTEGER,
  leaseMs: 0,
  maxAttempts: 0,
  retentionMs: Number.MAX_SAFE_INTEGER,
  breaker: { first: 0, streak: 0, spamShare: 1 },
  returned: { bounceShare: 1, complaintShare: 1 },
  relays: [],
  backoffScale: 1,
  random: () => 0,
};

const DAY_MS = 86_400_000;

export function limitsOf(settings: Settings, random: () => number): Limits {
  return {
    window: settings.window,
    staleAfterMs: settings.staleAfterSeconds * 1000,
    leaseMs: settings.leaseSeconds * 1000,
    maxAttempts: settings.maxAttempts,
    retentionMs: settings.retentionDays * DAY_MS,
    breaker: settings.breaker,
    returned: settings.breaker,
    relays: settings.relays.map(({ id, weight, limits }) => ({
      id,
      weight,
      perSecond: limits.perSecond,
      quotas: limits.quotas,
    })),
    backoffScale: settings.backoffScale,
    random,
  };
}
