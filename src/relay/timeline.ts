/** A push's part of the relay's rate, for a time. Epoch milliseconds of the relay's clock. */
export interface Stretch {
  readonly id: string;
  readonly push: string;
  readonly from: number;
  readonly to: number;
  /** Mails per second. */
  readonly perSecond: number;
  readonly slots: number;
}

const SECOND_MS = 1_000;
/** Rounding of sums of shares. */
const EPSILON = 1e-6;

/** The stretches that are not over. */
export function pruned(stretches: readonly Stretch[], now: number): Stretch[] {
  return stretches.filter((stretch) => stretch.to > now);
}

/**
 * What of `limit` is not given to anybody at any moment of [from, to). The sum of all stretches never passes the limit
 * at any moment, because only this much is given.
 */
export function freeRate(stretches: readonly Stretch[], limit: number, from: number, to: number): number {
  const over = stretches.filter((stretch) => stretch.from < to && stretch.to > from);
  const moments = [from, ...over.map((stretch) => stretch.from).filter((at) => at > from)];
  const used = moments.map((at) =>
    over.reduce((sum, stretch) => (stretch.from <= at && stretch.to > at ? sum + stretch.perSecond : sum), 0),
  );
  return Math.max(0, limit - Math.max(0, ...used));
}

/** The stretch that a push holds and has not begun, if any: an answer that was lost is given again. */
export function notBegun(stretches: readonly Stretch[], push: string, now: number): Stretch | null {
  return stretches.find((stretch) => stretch.push === push && stretch.from > now) ?? null;
}

/** When the push's own stretches end: the next one begins there, so that a lost answer never leaves it with two. */
export function ownEnd(stretches: readonly Stretch[], push: string, now: number): number {
  return stretches.reduce((end, stretch) => (stretch.push === push ? Math.max(end, stretch.to) : end), now);
}

/**
 * A part of the rate beside others' parts, from `from` on: at most `share` mails per second for about `turnMs`, in whole
 * mails, `most` of them. Null: not one mail is free in that time.
 */
export function stretchBeside(
  stretches: readonly Stretch[],
  { id, push }: Pick<Stretch, "id" | "push">,
  share: number,
  most: number,
  limit: number,
  from: number,
  turnMs: number,
): Stretch | null {
  const perSecond = Math.min(share, freeRate(stretches, limit, from, from + turnMs));
  const slots = Math.min(most, Math.floor((perSecond * turnMs) / SECOND_MS + EPSILON));
  if (slots < 1) return null;
  return { id, push, from, to: from + (slots / perSecond) * SECOND_MS, perSecond, slots };
}

/**
 * A turn: `slots` mails at `perSecond`, at the first time from `from` to `latest` when that much of the rate is free.
 * Null: not before `latest`.
 */
export function nextTurn(
  stretches: readonly Stretch[],
  { id, push }: Pick<Stretch, "id" | "push">,
  perSecond: number,
  slots: number,
  limit: number,
  from: number,
  latest: number,
): Stretch | null {
  const lastsMs = (slots / perSecond) * SECOND_MS;
  const starts = [from, ...stretches.map((stretch) => stretch.to).filter((at) => at > from && at <= latest)];
  for (const start of starts.toSorted((a, b) => a - b)) {
    if (freeRate(stretches, limit, start, start + lastsMs) + EPSILON < perSecond) continue;
    return { id, push, from: start, to: start + lastsMs, perSecond, slots };
  }
  return null;
}
