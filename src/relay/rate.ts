/**
 * A relay's sending rate, learned from its refusals: cut to a little less than what it accepted, then raised step by step.
 * Pure and JSON-serialisable; times in epoch milliseconds, rates in mails per second.
 */
export interface Rate {
  /** Current rate; null: not limited. */
  readonly perSecond: number | null;
  /** The rate at which the relay refused; null while unknown: it never refused, or only refused a burst. */
  readonly ceiling: number | null;
  /** Consecutive cuts at about this ceiling. */
  readonly agreed: number;
  /** Time of the last step. */
  readonly steppedAt: number;
}

/** Every relay takes one mail a second. */
const FLOOR_PER_SECOND = 1;
const STEP_MS = 1_000;
/** Pause after a cut: relays count per second, and would refuse the rest of this one. */
export const HOLD_AFTER_CUT_MS = 1_000;
/** Maximum steps at once: without feedback in between, more would overshoot. */
const STEPS_AT_ONCE = 5;
/** Answered share of the rate that allows a step. Leases at the last step's rate need a second or two to show. */
const USED_SHARE = 0.8;
/** Ceilings within this relative distance count as equal. */
const SAME_CEILING = 0.15;
/** Lowest rate after the cut of a burst; a relay that takes less refuses again, and is then measured. */
const FIRST_PER_SECOND = 10;

/** By the number of cuts that confirmed the ceiling: the more, the closer the rate stays to it and the slower it climbs. */
const AGREED_MAX = 3;
/** The rate after a cut, as a share of the ceiling. */
const BACK_TO = [0.85, 0.9, 0.93, 0.95] as const;
/** The step per second near the ceiling, as a share of it. */
const NEAR_CEILING_STEP = [0.03, 0.01, 0.004, 0.002] as const;
/** Past this share of the ceiling the limit has moved up: the step is a share of the rate. */
const PAST_CEILING = 1.08;
const PAST_CEILING_STEP = [0.25, 0.15, 0.1, 0.1] as const;
/** The step while the ceiling is unknown, as a share of the rate. */
const UNKNOWN_CEILING_STEP = 1;
/** The step per second well below the ceiling. */
const BELOW_CEILING_STEP = 0.15;

/** The initial rate: `asked` mails per second, null for no limit. */
export function startRate(asked: number | null, now: number): Rate {
  return { perSecond: asked, ceiling: null, agreed: 0, steppedAt: now };
}

/**
 * The relay throttled: what it accepted in the last second is its limit, as far as known, and the rate goes back to a
 * little less. A limit that is met again at about the same rate is confirmed.
 */
export function cutRate(rate: Rate, acceptedPerSecond: number, now: number): Rate {
  const { ceiling: before } = rate;
  if (rate.perSecond === null) {
    // Most often a burst was refused, within the first second: no measure of what the relay takes in one.
    const perSecond = Math.max(FIRST_PER_SECOND, acceptedPerSecond) * byAgreed(BACK_TO, 0);
    return { perSecond, ceiling: null, agreed: 0, steppedAt: now };
  }
  const measured = Math.max(FLOOR_PER_SECOND, Math.min(acceptedPerSecond, rate.perSecond));
  const confirmed = before !== null && near(measured, before);
  const agreed = confirmed ? Math.min(AGREED_MAX, rate.agreed + 1) : 0;
  const ceiling = confirmed ? (measured + before) / 2 : measured;
  return {
    perSecond: Math.max(FLOOR_PER_SECOND, ceiling * byAgreed(BACK_TO, agreed)),
    ceiling,
    agreed,
    steppedAt: now,
  };
}

/** A rate measured over a whole cycle of the relay's own window; confirmed if an earlier ceiling was about the same. */
export function measuredRate(rate: Rate, perSecond: number, now: number): Rate {
  const ceiling = Math.max(2 * FLOOR_PER_SECOND, perSecond);
  const agreed = rate.ceiling !== null && near(ceiling, rate.ceiling) ? Math.min(AGREED_MAX, rate.agreed + 1) : 1;
  return { perSecond: ceiling * byAgreed(BACK_TO, agreed), ceiling, agreed, steppedAt: now };
}

