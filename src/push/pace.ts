/** How far ahead a claim may reserve times to send at: a consumer waits no longer than this for its turn. */
export const SLOT_HORIZON_MS = 3_000;

export interface Slots {
  /** How many of those wanted got a time. */
  readonly granted: number;
  /** When the next one after these is free. */
  readonly nextSlotAt: number;
  /** When to begin the first of them, from now, and how long after it each next one; null: no rate, all at once. */
  readonly pace: { readonly startInMs: number; readonly gapMs: number } | null;
}

/**
 * Reserves times to send at, evenly spaced at `rate` mails per second (the generic cell rate algorithm). A claim of a
 * hundred would otherwise be a burst of a hundred, however low the rate; with a time for each, the relay sees the
 * rate itself, from however many consumers.
 */
export function takeSlots(nextSlotAt: number, wanted: number, rate: number | null, now: number): Slots {
  if (rate === null || wanted === 0) return { granted: wanted, nextSlotAt, pace: null };
  const gapMs = 1000 / rate;
  const start = Math.max(now, nextSlotAt);
  const free = Math.floor((now + SLOT_HORIZON_MS - start) / gapMs) + 1;
  const granted = Math.max(0, Math.min(wanted, free));
  if (granted === 0) return { granted, nextSlotAt, pace: null };
  return { granted, nextSlotAt: start + granted * gapMs, pace: { startInMs: start - now, gapMs } };
}
