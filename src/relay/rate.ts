/**
 * A relay's sending rate, learned from its refusals: cut to a little less than what it accepted, then raised step by step.
 * Pure and JSON-serialisable; times in epoch milliseconds, rates in mails per second.
 */
export interface Rate {
  /** Current rate; null: not limited. */
  readonly perSecond: number | null;
  /** The rate at which the relay refused; null while unknown: it never refused, or only refused a burst. */
  readonly ceiling: number | null;
  /** How sure the ceiling is. 0: a guess; 1: measured; more: so many cuts at about it, and one. */
  readonly agreed: number;
  /** Time of the last step. */
  readonly steppedAt: number;
  /** Steps in a row that were not taken, because too little of the rate was used; absent: none. */
  readonly unused?: number;
}

/** Every relay takes one mail a second. */
const FLOOR_PER_SECOND = 1;
const STEP_MS = 1_000;
/** The same while each lease is of the next rate: a little shorter than a lease. */
const SEARCH_STEP_MS = 700;
/** Relays count per second, and after a refusal may refuse the rest of this one. */
const COUNTED_MS = 1_000;
/** Least pause after a cut, as a share of that. */
const LEAST_HOLD = 0.3;
/** Maximum steps at once: without feedback in between, more would overshoot. */
const STEPS_AT_ONCE = 5;
/** Answered share of the rate that allows a step. Leases at the last step's rate need a second or two to show. */
const USED_SHARE = 0.8;
/**
 * The same while each step doubles the rate, and some pushes still have a lease of the one before; by the steps not taken
 * before: where it stays so, connections and replies take their time, and more of the rate is never used.
 */
const USED_SHARE_SEARCHING = [0.7, 0.7, 0.6, 0.5, 0.4] as const;
/** From so many steps not taken on, leases in a search are as long as others: more of the rate is used. */
const UNUSED_IN_SHORT_LEASES = 2;
/**
 * At one cut the ceiling is taken for no less than this share of the refused rate, unless most was refused: sending stops
 * at a refusal, and what was accepted of late is less than the relay takes if not all of the rate was used. Where it has
 * just been doubled, this is the middle, in ratio, of what was accepted and what was refused. By agreement, see below.
 */
const LEAST_MEASURED = [Math.SQRT1_2, Math.SQRT1_2, 0.8] as const;
/** The accepted share of the mails below which most are refused. */
const MOST_REFUSED = 0.5;
/** A relay refuses what is above its rate within this time. */
const SOON_MS = 3_000;
/** Ceilings within this relative distance count as equal. */
const SAME_CEILING = 0.2;
/** Lowest rate after the cut of a burst; a relay that takes less refuses again, and is then measured. */
const FIRST_PER_SECOND = 20;

/** By `agreed`: the surer the ceiling, the closer the rate stays to it and the slower it climbs. */
const MEASURED = 1;
const AGREED_MAX = 4;
/** The rate after a cut, as a share of the ceiling. */
const BACK_TO = [0.85, 0.85, 0.9, 0.93, 0.95] as const;
/** The step per second near the ceiling, as a share of it. */
const NEAR_CEILING_STEP = [0.07, 0.03, 0.01, 0.006, 0.004] as const;
/** Past this share of the ceiling the limit has moved up: the step is a share of the rate. */
const PAST_CEILING = 1.08;
const PAST_CEILING_STEP = [0.25, 0.25, 0.15, 0.1, 0.1] as const;
/** The step while the ceiling is unknown, as a share of the rate. */
const UNKNOWN_CEILING_STEP = 1;
/** The step down per second, as a share of the rate, and how far that goes, as a share of the ceiling. */
const EASING = 0.03;
const EASED_TO = 0.7;
/** The step per second well below the ceiling. */
const BELOW_CEILING_STEP = 0.15;

/** The initial rate: `asked` mails per second, null for no limit. */
export function startRate(asked: number | null, now: number): Rate {
  return { perSecond: asked, ceiling: null, agreed: 0, steppedAt: now };
}

/**
 * The relay throttled: what it accepted of late is its limit, as far as known, and the rate goes back to a
 * little less. A limit that is met again at about the same rate is confirmed.
 *
 * @param answeredPerSecond mails accepted and refused
 * @param sinceCutMs since the last cut: one that comes soon after confirms nothing, that one was not enough
 */
export function cutRate(
  rate: Rate,
  acceptedPerSecond: number,
  answeredPerSecond: number,
  sinceCutMs: number,
  now: number,
): Rate {
  const { ceiling: before } = rate;
  if (rate.perSecond === null) {
    // Most often a burst was refused, within the first second: no measure of what the relay takes in one.
    const perSecond = Math.max(FIRST_PER_SECOND, acceptedPerSecond) * entryFor(BACK_TO, 0);
    return { perSecond, ceiling: null, agreed: 0, steppedAt: now };
  }
  const most = Math.max(FLOOR_PER_SECOND, rate.perSecond);
  const refusesMost = acceptedPerSecond < answeredPerSecond * MOST_REFUSED;
  const agreedBefore = sinceCutMs < SOON_MS ? 0 : rate.agreed;
  const least = refusesMost
    ? FLOOR_PER_SECOND
    : Math.min(most, rate.perSecond * entryFor(LEAST_MEASURED, agreedBefore));
  const measured = Math.min(Math.max(acceptedPerSecond, least), most);
  const confirmed = before !== null && sinceCutMs >= SOON_MS && near(measured, before);
  const agreed = confirmed ? metAgain(rate) : acceptedPerSecond < least ? 0 : MEASURED;
  const ceiling = confirmed ? (measured + before) / 2 : measured;
  return {
    perSecond: Math.max(FLOOR_PER_SECOND, ceiling * entryFor(BACK_TO, agreed)),
    ceiling,
    agreed,
    steppedAt: now,
  };
}

