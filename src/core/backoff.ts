/**
 * How long to wait before what. Pure: `random` is uniform in [0, 1) and passed in, `scale` is the setting
 * BACKOFF_SCALE, 1 but in tests.
 */

interface Backoff {
  /** What the jitter of the first retry spreads over; it doubles with each attempt. */
  readonly baseSeconds: number;
  /** Never sooner than this. */
  readonly floorSeconds: number;
}

/** Past this a retry would hardly come twice within a push's day. */
export const RETRY_CAP_SECONDS = 6 * 3600;

export const RETRY_BACKOFF = {
  /** The floor keeps a low draw from knocking again before the server could have done anything about it. */
  transient: { baseSeconds: 60, floorSeconds: 15 },
  /** Greylisting takes the second try after a minute or, rarely, five; sooner starts its clock anew at some. */
  greylisted: { baseSeconds: 90, floorSeconds: 90 },
  /** Somebody has to read and delete mail first. */
  "mailbox-full": { baseSeconds: 3600, floorSeconds: 600 },
} as const satisfies Record<string, Backoff>;

/** An outage: soon at first, since most are a restart; then no more than one knock in five minutes. */
export const OUTAGE_BASE_SECONDS = 5;
export const OUTAGE_CAP_SECONDS = 300;

/** A call inside the platform that failed: its objects are back within seconds, or it is a long outage. */
export const CLAIM_RETRY_BASE_SECONDS = 5;
export const CLAIM_RETRY_CAP_SECONDS = 300;

/** Before a mail in doubt is sent again: time for a late settle, or the server's own dead line, to come to an end. */
export const DOUBT_SECONDS = 60;

/** What Queues take as `delaySeconds`: a whole number up to a day. */
export const QUEUE_DELAY_MAX_SECONDS = 24 * 3600;

/**
 * Full jitter, random(0, min(cap, base · 2^(attempt-1))), plus a floor, never over the cap.
 *
 * @param verdict the class of the deferral; one without a row of its own waits as `transient`
 * @param attempt how many attempts there were, this one too: 1 after the first
 */
export function retryDelayMs(verdict: string | null, attempt: number, scale: number, random: () => number): number {
  const { baseSeconds, floorSeconds } = backoffOf(verdict);
  const spread = doubled(baseSeconds, attempt, RETRY_CAP_SECONDS - floorSeconds);
  return (floorSeconds + random() * spread) * 1000 * scale;
}

function backoffOf(verdict: string | null): Backoff {
  if (verdict === "greylisted" || verdict === "mailbox-full") return RETRY_BACKOFF[verdict];
  return RETRY_BACKOFF.transient;
}

/** How long the whole push leaves its relay alone: 5 s doubling to 5 min, of which the upper half is jitter. */
export function outageDelayMs(count: number, scale: number, random: () => number): number {
  const seconds = doubled(OUTAGE_BASE_SECONDS, count, OUTAGE_CAP_SECONDS);
  return (seconds / 2 + (random() * seconds) / 2) * 1000 * scale;
}

/** Before the one resend of a mail in doubt; a little jitter, so that what was lost together does not come together. */
export function doubtDelayMs(scale: number, random: () => number): number {
  return (DOUBT_SECONDS + (random() * DOUBT_SECONDS) / 2) * 1000 * scale;
}

/** How long the queue keeps messages whose claim or settle failed, by the times the queue has brought them (from 1). */
export function claimRetryDelaySeconds(attempts: number): number {
  return doubled(CLAIM_RETRY_BASE_SECONDS, attempts, CLAIM_RETRY_CAP_SECONDS);
}

/** A wait as Queues take it: whole seconds, rounded up, so that a message never comes before its time; 0 to a day. */
export function queueDelaySeconds(ms: number): number {
  if (!(ms > 0)) return 0;
  return Math.min(QUEUE_DELAY_MAX_SECONDS, Math.ceil(ms / 1000));
}

/** `queueDelaySeconds` from `now` until `at`, both in epoch milliseconds. */
export function secondsUntil(at: number, now: number): number {
  return queueDelaySeconds(at - now);
}

/** base · 2^(nth-1), at most `cap`. */
function doubled(base: number, nth: number, cap: number): number {
  return Math.min(cap, base * 2 ** (Math.max(1, nth) - 1));
}
