/** The facts that decide how many deliveries go onto the queue next. */
export interface ReleaseFacts {
  readonly status: string;
  /** Pending deliveries that are due, or an upper bound. */
  readonly ready: number;
  /** Deliveries queued or sending. */
  readonly outstanding: number;
  /** The careful start's window, at most `WINDOW`. */
  readonly window: number;
  /** Mails per second that leases and the push's own rate allow; null: no limit; 0: nothing now. */
  readonly rate: number | null;
  /** Mails that relays accept now, per second. */
  readonly acceptedPerSecond: number;
  /** Time from release to claim, milliseconds. */
  readonly queueMs: number;
  readonly staleAfterMs: number;
  /** When a relay may take mails again, epoch milliseconds; null: now. */
  readonly nextTryAt: number | null;
}

/** Outstanding work beyond the queue's delay: enough for its jitter, and little before another push's mails. */
const LEAD_SECONDS = 2;
/** Least window without a rate: one full batch. */
const LEAST_WINDOW = 100;

/** Maximum number of outstanding deliveries. */
export function windowOf(
  facts: Pick<ReleaseFacts, "window" | "rate" | "acceptedPerSecond" | "queueMs" | "staleAfterMs">,
): number {
  // Half the stale time, so that a delivery waiting its turn does not become stale.
  const seconds = Math.min(facts.queueMs / 1000 + LEAD_SECONDS, facts.staleAfterMs / 2000);
  const most =
    facts.rate === null
      ? Math.max(LEAST_WINDOW, Math.ceil(facts.acceptedPerSecond * seconds))
      : Math.max(1, Math.ceil(facts.rate * seconds));
  return Math.min(facts.window, most);
}

/**
 * Number of deliveries to queue now. 0 while the free window is below a quarter, so that not every settle of 25 costs
 * an alarm; the last ready deliveries go at once.
 */
export function releaseCount(facts: ReleaseFacts, now: number): number {
  if (facts.status !== "running" || (facts.nextTryAt !== null && facts.nextTryAt > now)) return 0;
  if (facts.rate === 0) return 0;
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
  /** A report to a relay is due: a lease ends, or was never asked for. */
  readonly reportAt: number | null;
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
