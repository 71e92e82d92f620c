import type { Ledger, PushRow } from "../ledger/ledger.ts";
import { BREAKER_AT_REST, type Breaker } from "./breaker.ts";
import { type Acceptance, NOTHING_ACCEPTED, type Rate, startRate } from "./rate.ts";

/** A push begins, and begins again after an outage or a resume, with one full batch: enough to find out, few to lose. */
export const FIRST_WINDOW = 100;

/** What a push has learned of its relay; kept as JSON in its row. */
export interface Health {
  /** Claims up to this number were granted before the last back-off, cut or resume: they teach nothing more. */
  readonly fromClaim: number;
  /** When the next mail may begin, under a rate: see pace.ts. Epoch milliseconds. */
  readonly nextFreeAt: number;
  readonly rate: Rate;
  readonly acceptance: Acceptance;
  readonly breaker: Breaker;
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

export function healthOf(push: PushRow): Health {
  return JSON.parse(push.health) as Health;
}

/** @param rate mails per second asked for, or null */
export function initialHealth(rate: number | null, now: number): Health {
  return {
    fromClaim: 0,
    nextFreeAt: 0,
    rate: startRate(rate, now),
    acceptance: NOTHING_ACCEPTED,
    breaker: BREAKER_AT_REST,
    outage: NO_OUTAGE,
  };
}

/** All counts begin anew, and what is out now teaches nothing; but the times it has reserved stay taken. */
export function resetHealth(ledger: Ledger, push: PushRow, now: number): Health {
  return { ...initialHealth(push.rate, now), fromClaim: lastClaim(ledger), nextFreeAt: healthOf(push).nextFreeAt };
}

export function lastClaim(ledger: Ledger): number {
  return ledger.sql.exec<{ n: number }>("SELECT coalesce(max(n), 0) AS n FROM claim").one().n;
}
