/** The facts that decide how many deliveries go onto the queue next. */
export interface ReleaseFacts {
  readonly status: string;
  /** Pending deliveries that are due, or an upper bound. */
  readonly ready: number;
  /** Deliveries queued or sending. */
  readonly outstanding: number;
  /** The careful start's window, at most `WINDOW`. */
  readonly window: number;
  /** Mails per second, or null. */
  readonly rate: number | null;
  readonly staleAfterMs: number;
  /** End of the relay's backoff, epoch milliseconds; null: no outage. */
  readonly nextTryAt: number | null;
}

/** Outstanding work under a rate: covers the queue's delay, and small enough that a rate cut acts soon. */
const RATE_LEAD_SECONDS = 3;

/** Maximum number of outstanding deliveries. */
export function windowOf(facts: Pick<ReleaseFacts, "window" | "rate" | "staleAfterMs">): number {
  if (facts.rate === null) return facts.window;
  // Half the stale time, so that a delivery waiting its turn does not become stale.
  const seconds = Math.min(RATE_LEAD_SECONDS, facts.staleAfterMs / 2000);
  return Math.max(1, Math.min(facts.window, Math.ceil(facts.rate * seconds)));
}

/**
 * Number of deliveries to queue now. 0 while the free window is below a quarter, so that not every settle of 25 costs
 * an alarm; the last ready deliveries go at once.
 */
export function releaseCount(facts: ReleaseFacts, now: number): number {
  if (facts.status !== "running" || (facts.nextTryAt !== null && facts.nextTryAt > now)) return 0;
  const window = windowOf(facts);
  const room = window - facts.outstanding;
  const count = Math.max(0, Math.min(facts.ready, room));
  return count < facts.ready && count < window / 4 ? 0 : count;
}

/** The times at which a push needs work, epoch milliseconds; null: no such work. */
export interface WakeFacts {
  /** Work is ready for the alarm: a snapshot page, a release, a chunk of a cancel. */
  readonly workNow: boolean;
  readonly startsAt: number | null;
  /** The first requeued pending delivery. */
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

/** The next alarm, epoch milliseconds, never in the past; null when no work remains. */
export function nextWake(facts: WakeFacts, now: number): number | null {
  if (facts.workNow) return now;
  const { workNow: _, ...times } = facts;
  const known = Object.values(times).filter((time) => time !== null);
  return known.length === 0 ? null : Math.max(now, Math.min(...known));
}
