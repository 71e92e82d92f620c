/**
 * The times at which a push may begin mails: evenly spaced slots (the generic cell rate algorithm), from a lease of its
 * relay or from the push's own rate. JSON-serialisable; times in epoch milliseconds.
 */
export interface Schedule {
  readonly from: number;
  readonly to: number;
  /** Between two slots; 0: no rate. */
  readonly gapMs: number;
  /** Most mails; null: no limit. */
  readonly slots: number | null;
  /** Slots that claims have taken or let pass. */
  readonly drawn: number;
  /** When the last mail of the claims so far begins: no other begins sooner after it than the pace allows. */
  readonly lastAt: number;
}

/** What a claim got of a schedule. */
export interface Draw {
  readonly granted: number;
  /** When to begin the first mail, from now, and the time between two; null: all at once. */
  readonly sendTimes: { readonly startInMs: number; readonly gapMs: number } | null;
  readonly schedule: Schedule;
  /** When the next slot after these is free; the end of the schedule if none is. */
  readonly nextAt: number;
}

/** Unused slots of this time may still be taken: the queue brings mails in batches, not evenly. */
const TOLERANCE_MS = 1_000;
/** Late slots are made up for at this factor of the rate, never in a burst. */
export const CATCH_UP = 1.1;
/**
 * A claim's mails are begun within this time, unless its consumer says how long it waits: the connections and the last
 * replies of a claim take their time too, in which nothing begins …
 */
const PATIENCE_MS = 3_000;
/** … of a slow rate within this one … */
const SLOW_PATIENCE_MS = 1_500;
/** … and the first of them within this part of it, and this time: a wait is for one mail, whatever the claim's length. */
const FIRST_WAIT_SHARE = 1 / 3;
const FIRST_WAIT_MS = 500;
/** A slower rate is a slow one. A consumer that has nothing else gets its mails one at a time, so that it is soon free. */
const SLOW_GAP_MS = 250;

export function scheduleOf(from: number, forMs: number, gapMs: number, slots: number | null): Schedule {
  return { from, to: from + forMs, gapMs, slots, drawn: 0, lastAt: 0 };
}

/**
 * Takes up to `wanted` slots for a claim made at `now`.
 *
 * @param patienceMs how long the consumer waits for the last of them; absent: as long as is useful
 */
export function draw(schedule: Schedule, wanted: number, now: number, patienceMs?: number): Draw {
  const { from, to, gapMs, slots, drawn } = schedule;
  const none: Draw = { granted: 0, sendTimes: null, schedule, nextAt: Math.max(from, now) };
  if (now >= to) return { ...none, nextAt: to };
  const left = (slots ?? Infinity) - drawn;
  if (left <= 0) return { ...none, nextAt: to };
  if (gapMs === 0) {
    if (now < from) return none;
    const granted = Math.min(wanted, left);
    return {
      granted,
      sendTimes: null,
      schedule: slots === null ? schedule : { ...schedule, drawn: drawn + granted },
      nextAt: granted < wanted ? to : now,
    };
  }
  const first = firstSlot(schedule, now);
  const slotAt = from + first * gapMs;
  const fastest = gapMs / CATCH_UP;
  const startAt = Math.max(now, slotAt, schedule.lastAt + fastest);
  const nextAt = (index: number) => Math.min(to, Math.max(now, from + index * gapMs));
  const mostWaitMs = Math.min(patienceMs ?? PATIENCE_MS, gapMs > SLOW_GAP_MS ? SLOW_PATIENCE_MS : PATIENCE_MS);
  const firstWaitMs = Math.min(FIRST_WAIT_MS, mostWaitMs * FIRST_WAIT_SHARE);
  if (startAt > now + firstWaitMs) return { ...none, nextAt: Math.min(to, startAt) };
  const oneByOne = patienceMs === undefined && gapMs > SLOW_GAP_MS;
  const horizon = Math.min(to, now + (oneByOne ? firstWaitMs : mostWaitMs));
  const lateMs = startAt - slotAt;
  const byTime = Math.floor((horizon - startAt) / (lateMs > 0 ? fastest : gapMs)) + 1;
  const bySlot = Math.ceil((horizon - slotAt) / gapMs);
  const granted = Math.max(0, Math.min(wanted, byTime, bySlot, (slots ?? Infinity) - first));
  if (granted === 0) return { ...none, nextAt: Math.min(to, Math.max(startAt, nextAt(first))) };
  // Just as fast as brings the last of these back to its slot.
  const spacing = Math.max(fastest, gapMs - Math.max(0, lateMs) / granted);
  return {
    granted,
    sendTimes: { startInMs: startAt - now, gapMs: spacing },
    schedule: { ...schedule, drawn: first + granted, lastAt: startAt + (granted - 1) * spacing },
    nextAt: nextAt(first + granted),
  };
}

/** Paces within this factor are sent as one. */
const SAME_PACE = 1.5;

/**
 * The same as `draw`, of a schedule and of the one that goes on where it ends, at the slower one's pace: a claim that
 * came just before the end would get next to nothing, and its push's next claim may be a second later.
 */
export function drawOn(
  schedule: Schedule,
  next: Schedule,
  wanted: number,
  now: number,
  patienceMs: number = PATIENCE_MS,
): Draw & { readonly next: Schedule } {
  const lastAt = Math.max(schedule.lastAt, next.lastAt);
  if (schedule.to >= now + patienceMs || !goesOn(schedule, next)) {
    const one = draw(schedule, wanted, now, patienceMs);
    return { ...one, next: { ...next, lastAt: Math.max(lastAt, one.schedule.lastAt) } };
  }
  const first = firstSlot(schedule, now);
  const left = Math.max(0, (schedule.slots ?? 0) - first);
  const gapMs = Math.max(schedule.gapMs, next.gapMs);
  const both = {
    ...next,
    from: Math.max(schedule.from + first * schedule.gapMs, next.from + next.drawn * next.gapMs - left * gapMs),
    gapMs,
    slots: left + (next.slots ?? 0) - next.drawn,
    drawn: 0,
    lastAt,
  };
  const taken = draw(both, wanted, now, patienceMs);
  const ofNext = Math.max(0, taken.schedule.drawn - left);
  return {
    ...taken,
    schedule: { ...schedule, drawn: first + Math.min(left, taken.schedule.drawn), lastAt: taken.schedule.lastAt },
    next: { ...next, drawn: next.drawn + ofNext, lastAt: taken.schedule.lastAt },
  };
}

function goesOn(schedule: Schedule, next: Schedule): boolean {
  const slow = Math.max(schedule.gapMs, next.gapMs);
  const fast = Math.min(schedule.gapMs, next.gapMs);
  if (schedule.slots === null || next.slots === null) return false;
  return fast > 0 && slow <= fast * SAME_PACE && next.from <= schedule.to + slow;
}

/** When a claim gets a slot that leaves `ahead` slots to others before it; the schedule has a gap. */
export function slotTime(schedule: Schedule, ahead: number, now: number): number {
  const { from, gapMs, lastAt } = schedule;
  return Math.max(from + (firstSlot(schedule, now) + ahead) * gapMs, lastAt + ((ahead + 1) * gapMs) / CATCH_UP);
}

/** The first slot that may still be taken. */
function firstSlot({ from, gapMs, drawn }: Schedule, now: number): number {
  return Math.max(drawn, Math.ceil((now - TOLERANCE_MS - from) / gapMs), 0);
}
