/**
 * How fast a push sends, learned from its relay: cut to half of what was being accepted, then up again step by step
 * (AIMD). Pure and JSON-serialisable; times in epoch milliseconds, rates in mails per second.
 */
export interface Rate {
  /** What is released now; null: not limited. */
  readonly perSecond: number | null;
  /** The rate at which the relay began to refuse, or null while nobody knows: it never did, or only a burst of ours. */
  readonly ceiling: number | null;
  /** How many cuts in a row came at about this ceiling. */
  readonly agreed: number;
  /** Up to when steps were taken. */
  readonly steppedAt: number;
}

/** Slower than this it would never end; every relay takes one a second. */
const FLOOR_PER_SECOND = 1;
const STEP_MS = 1_000;
/** After a cut nothing is sent for so long: relays count by the second, and would refuse the rest of this one. */
export const HOLD_AFTER_CUT_MS = 1_000;
/** More steps at once than this would be a leap: nothing was learned in the meantime. */
const STEPS_AT_ONCE = 5;
/** Knees this close together are the same one. */
const SAME_CEILING = 0.15;

/**
 * The step per second, as a share. Quick where it went well before; slow about the ceiling, and the slower the more often
 * the relay refused there, so that little is lost to being cut; quick again past it, for then the limit has moved.
 */
const BELOW_CEILING = { upTo: 0.95, shareOfCeiling: 0.15 };
const ABOUT_CEILING = { upTo: 1.06, shareOfCeiling: 0.005 };
const PAST_CEILING = { shareOfRate: 0.1 };
const AGREED_MAX = 3;
/** A ceiling seen once may be a chance. Look past it sooner. */
const UNSURE = { shareOfCeiling: 0.04, shareOfRate: 0.4 };
/** A relay that takes less says so again, and is then measured. */
const FIRST_PER_SECOND = 10;
/** While no ceiling is known: as TCP finds its own, but slower, for the answer comes seconds later. */
const SLOW_START = 1.6;

/** A push that has learned nothing yet sends as fast as it was asked to: `asked` mails per second, null for no limit. */
export function startRate(asked: number | null, now: number): Rate {
  return { perSecond: asked, ceiling: null, agreed: 0, steppedAt: now };
}

/** The relay said "too fast": down to half of what it was accepting. */
export function cutRate(rate: Rate, acceptedPerSecond: number, now: number): Rate {
  const { perSecond } = rate;
  if (perSecond === null) {
    // All at once was too much: what was accepted of a burst is no rate. What the relay takes has still to be found.
    return { perSecond: Math.max(FIRST_PER_SECOND, acceptedPerSecond / 2), ceiling: null, agreed: 0, steppedAt: now };
  }
  const accepted = Math.min(acceptedPerSecond, perSecond);
  // What was accepted lags behind a rising rate, and the rate runs ahead of what is sent: the ceiling lies between.
  const ceiling = Math.max(2 * FLOOR_PER_SECOND, (accepted + perSecond) / 2);
  return {
    perSecond: Math.max(FLOOR_PER_SECOND, accepted / 2),
    ceiling,
    agreed: rate.ceiling !== null && near(ceiling, rate.ceiling) ? Math.min(AGREED_MAX, rate.agreed + 1) : 0,
    steppedAt: now,
  };
}

/**
 * Up by one step for each second since the last, at most to `asked`; not where the relay takes less than half of what
 * is released, since a rate that is not used proves nothing.
 */
export function recoverRate(rate: Rate, acceptedPerSecond: number, asked: number | null, now: number): Rate {
  if (rate.perSecond === null) return rate;
  const due = Math.floor((now - rate.steppedAt) / STEP_MS);
  if (due <= 0) return rate;
  if (acceptedPerSecond < rate.perSecond / 2) return { ...rate, steppedAt: now };
  let perSecond = rate.perSecond;
  for (let i = 0; i < Math.min(due, STEPS_AT_ONCE); i++) perSecond = stepped(perSecond, rate.ceiling, rate.agreed);
  return { ...rate, perSecond: Math.min(perSecond, asked ?? perSecond), steppedAt: rate.steppedAt + due * STEP_MS };
}

function stepped(perSecond: number, ceiling: number | null, agreed: number): number {
  if (ceiling === null) return perSecond * SLOW_START;
  if (perSecond < ceiling * BELOW_CEILING.upTo)
    return Math.min(perSecond + ceiling * BELOW_CEILING.shareOfCeiling, ceiling * BELOW_CEILING.upTo);
  const unsure = agreed === 0;
  if (perSecond < ceiling * ABOUT_CEILING.upTo) {
    return perSecond + ceiling * (unsure ? UNSURE.shareOfCeiling : ABOUT_CEILING.shareOfCeiling / (1 + agreed));
  }
  return perSecond * (1 + (unsure ? UNSURE : PAST_CEILING).shareOfRate);
}

function near(one: number, other: number): boolean {
  return Math.abs(one - other) <= SAME_CEILING * Math.max(one, other);
}

/** How many mails the relay took up to some moments just past: the oldest first. */
export interface Acceptance {
  readonly samples: readonly { readonly at: number; readonly total: number }[];
}

/** What was accepted "just now": long enough to see a relay's limit per second through a burst of a batch. */
const MEASURED_MS = 1_500;
/** Settles closer together than this share a sample, so that the state stays small. */
const SAMPLE_MS = 250;
/** The first settle does not say how long it took; a second at least, for that is what relays count by. */
const SHORTEST_MS = 1_000;

export const NOTHING_ACCEPTED: Acceptance = { samples: [] };

/** Counts `sent` more as accepted now, when they settled. */
export function countAccepted(acceptance: Acceptance, sent: number, now: number): Acceptance {
  const { samples } = acceptance;
  const last = samples.at(-1) ?? { at: now - SHORTEST_MS, total: 0 };
  const before = samples.length === 0 ? [last] : samples;
  const at = Math.max(now, last.at); // a clock that went back counts into the newest sample
  const next = { at, total: last.total + sent };
  const older = before.at(-2);
  const shared = older !== undefined && last.at - older.at < SAMPLE_MS ? before.slice(0, -1) : before;
  return { samples: recent([...shared, next], at) };
}

/** Mails per second over the last three seconds, or since it began. */
export function acceptedPerSecond(acceptance: Acceptance, now: number): number {
  const samples = recent(acceptance.samples, now);
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined) return 0;
  return (last.total - first.total) / (Math.max(SHORTEST_MS, now - first.at) / 1000);
}

/** The samples of the last seconds, and the one before them: it is what they are counted from. */
function recent(samples: Acceptance["samples"], now: number): Acceptance["samples"] {
  const from = samples.findLastIndex((sample) => sample.at <= now - MEASURED_MS);
  return from <= 0 ? samples : samples.slice(from);
}
