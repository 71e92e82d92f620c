/** How far ahead a claim may reserve times to send at: a consumer waits no longer than this for its turn. */
export const RESERVATION_HORIZON_MS = 3_000;

export interface Reservation {
  /** How many of those wanted got a time. */
  readonly granted: number;
  /** When the next one after these is free. */
  readonly nextFreeAt: number;
  /** When to begin the first of them, from now, and how long after it each next one; null: no rate, all at once. */
  readonly sendTimes: { readonly startInMs: number; readonly gapMs: number } | null;
}

/**
 * Reserves times to send at, evenly spaced at `rate` mails per second (the generic cell rate algorithm). A claim of a
 * hundred would otherwise be a burst of a hundred, however low the rate; with a time for each, the relay sees the
 * rate itself, from however many consumers.
 */
export function reserve(nextFreeAt: number, wanted: number, rate: number | null, now: number): Reservation {
  if (rate === null || wanted === 0) return { granted: wanted, nextFreeAt, sendTimes: null };
  const gapMs = 1000 / rate;
  const start = Math.max(now, nextFreeAt);
  const free = Math.floor((now + RESERVATION_HORIZON_MS - start) / gapMs) + 1;
  const granted = Math.max(0, Math.min(wanted, free));
  if (granted === 0) return { granted, nextFreeAt, sendTimes: null };
  return { granted, nextFreeAt: start + granted * gapMs, sendTimes: { startInMs: start - now, gapMs } };
}
