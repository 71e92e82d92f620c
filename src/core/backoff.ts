/**
 * Delays before retries. Pure: the caller passes `random`, uniform in [0, 1), and `scale`, the setting BACKOFF_SCALE
 * (1 except in tests).
 */

interface Backoff {
  /** Width of the first retry's jitter; doubles with each attempt. */
  readonly baseSeconds: number;
  /** Minimum delay. */
  readonly floorSeconds: number;
}

/** With a longer cap, a one-day push would hardly retry twice. */
export const RETRY_CAP_SECONDS = 6 * 3600;

export const RETRY_BACKOFF = {
  /** The floor prevents a retry before the server can have recovered. */
  transient: { baseSeconds: 60, floorSeconds: 15 },
  /** Greylisting accepts a retry after one, rarely five minutes; some servers restart the wait if it is early. */
  greylisted: { baseSeconds: 90, floorSeconds: 90 },
  /** The recipient has to delete mail first. */
  "mailbox-full": { baseSeconds: 3600, floorSeconds: 600 },
} as const satisfies Record<string, Backoff>;

/** Outage: the first delay is short, since most are a restart; later at most one try in five minutes. */
export const OUTAGE_BASE_SECONDS = 5;
export const OUTAGE_CAP_SECONDS = 300;

/** A failed claim or settle RPC: a Durable Object is back within seconds, or the outage is long. */
export const CLAIM_RETRY_BASE_SECONDS = 5;
export const CLAIM_RETRY_CAP_SECONDS = 300;

/** A settle that the queue holds comes back this often, until the object answers. */
export const SETTLE_RETRY_SECONDS = 30;

/**
 * Before an in-doubt mail is resent: time for queued settles, whose first tries may fail, and for the server to end the
 * dead connection.
 */
export const DOUBT_SECONDS = 360;
const DOUBT_JITTER_SECONDS = 60;

/** After an object's start no doubt is resent for this long: settles that failed while it was away come first. */
const SETTLES_FIRST_SECONDS = 120;

/** Queues accept up to 24 hours as `delaySeconds`, by some pages of their documentation 12. */
export const QUEUE_DELAY_MAX_SECONDS = 12 * 3600;

/**
 * Full jitter: floor + random(0, min(cap - floor, base · 2^(attempt-1))).
 *
 * @param verdict the class of the deferral; classes not in RETRY_BACKOFF use `transient`
 * @param attempt the attempts so far, including this one: 1 after the first
 */
export function retryDelayMs(verdict: string | null, attempt: number, scale: number, random: () => number): number {
  const { baseSeconds, floorSeconds } = backoffOf(verdict);
  const spread = exponential(baseSeconds, attempt, RETRY_CAP_SECONDS - floorSeconds);
  return (floorSeconds + random() * spread) * 1000 * scale;
}

function backoffOf(verdict: string | null): Backoff {
  if (verdict === "greylisted" || verdict === "mailbox-full") return RETRY_BACKOFF[verdict];
  return RETRY_BACKOFF.transient;
}

/** Backoff of the whole push after its `count`th outage: 5 s doubling to 5 min; the upper half is jitter. */
export function outageDelayMs(count: number, scale: number, random: () => number): number {
  const seconds = exponential(OUTAGE_BASE_SECONDS, count, OUTAGE_CAP_SECONDS);
  return (seconds / 2 + (random() * seconds) / 2) * 1000 * scale;
}

/** Delay before the one resend of an in-doubt mail; jitter spreads the mails of one lost connection. */
export function doubtDelayMs(scale: number, random: () => number): number {
  return (DOUBT_SECONDS + random() * DOUBT_JITTER_SECONDS) * 1000 * scale;
}

/** How long an object that has just started resends no doubt. Whole milliseconds. */
export function settlesFirstMs(scale: number): number {
  return Math.ceil(SETTLES_FIRST_SECONDS * 1000 * scale);
}

/** Redelivery delay after a failed claim or settle; `attempts` counts the queue's deliveries, from 1. */
export function claimRetryDelaySeconds(attempts: number): number {
  return exponential(CLAIM_RETRY_BASE_SECONDS, attempts, CLAIM_RETRY_CAP_SECONDS);
}

/** A delay for Queues: whole seconds, 0 to twelve hours, rounded up so that no message arrives early. */
export function queueDelaySeconds(ms: number): number {
  if (!(ms > 0)) return 0;
  return Math.min(QUEUE_DELAY_MAX_SECONDS, Math.ceil(ms / 1000));
}

/** `queueDelaySeconds` from `now` until `at`, both in epoch milliseconds. */
export function secondsUntil(at: number, now: number): number {
  return queueDelaySeconds(at - now);
}

/** base · 2^(nth-1), at most `cap`. */
export function exponential(base: number, nth: number, cap: number): number {
  return Math.min(cap, base * 2 ** (Math.max(1, nth) - 1));
}
