/** Cumulative counts of accepted mails at recent times, oldest first, and who brought each: see `acceptedPerSecond`. */
export interface Acceptance {
  readonly samples: readonly { readonly at: number; readonly total: number; readonly by?: string }[];
}

/** Measuring interval: relays count per second. */
const MEASURED_MS = 1_000;
/** Longer, where one report more or less, of mails that took a second, is not to matter. */
export const STEADY_MS = 2_000;
/** Settles of one push within this time share a sample, so that the state stays small; of all, where there are many. */
const SAMPLE_MS = 250;
const MANY_SAMPLES = 40;
/** Minimum interval: the first settle has no duration, and relays count per second. */
const SHORTEST_MS = 1_000;
/** A push reports at least so often, while it sends. */
const REPORT_MS = 1_500;

export const NOTHING_ACCEPTED: Acceptance = { samples: [] };

/** Counts `sent` more mails as accepted at `now`, of a push if several are counted together. */
export function countAccepted(acceptance: Acceptance, sent: number, now: number, by?: string): Acceptance {
  const { samples } = acceptance;
  if (sent === 0) return acceptance;
  const last = samples.at(-1) ?? { at: now - SHORTEST_MS, total: 0, by };
  const before = samples.length === 0 ? [last] : samples;
  const at = Math.max(now, last.at); // if the clock went back, count into the newest sample
  const next = { at, total: last.total + sent, by };
  const older = before.at(-2);
  const close = older !== undefined && last.at - older.at < SAMPLE_MS;
  const shared = close && (older.by === last.by || before.length > MANY_SAMPLES) ? before.slice(0, -1) : before;
  return { samples: since([...shared, next], at - STEADY_MS - REPORT_MS) };
}

/** How a rate is measured; milliseconds. */
export interface Measuring {
  /** Over the last so many. */
  readonly overMs?: number;
  /** Nothing was sent before this time: a pause that would dilute the rate. */
  readonly since?: number;
  /** Least interval: a shorter one overestimates a burst. */
  readonly shortestMs?: number;
}

/**
 * Accepted mails per second over the measuring interval, or since the first sample. A report stands for the time since
 * the one before by the same push, so the interval is between two of the one that came last: else two pushes that report
 * once a second would show up to half as much again.
 */
export function acceptedPerSecond(acceptance: Acceptance, now: number, measuring: Measuring = {}): number {
  const { overMs = MEASURED_MS, since: from = 0, shortestMs = SHORTEST_MS } = measuring;
  const last = acceptance.samples.at(-1);
  if (last === undefined) return 0;
  const before = since(acceptance.samples, now - overMs - REPORT_MS);
  const own = before.findLast(({ at, by }) => at <= now - overMs && by === last.by);
  const [first = last] = own === undefined ? since(before, now - overMs) : [own];
  const lastedMs = Math.max(shortestMs, now - Math.max(first.at, from));
  return (last.total - first.total) / (lastedMs / 1000);
}

/** The samples after `from`, and the one before as their baseline. */
function since(samples: Acceptance["samples"], from: number): Acceptance["samples"] {
  const first = samples.findLastIndex((sample) => sample.at <= from);
  return first <= 0 ? samples : samples.slice(first);
}
