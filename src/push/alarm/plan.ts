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
  /** Until when the releases so far last at the pace; epoch milliseconds. */
  readonly pacedUntil: number;
  /** The push's own rate where it is slow: when the next release finds its slot, and the time between two; else null. */
  readonly slots: { readonly nextAt: number; readonly gapMs: number } | null;
  readonly staleAfterMs: number;
  /** When a relay may take mails again, epoch milliseconds; null: now. */
  readonly nextTryAt: number | null;
}

/** Outstanding work beyond the queue's delay: enough for its jitter, and little before another push's mails. */
const LEAD_SECONDS = 2;
/**
 * So much of a delay may be that outstanding work itself, waiting its turn: were it taken for the queue's, the window
 * would grow by it, and the delay again by the window.
 */
const OWN_DELAY_SECONDS = 1.5;
/** Rounding of times. */
const EPSILON = 1e-6;
/** Least window without a rate: one full batch. */
const LEAST_WINDOW = 100;

/**
 * With a slower queue than this, releases are spaced as the rate is: deliveries released together arrive together, find
 * one slot, and all others make the way again. The consumers themselves even out less than a second.
 */
export const SLOW_QUEUE_MS = 2_000;
/** Faster than the rate, so that what arrives between two slots leaves no slot unused. */
const PACE = 1.2;
/** Most that is made up for at once. */
const PACE_BURST_MS = 1_000;
/** Least that is worth a release, in time at the rate. */
const PACE_STEP_MS = 500;

/** Milliseconds between two deliveries released; null: not spaced. */
export function paceGapMs({ rate, queueMs }: Pick<ReleaseFacts, "rate" | "queueMs">): number | null {
  return rate === null || rate === 0 || queueMs < SLOW_QUEUE_MS ? null : 1_000 / (rate * PACE);
}

/** `pacedUntil` after `count` deliveries more. */
export function pacedAfter(facts: Pick<ReleaseFacts, "rate" | "queueMs" | "pacedUntil">, count: number, now: number) {
  const gapMs = paceGapMs(facts);
  return gapMs === null ? now : Math.max(facts.pacedUntil, now - PACE_BURST_MS) + count * gapMs;
}

/** When the pace allows the next release; null: it is not spaced. */
export function pacedFrom(facts: Pick<ReleaseFacts, "rate" | "queueMs" | "pacedUntil" | "slots">): number | null {
  const gapMs = paceGapMs(facts);
  if (gapMs !== null) return facts.pacedUntil + leastPaced(gapMs) * gapMs;
  return facts.slots === null ? null : Math.ceil(facts.slots.nextAt - facts.queueMs);
}

/**
 * With a slow rate of its own a push releases each delivery when its slot is due: one that came sooner would hold up its
 * consumer, or make the way twice.
 */
export const SLOW_GAP_MS = 100;

/** Deliveries whose slots are due by the time that a consumer has them. */
function slotsDue({ slots, queueMs }: ReleaseFacts, now: number): number {
  if (slots === null) return Infinity;
  return Math.max(0, Math.floor((now + queueMs - slots.nextAt) / slots.gapMs + EPSILON) + 1);
}

function leastPaced(gapMs: number): number {
  return Math.max(1, Math.floor(PACE_STEP_MS / gapMs));
}

/** Time for which work is outstanding. */
function leadSeconds(queueMs: number): number {
  return LEAD_SECONDS + Math.max(0, queueMs / 1000 - OWN_DELAY_SECONDS);
}

/** Maximum number of outstanding deliveries. */
export function windowOf(
  facts: Pick<ReleaseFacts, "window" | "rate" | "acceptedPerSecond" | "queueMs" | "staleAfterMs">,
): number {
  // Half the stale time, so that a delivery waiting its turn does not become stale.
  const seconds = Math.min(leadSeconds(facts.queueMs), facts.staleAfterMs / 2000);
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
  const gapMs = paceGapMs(facts);
  if (gapMs !== null) {
    const paced = Math.floor((now - Math.max(facts.pacedUntil, now - PACE_BURST_MS)) / gapMs + EPSILON);
    const most = Math.max(0, Math.min(facts.ready, room));
    // A gap beyond the burst lets one through once it is over.
    const allowed = now - facts.pacedUntil >= gapMs ? Math.max(1, paced) : paced;
    return allowed < Math.min(most, leastPaced(gapMs)) ? 0 : Math.min(most, allowed);
  }
  const due = slotsDue(facts, now);
  if (due < facts.ready) return Math.max(0, Math.min(due, room));
  const count = Math.max(0, Math.min(facts.ready, room));
  return count < facts.ready && count < window / 4 ? 0 : count;
}

/** The times at which a push needs work, epoch milliseconds; null: no such work. */
export interface WakeFacts {
  /** Work is ready for the alarm: a snapshot page, a release, a chunk of a cancel. */
  readonly workNow: boolean;
  readonly startsAt: number | null;
  /** The end of a held push that nobody approves. */
  readonly heldUntil: number | null;
  /** The first requeued pending delivery. */
  readonly pendingDueAt: number | null;
  /** The next step of a canary. */
  readonly canaryAt: number | null;
  readonly relayNextTryAt: number | null;
  /** The pace of releases allows the next one. */
  readonly pacedFrom: number | null;
  /** A report to a relay is due: a lease ends, or was never asked for. */
  readonly reportAt: number | null;
  readonly doubtDueAt: number | null;
  readonly deferredStaleAt: number | null;
  readonly releaseStaleAt: number | null;
  readonly leaseEndsAt: number | null;
  readonly expiresAt: number | null;
  readonly suppressAt: number | null;
  readonly mirrorAt: number | null;
  /** People of an `onceKey` are to be given back. */
  readonly giveBackAt: number | null;
  readonly retentionEndsAt: number | null;
}

/**
 * The next alarm, in whole epoch milliseconds, never in the past; null when no work remains. The platform cuts fractions
 * off: an alarm that came before its work, and was set to the same time again, would be lost.
 */
export function nextWake(facts: WakeFacts, now: number): number | null {
  if (facts.workNow) return now;
  const { workNow: _, ...times } = facts;
  const known = Object.values(times).filter((time) => time !== null);
  return known.length === 0 ? null : Math.ceil(Math.max(now, Math.min(...known)));
}
