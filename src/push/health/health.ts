import type { Ledger, PushRow } from "../ledger/ledger.ts";
import { BREAKER_AT_REST, type Breaker } from "./breaker.ts";
import { type Deferrals, isOutage, NO_DEFERRALS } from "./deferrals.ts";
import { type Doubt, NO_DOUBT } from "./doubt.ts";
import { isUsedUp, NO_QUOTA, type Quota } from "./quota.ts";
import { type Acceptance, NOTHING_ACCEPTED, type Rate, startRate } from "./rate.ts";
import { NO_REFUSALS, type Refusals } from "./refusals.ts";

/** Window at the start, and after an outage or a resume: one full batch, enough to probe and few to lose. */
export const FIRST_WINDOW = 100;
/** Window where each try may cost a mail sent twice, or a quota. */
export const PROBE_WINDOW = 10;

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
  /** Mails accepted since the start, or the last back-off or resume. */
  readonly accepted: number;
  readonly deferrals: Deferrals;
  readonly refusals: Refusals;
  readonly doubt: Doubt;
  readonly quota: Quota;
}

/** A back-off of the whole push: the relay is out of order, or our quota there is used up. */
export interface Outage {
  /** Consecutive failed attempts to reach the relay. */
  readonly count: number;
  readonly since: number | null;
  readonly error: string | null;
  readonly nextTryAt: number | null;
}

export const NO_OUTAGE: Outage = { count: 0, since: null, error: null, nextTryAt: null };

export function healthOf(push: PushRow): Health {
  // A push that an older version started has not all of the fields.
  return { ...initialHealth(push.rate, push.created_at), ...(JSON.parse(push.health) as Partial<Health>) };
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
    accepted: 0,
    deferrals: NO_DEFERRALS,
    refusals: NO_REFUSALS,
    doubt: NO_DOUBT,
    quota: NO_QUOTA,
  };
}

/**
 * After a resume: resets all counters and ignores results of current claims. Send times already reserved stay reserved,
 * and resends go on waiting for an accepted mail.
 */
export function resetHealth(ledger: Ledger, push: PushRow, now: number): Health {
  const { nextFreeAt, doubt } = healthOf(push);
  return {
    ...initialHealth(push.rate, now),
    fromClaim: lastClaim(ledger),
    nextFreeAt,
    doubt: { ...NO_DOUBT, resendsWait: doubt.resendsWait },
  };
}

/** After a retry: as after a resume, but what the relay accepted before it still counts. */
export function renewedHealth(ledger: Ledger, push: PushRow, now: number): Health {
  return { ...resetHealth(ledger, push, now), accepted: healthOf(push).accepted };
}

/** The window to start again with. */
export function firstWindow({ doubt, quota }: Health): number {
  return doubt.resendsWait || isUsedUp(quota) ? PROBE_WINDOW : FIRST_WINDOW;
}

/** The push tries whether its relay is in order again: no more than the window may be under way. */
export function isProbing({ outage, doubt }: Health): boolean {
  return outage.since !== null || doubt.resendsWait;
}

/** The relay answers, and says "later" to everybody. */
export function isDeferred({ outage, deferrals, accepted }: Health): boolean {
  return outage.since !== null && isOutage(deferrals, accepted);
}

export function lastClaim(ledger: Ledger): number {
  return ledger.sql.exec<{ n: number }>("SELECT coalesce(max(n), 0) AS n FROM claim").one().n;
}
