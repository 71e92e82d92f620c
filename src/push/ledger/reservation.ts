/** How far ahead a claim may reserve send times: the longest that a consumer waits for one. */
export const RESERVATION_HORIZON_MS = 3_000;

export interface Reservation {
  /** Number of send times reserved. */
  readonly granted: number;
  /** The next free send time, in epoch ms. */
  readonly nextFreeAt: number;
  /** Start of the first mail, from now, and the gap between mails; null: no rate (all at once) or none granted. */
  readonly sendTimes: { readonly startInMs: number; readonly gapMs: number } | null;
}

/**
 * Reserves send times, evenly spaced at `rate` mails per second (GCRA, the generic cell rate algorithm). Without them a
 * claim of 100 would be a burst of 100 at any rate; with them all consumers together keep to the rate.
 */
export function reserve(nextFreeAt: number, wanted: number, rate: number | null, now: number): Reservation {
  if (rate === null || wanted === 0) return { granted: wanted, nextFreeAt, sendTimes: null };
  const gapMs = 1000 / rate;
  const start = Math.max(now, nextFreeAt);
  const available = Math.floor((now + RESERVATION_HORIZON_MS - start) / gapMs) + 1;
  const granted = Math.max(0, Math.min(wanted, available));
  if (granted === 0) return { granted, nextFreeAt, sendTimes: null };
  return { granted, nextFreeAt: start + granted * gapMs, sendTimes: { startInMs: start - now, gapMs } };
}
