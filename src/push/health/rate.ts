/**
 * A push's sending rate, learned from its relay: cut to half of the accepted rate, then raised step by step (AIMD).
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

/** A slower push would not end; every relay takes one mail a second. */
const FLOOR_PER_SECOND = 1;
const STEP_MS = 1_000;
/** Pause after a cut: relays count per second, and would refuse the rest of this one. */
export const HOLD_AFTER_CUT_MS = 1_000;
/** Maximum steps at once: without feedback in between, more would overshoot. */
const STEPS_AT_ONCE = 5;
/** Ceilings within this relative distance count as equal. */
const SAME_CEILING = 0.15;

/**
 * The step per second, as a share. Fast below the ceiling; slow near it, and slower the more cuts confirmed it, so that
 * cuts cost little; fast again above it, because the limit has moved.
 */
const BELOW_CEILING = { upTo: 0.95, shareOfCeiling: 0.15 };
const NEAR_CEILING = { upTo: 1.06, shareOfCeiling: 0.005 };
const PAST_CEILING = { shareOfRate: 0.1 };
const AGREED_MAX = 3;
/** A ceiling seen once may be chance: probe past it sooner. */
const UNCONFIRMED = { shareOfCeiling: 0.04, shareOfRate: 0.4 };
/** Lowest rate after the cut of a burst; a relay that takes less refuses again, and is then measured. */
const FIRST_PER_SECOND = 10;
/** Growth while no ceiling is known: TCP's slow start, but slower, because feedback takes seconds. */
const SLOW_START = 1.6;

/** The initial rate: `asked` mails per second, null for no limit. */
export function startRate(asked: number | null, now: number): Rate {
  return { perSecond: asked, ceiling: null, agreed: 0, steppedAt: now };
}

/** The relay throttled: cuts the rate to half of the accepted rate, and records the ceiling. */
export function cutRate(rate: Rate, acceptedPerSecond: number, now: number): Rate {
  const { perSecond } = rate;
  if (perSecond === null) {
    // The relay refused an unlimited burst: what it accepted of that is no rate, so the ceiling stays unknown.
    return { perSecond: Math.max(FIRST_PER_SECOND, acceptedPerSecond / 2), ceiling: null, agreed: 0, steppedAt: now };
  }
  const accepted = Math.min(acceptedPerSecond, perSecond);
  // While the rate rises, the measured acceptance is too low and the rate too high; the ceiling is their mean.
  const ceiling = Math.max(2 * FLOOR_PER_SECOND, (accepted + perSecond) / 2);
  return {
    perSecond: Math.max(FLOOR_PER_SECOND, accepted / 2),
    ceiling,
    agreed: rate.ceiling !== null && near(ceiling, rate.ceiling) ? Math.min(AGREED_MAX, rate.agreed + 1) : 0,
    steppedAt: now,
  };
}

/**
 * Raises the rate by one step per second since the last, at most to `asked`. No step while the relay accepts less than
 * half of the rate: an unused rate proves nothing.
 */
export function recoverRate(rate: Rate, acceptedPerSecond: number, asked: number | null, now: number): Rate {
  if (rate.perSecond === null) return rate;
  const due = Math.floor((now - rate.steppedAt) / STEP_MS);
  if (due <= 0) return rate;
  if (acceptedPerSecond < rate.perSecond / 2) return { ...rate, steppedAt: now };
  let perSecond = rate.perSecond;
  for (let i = 0; i < Math.min(due, STEPS_AT_ONCE); i++) perSecond = nextRate(perSecond, rate.ceiling, rate.agreed);
  return { ...rate, perSecond: Math.min(perSecond, asked ?? perSecond), steppedAt: rate.steppedAt + due * STEP_MS };
}

function nextRate(perSecond: number, ceiling: number | null, agreed: number): number {
  if (ceiling === null) return perSecond * SLOW_START;
  if (perSecond < ceiling * BELOW_CEILING.upTo)
    return Math.min(perSecond + ceiling * BELOW_CEILING.shareOfCeiling, ceiling * BELOW_CEILING.upTo);
  const unconfirmed = agreed === 0;
  if (perSecond < ceiling * NEAR_CEILING.upTo) {
    return (
      perSecond + ceiling * (unconfirmed ? UNCONFIRMED.shareOfCeiling : NEAR_CEILING.shareOfCeiling / (1 + agreed))
    );
  }
  return perSecond * (1 + (unconfirmed ? UNCONFIRMED : PAST_CEILING).shareOfRate);
}

function near(one: number, other: number): boolean {
  return Math.abs(one - other) <= SAME_CEILING * Math.max(one, other);
}

/** Cumulative counts of accepted mails at recent times, oldest first. */
export interface Acceptance {
  readonly samples: readonly { readonly at: number; readonly total: number }[];
}

/** Measuring interval: long enough to see a relay's limit per second through a batch's burst. */
const MEASURED_MS = 1_500;
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

/** Accepted mails per second over the measuring interval, or since the first sample. */
export function acceptedPerSecond(acceptance: Acceptance, now: number): number {
  const samples = recent(acceptance.samples, now);
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined) return 0;
  return (last.total - first.total) / (Math.max(SHORTEST_MS, now - first.at) / 1000);
}

/** The samples within the measuring interval, and the one before as their baseline. */
function recent(samples: Acceptance["samples"], now: number): Acceptance["samples"] {
  const from = samples.findLastIndex((sample) => sample.at <= now - MEASURED_MS);
  return from <= 0 ? samples : samples.slice(from);
}
