import type { Ledger, PushRow } from "./ledger.ts";

/** A push begins, and begins again after an outage or a resume, with one full batch: enough to find out, few to lose. */
export const FIRST_WINDOW = 100;

/** What a push has learned of its relay; kept as JSON in its row. */
export interface Learned {
  /** Claims up to this number were granted before the last back-off, cut or resume: they teach nothing more. */
  readonly fromClaim: number;
  /** When the next mail may begin, under a rate: see pace.ts. Epoch milliseconds. */
  readonly nextSlotAt: number;
  /** Mails per second released now; null: not limited. */
  readonly rate: number | null;
  readonly recoversAt: number | null;
  readonly outage: Outage;
}

export interface Outage {
  /** How many times in a row the relay was tried in vain. */
  readonly count: number;
  readonly since: number | null;
  readonly error: string | null;
  readonly nextTryAt: number | null;
}

export const NO_OUTAGE: Outage = { count: 0, since: null, error: null, nextTryAt: null };

export function learnedOf(push: PushRow): Learned {
  return JSON.parse(push.learned) as Learned;
}

export function nothingLearned(rate: number | null): Learned {
  return { fromClaim: 0, nextSlotAt: 0, rate, recoversAt: null, outage: NO_OUTAGE };
}

/** All counts begin anew, and what is out now teaches nothing. */
export function learnedAfresh(ledger: Ledger, push: PushRow): Learned {
  return { ...nothingLearned(push.rate), fromClaim: lastClaim(ledger) };
}

export function lastClaim(ledger: Ledger): number {
  return ledger.sql.exec<{ n: number }>("SELECT coalesce(max(n), 0) AS n FROM claim").one().n;
}