/**
 * Raises the rate by one step per second since the last, at most to `asked`. No step while the relay answers clearly
 * less than the rate: an unused rate proves nothing.
 *
 * @param answeredPerSecond mails accepted, and refused for their recipient's sake
 */
export function recoverRate(rate: Rate, answeredPerSecond: number, asked: number | null, now: number): Rate {
  if (rate.perSecond === null) return rate;
  const due = Math.floor((now - rate.steppedAt) / STEP_MS);
  if (due <= 0) return rate;
  if (answeredPerSecond < rate.perSecond * USED_SHARE) return { ...rate, steppedAt: now };
  let perSecond = rate.perSecond;
  // Towards an unknown ceiling no step without the answers to the one before.
  const most = rate.ceiling === null ? 1 : STEPS_AT_ONCE;
  for (let i = 0; i < Math.min(due, most); i++) perSecond = nextRate(perSecond, rate.ceiling, rate.agreed);
  return { ...rate, perSecond: Math.min(perSecond, asked ?? perSecond), steppedAt: rate.steppedAt + due * STEP_MS };
}

function nextRate(perSecond: number, ceiling: number | null, agreed: number): number {
  if (ceiling === null) return perSecond * (1 + UNKNOWN_CEILING_STEP);
  const near = ceiling * byAgreed(BACK_TO, agreed);
  if (perSecond < near) return Math.min(near, perSecond + ceiling * BELOW_CEILING_STEP);
  if (perSecond < ceiling * PAST_CEILING) return perSecond + ceiling * byAgreed(NEAR_CEILING_STEP, agreed);
  return perSecond * (1 + byAgreed(PAST_CEILING_STEP, agreed));
}

function byAgreed(values: readonly number[], agreed: number): number {
  return values[Math.min(agreed, values.length - 1)] as number;
}

function near(one: number, other: number): boolean {
  return Math.abs(one - other) <= SAME_CEILING * Math.max(one, other);
}

/** Cumulative counts of accepted mails at recent times, oldest first. */
export interface Acceptance {
  readonly samples: readonly { readonly at: number; readonly total: number }[];
}

/** Measuring interval: relays count per second. */
const MEASURED_MS = 1_000;
/** Settles within this time share a sample, so that the state stays small. */
const SAMPLE_MS = 250;
/** Minimum interval: the first settle has no duration, and relays count per second. */
const SHORTEST_MS = 1_000;

export const NOTHING_ACCEPTED: Acceptance = { samples: [] };

/** Counts `sent` more mails as accepted at `now`. */
export function countAccepted(acceptance: Acceptance, sent: number, now: number): Acceptance {
  const { samples } = acceptance;
  const last = samples.at(-1) ?? { at: now - SHORTEST_MS, total: 0 };
  const before = samples.length === 0 ? [last] : samples;
  const at = Math.max(now, last.at); // if the clock went back, count into the newest sample
  const next = { at, total: last.total + sent };
  const older = before.at(-2);
  const shared = older !== undefined && last.at - older.at < SAMPLE_MS ? before.slice(0, -1) : before;
  return { samples: recent([...shared, next], at) };
}

/**
 * Accepted mails per second over the measuring interval, or since the first sample.
 *
 * @param since nothing was sent before: a pause that would dilute the rate
 * @param shortestMs least interval: a shorter one overestimates a burst
 */
export function acceptedPerSecond(acceptance: Acceptance, now: number, since = 0, shortestMs = SHORTEST_MS): number {
  const samples = recent(acceptance.samples, now);
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined) return 0;
  const lastedMs = Math.max(shortestMs, now - Math.max(first.at, since));
  return (last.total - first.total) / (lastedMs / 1000);
}

/** The samples within the measuring interval, and the one before as their baseline. */
function recent(samples: Acceptance["samples"], now: number): Acceptance["samples"] {
  const from = samples.findLastIndex((sample) => sample.at <= now - MEASURED_MS);
  return from <= 0 ? samples : samples.slice(from);
}
