/** The facts that decide how many deliveries go onto the queue next. */
export interface ReleaseFacts {
  readonly status: string;
  /** Pending deliveries that may go out now, or an upper bound of them. */
  readonly ready: number;
  /** Queued or sending: on their way. */
  readonly outstanding: number;
  /** The careful start's window, at most `WINDOW`. */
  readonly window: number;
  /** Mails per second, or null. */
  readonly rate: number | null;
  readonly staleAfterMs: number;
  /** The relay is down until then; null: it is not. */
  readonly nextTryAt: number | null;
}

/** Under a rate this much work is on its way: enough to cover the queue's own delay, little enough to cut soon. */
const RATE_LEAD_SECONDS = 3;

/** The most deliveries that may be on their way at once. */
export function windowOf(facts: Pick<ReleaseFacts, "window" | "rate" | "staleAfterMs">): number {
  if (facts.rate === null) return facts.window;
  // Half the stale time, so that nothing is called stale that merely waits its turn.
  const seconds = Math.min(RATE_LEAD_SECONDS, facts.staleAfterMs / 2000);
  return Math.max(1, Math.min(facts.window, Math.ceil(facts.rate * seconds)));
}

/**
 * How many deliveries to put on the queue now. Room below a quarter of the window waits for more, so that a settle of
 * 25 does not cost an alarm each; the last few go at once.
 */
export function releaseCount(facts: ReleaseFacts, now: number): number {
  if (facts.status !== "running" || (facts.nextTryAt !== null && facts.nextTryAt > now)) return 0;
  const window = windowOf(facts);
  const room = window - facts.outstanding;
  const count = Math.max(0, Math.min(facts.ready, room));
  return count < facts.ready && count < window / 4 ? 0 : count;
}

/** The times at which something has to happen to a push, as its rows say; null: nothing of the kind. */
export interface WakeFacts {
  /** There is work that only waits for the alarm: a snapshot page, a release, a chunk of a cancel. */
  readonly workNow: boolean;
  readonly startsAt: number | null;
  /** The first pending delivery that came back, if the window has room for it. */
  readonly pendingDueAt: number | null;
  readonly relayNextTryAt: number | null;
  readonly doubtDueAt: number | null;
  readonly deferredStaleAt: number | null;
  readonly releaseStaleAt: number | null;
  readonly leaseEndsAt: number | null;
  readonly expiresAt: number | null;
  readonly suppressAt: number | null;
  readonly mirrorAt: number | null;
  readonly retentionEndsAt: number | null;
}

/** When the alarm has to ring next, or null when there is nothing left to do. Never in the past. */
export function nextWake(facts: WakeFacts, now: number): number | null {
  if (facts.workNow) return now;
  const { workNow: _, ...times } = facts;
  const known = Object.values(times).filter((time) => time !== null);
  return known.length === 0 ? null : Math.max(now, Math.min(...known));
}