/**
 * The relay refuses a part of the mails in words that are no clear "too fast", and takes the others: the rate is lowered
 * bit by bit, to where it would be after a cut.
 */
export function easeRate(rate: Rate, now: number): Rate {
  const { perSecond, ceiling } = rate;
  if (perSecond === null || ceiling === null || now - rate.steppedAt < STEP_MS) return rate;
  const least = Math.max(FLOOR_PER_SECOND, ceiling * EASED_TO);
  const lower = Math.min(perSecond, Math.max(least, perSecond * (1 - EASING)));
  return { perSecond: lower, ceiling, agreed: metAgain(rate), steppedAt: now };
}

/** True while the rate is doubled from step to step, up to `asked`, because nobody knows what the relay takes. */
export function isSearching({ perSecond, ceiling }: Rate, asked: number | null): boolean {
  return perSecond !== null && ceiling === null && perSecond !== asked;
}

/** True while each lease is of the next rate, and so a short one. */
export function isInShortLeases(rate: Rate, asked: number | null): boolean {
  return isSearching(rate, asked) && (rate.unused ?? 0) < UNUSED_IN_SHORT_LEASES;
}

/**
 * Pause after a cut, milliseconds: what is left of the relay's second when all that it accepts of it is used up at this
 * rate.
 */
export function holdAfterCut({ perSecond }: Rate, acceptedPerSecond: number): number {
  const left = perSecond === null ? 1 : 1 - acceptedPerSecond / perSecond;
  return COUNTED_MS * Math.min(1, Math.max(LEAST_HOLD, left));
}

/** A rate measured over a whole cycle of the relay's own window; confirmed if an earlier ceiling was about the same. */
export function measuredRate(rate: Rate, perSecond: number, now: number): Rate {
  const ceiling = Math.max(2 * FLOOR_PER_SECOND, perSecond);
  const agreed = rate.ceiling !== null && near(ceiling, rate.ceiling) ? metAgain(rate) : MEASURED + 1;
  return { perSecond: ceiling * entryFor(BACK_TO, agreed), ceiling, agreed, steppedAt: now };
}

/**
 * Raises the rate by one step per second since the last, at most to `asked`. No step while the relay answers clearly
 * less than the rate: an unused rate proves nothing.
 *
 * @param answeredPerSecond mails accepted, and refused for their recipient's sake
 */
export function recoverRate(rate: Rate, answeredPerSecond: number, asked: number | null, now: number): Rate {
  if (rate.perSecond === null) return rate;
  const searching = isSearching(rate, asked);
  const stepMs = searching ? SEARCH_STEP_MS : STEP_MS;
  const due = Math.floor((now - rate.steppedAt) / stepMs);
  if (due <= 0) return rate;
  const { unused = 0 } = rate;
  if (answeredPerSecond < rate.perSecond * (searching ? entryFor(USED_SHARE_SEARCHING, unused) : USED_SHARE)) {
    return { ...rate, steppedAt: now, unused: unused + 1 };
  }
  let perSecond = rate.perSecond;
  // Towards an unknown ceiling no step without the answers to the one before.
  const most = rate.ceiling === null ? 1 : STEPS_AT_ONCE;
  for (let i = 0; i < Math.min(due, most); i++) perSecond = nextRate(perSecond, rate.ceiling, rate.agreed);
  const steppedAt = rate.steppedAt + due * stepMs;
  // Once it was all used, the next step waits for that again; else what was short before is short now.
  const kept = answeredPerSecond < rate.perSecond * USED_SHARE ? unused : 0;
  return { ...rate, perSecond: Math.min(perSecond, asked ?? perSecond), steppedAt, unused: kept };
}

function nextRate(perSecond: number, ceiling: number | null, agreed: number): number {
  if (ceiling === null) return perSecond * (1 + UNKNOWN_CEILING_STEP);
  const near = ceiling * entryFor(BACK_TO, agreed);
  if (perSecond < near) return Math.min(near, perSecond + ceiling * BELOW_CEILING_STEP);
  if (perSecond < ceiling * PAST_CEILING) return perSecond + ceiling * entryFor(NEAR_CEILING_STEP, agreed);
  return perSecond * (1 + entryFor(PAST_CEILING_STEP, agreed));
}

function metAgain({ agreed }: Rate): number {
  return Math.min(AGREED_MAX, Math.max(MEASURED, agreed) + 1);
}

function entryFor(values: readonly number[], index: number): number {
  return values[Math.min(index, values.length - 1)] as number;
}

function near(one: number, other: number): boolean {
  return Math.abs(one - other) <= SAME_CEILING * Math.max(one, other);
}
