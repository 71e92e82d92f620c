import type { Ledger, PushRow } from "../ledger/ledger.ts";
import { BREAKER_AT_REST, type Breaker } from "./breaker.ts";
import { type Acceptance, NOTHING_ACCEPTED, type Rate, startRate } from "./rate.ts";

/** Window at the start, and after an outage or a resume: one full batch, enough to probe and few to lose. */
export const FIRST_WINDOW = 100;

/** What a push has learned about its relay; stored as JSON in its row. */
export interface Health {
  /** Claims up to this number predate the last back-off, rate cut or resume: their results are ignored. */
  readonly fromClaim: number;
  /** Next free send time under a rate (GCRA, see pace.ts). Epoch milliseconds. */
  readonly nextFreeAt: number;
  readonly rate: Rate;
  readonly acceptance: Acceptance;
  readonly breaker: Breaker;
  readonly outage: Outage;
}

export interface Outage {
  /** Consecutive failed attempts to reach the relay. */
  readonly count: number;
  readonly since: number | null;
  readonly error: string | null;
  readonly nextTryAt: number | null;
}

export const NO_OUTAGE: Outage = { count: 0, since: null, error: null, nextTryAt: null };

export function healthOf(push: PushRow): Health {
  return JSON.parse(push.health) as Health;
}

/** @param rate requested mails per second, or null */
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

/** Resets all counters and ignores results of current claims. Send times already reserved stay reserved. */
export function resetHealth(ledger: Ledger, push: PushRow, now: number): Health {
  return { ...initialHealth(push.rate, now), fromClaim: lastClaim(ledger), nextFreeAt: healthOf(push).nextFreeAt };
}

export function lastClaim(ledger: Ledger): number {
  return ledger.sql.exec<{ n: number }>("SELECT coalesce(max(n), 0) AS n FROM claim").one().n;
}
