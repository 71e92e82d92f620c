import { type Acceptance, NOTHING_ACCEPTED } from "../../relay/acceptance.ts";
import type { Ledger, PushRow } from "../ledger/ledger.ts";
import { type Schedule, scheduleOf } from "../relay/schedule.ts";
import type { RelayUse } from "../relay/use.ts";
import { UP } from "../relay/use.ts";
import { BREAKER_AT_REST, type Breaker } from "./breaker.ts";
import { type Deferrals, isOutage, NO_DEFERRALS } from "./deferrals.ts";
import { type Doubt, NO_DOUBT } from "./doubt.ts";
import { NO_REFUSALS, type Refusals } from "./refusals.ts";

/** Window at the start, and after an outage or a resume: one full batch, enough to probe and few to lose. */
export const FIRST_WINDOW = 100;
/** Window where each try may cost a mail sent twice. */
export const PROBE_WINDOW = 10;

/** What a push has learned about its relay; stored as JSON in its row. */
export interface Health {
  /** Claims up to this number predate the last back-off, rate cut or resume: their results are ignored. */
  readonly fromClaim: number;
  /** The push's own rate; null: none was asked for. */
  readonly own: Schedule | null;
  /** By relay: what it allows this push, and what the push owes it. */
  readonly relays: Readonly<Record<string, RelayUse>>;
  /** Relays that refuse this push's sender or content, and in which words. */
  readonly lost: Readonly<Record<string, string>>;
  /** Time from release to claim, milliseconds, a moving average. */
  readonly queueMs: number;
  /** Until when the deliveries released so far last at the pace of releases; epoch milliseconds. */
  readonly pacedUntil: number;
  /** It paused because none of its relays can be used. */
  readonly relaysStopped: boolean;
  readonly acceptance: Acceptance;
  readonly breaker: Breaker;
  readonly outage: Outage;
  /** Mails accepted since the start, or the last back-off or resume. */
  readonly accepted: number;
  readonly deferrals: Deferrals;
  readonly refusals: Refusals;
  readonly doubt: Doubt;
}

/** A back-off of the whole push, whatever relay it uses: doubts, or what only this push meets. */
export interface Outage {
  /** Consecutive failed attempts to reach the relay. */
  readonly count: number;
  readonly since: number | null;
  readonly error: string | null;
  readonly nextTryAt: number | null;
  /** True: the last failure was our own, not the relay's: see `isOwnOutage`. */
  readonly own?: boolean;
}

/** The own rate's schedule has no end. */
const FOREVER_MS = 1e12;

export const NO_OUTAGE: Outage = { count: 0, since: null, error: null, nextTryAt: null };

export function nextOutage(before: Outage, error: string | null, delayMs: number, now: number): Outage {
  return { count: before.count + 1, since: before.since ?? now, error, nextTryAt: Math.ceil(now + delayMs) };
}

/** Each event asks for it many times: read once a row. */
const READ = new WeakMap<Readonly<PushRow>, Health>();

export function healthOf(push: Readonly<PushRow>): Health {
  const known = READ.get(push);
  if (known !== undefined) return known;
  // A push that an older version started has not all of the fields.
  const stored = JSON.parse(push.health) as Partial<Health>;
  const deferrals = { ...NO_DEFERRALS, ...stored.deferrals };
  const health = { ...initialHealth(push.rate, push.created_at), ...stored, deferrals };
  READ.set(push, health);
  return health;
}

/** @param rate requested mails per second, or null */
export function initialHealth(rate: number | null, now: number): Health {
  return {
    fromClaim: 0,
    own: rate === null ? null : scheduleOf(now, FOREVER_MS, 1000 / rate, null),
    relays: {},
    lost: {},
    queueMs: 0,
    pacedUntil: 0,
    relaysStopped: false,
    acceptance: NOTHING_ACCEPTED,
    breaker: BREAKER_AT_REST,
    outage: NO_OUTAGE,
    accepted: 0,
    deferrals: NO_DEFERRALS,
    refusals: NO_REFUSALS,
    doubt: NO_DOUBT,
  };
}

/**
 * After a resume: resets all counters and ignores results of current claims. Send times already reserved stay reserved,
 * and resends go on waiting for an accepted mail.
 */
export function resetHealth(ledger: Ledger, push: PushRow, now: number): Health {
  const { own, relays, queueMs, doubt } = healthOf(push);
  return {
    ...initialHealth(push.rate, now),
    fromClaim: lastClaim(ledger),
    own,
    // Ask at once: a person may have mended the relay.
    relays: Object.fromEntries(
      Object.entries(relays).map(([id, use]) => [id, { ...use, askAt: now, heldUntil: 0, health: UP }]),
    ),
    queueMs,
    doubt: { ...NO_DOUBT, resendsWait: doubt.resendsWait },
  };
}

/** After a retry: as after a resume, but what the relay accepted before it still counts. */
export function renewedHealth(ledger: Ledger, push: PushRow, now: number): Health {
  return { ...resetHealth(ledger, push, now), accepted: healthOf(push).accepted };
}

/** With another rate of the push's own. Send times already reserved stay reserved: the next mail keeps its distance to them. */
export function withOwnRate(health: Health, rate: number | null, now: number): Health {
  const { own } = initialHealth(rate, now);
  return {
    ...health,
    own: own === null ? null : { ...own, lastAt: health.own?.lastAt ?? 0 },
    pacedUntil: Math.min(health.pacedUntil, now),
  };
}

/** The window to start again with. */
export function firstWindow({ doubt }: Health): number {
  return doubt.resendsWait ? PROBE_WINDOW : FIRST_WINDOW;
}

/** The push tries whether its relay is in order again: no more than the window may be under way. */
export function isProbing({ outage, doubt }: Health): boolean {
  return outage.since !== null || doubt.resendsWait;
}

/** The relay answers, and says "later" to everybody. */
export function isDeferred({ deferrals, accepted }: Health): boolean {
  return isOutage(deferrals, accepted);
}

export function lastClaim(ledger: Ledger): number {
  return ledger.sql.exec<{ n: number }>("SELECT coalesce(max(n), 0) AS n FROM claim").one().n;
}
