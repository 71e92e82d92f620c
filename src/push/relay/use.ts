import type { Quota } from "../../relay/quota.ts";
import type { Priority, Report, ReportAnswer } from "../../relay/rpc.ts";
import { saysTooManySessions } from "../../relay/sessions.ts";
import { draw, drawOn, type Schedule, scheduleOf } from "./schedule.ts";

/**
 * What a push knows of one of its relays, and owes it: kept as JSON in the push's row, so that counts move in the
 * transaction of the settle that made them. Times in epoch milliseconds of the push's own clock.
 */
export interface RelayUse {
  /** As the relay's last answer said. */
  readonly epoch: number;
  readonly health: UsedHealth;
  /** Since when it is not up; null: it is. */
  readonly faultSince: number | null;
  readonly sessions: number | null;
  /** The used-up quota for which there is no lease though the relay is up, in words. */
  readonly waiting: string | null;
  /** When some of it is free again; absent where an older version stored it. */
  readonly waitingUntil?: number;
  /** The current lease and the one after it. */
  readonly lease: HeldLease | null;
  readonly next: HeldLease | null;
  readonly askAt: number;
  /** The relay waits for an outcome. */
  readonly eager: boolean;
  /** Others send by it too; absent where an older version stored it. */
  readonly shared?: boolean;
  /** As the relay's last answer said; absent where an older version stored it. */
  readonly faultAfterMs?: number;
  /** When a fault that was met is to be reported; null or absent: none is to be. */
  readonly faultAt?: number | null;
  /** The last report wanted nothing: a new wish does not wait for `askAt`. */
  readonly idle: boolean;
  /** A fault was met that the relay has not answered yet: nothing is drawn before this. */
  readonly heldUntil: number;
  /** Faults met while the relay's object was silent, since the last accepted mail. */
  readonly localFaults: number;
  /** Since when the relay's object has not answered; null: it has. */
  readonly silentSince: number | null;
  /** Counts and faults since the last report. */
  readonly owed: Owed;
  /** The report under way: repeated as it is until it is answered. */
  readonly asked: (Report & { readonly at: number }) | null;
  readonly seq: number;
}

/** `by`: who stopped it; a person's stop is not ended by resuming a push. */
export interface UsedHealth {
  readonly kind: "up" | "probing" | "resting" | "stopped";
  readonly words: string | null;
  readonly by: "relay" | "person";
  readonly until: number;
}

export const UP: UsedHealth = { kind: "up", words: null, by: "relay", until: 0 };

/** A lease as the push holds it. */
export type HeldLease = Schedule & { readonly id: string };

/** What a relay is configured for. */
export interface Pace {
  /** Mails per second; null: nothing. */
  readonly perSecond: number | null;
  /** Only its object knows what is left of them. */
  readonly quotas: readonly Quota[];
}

export interface Owed {
  readonly accepted: number;
  readonly acceptedLate: number;
  readonly refused: number;
  readonly inDoubt: number;
  readonly sessionsRefused: number;
  /** Mails refused for the rate; absent where an older version stored it. */
  readonly slowed?: number;
  readonly throttled: string | null;
  readonly outage: string | null;
  readonly outageAtConnect: boolean;
  readonly quota: string | null;
  readonly unauthorised: string | null;
  readonly later: string | null;
}

/** What the push is at, for a report. */
export interface Wish {
  readonly push: string;
  readonly wants: number;
  readonly readyInMs: number;
  readonly priority: Priority;
  readonly asked: number | null;
  readonly sessionsOpen: number;
  /** Mails of claims whose outcome is not known yet. */
  readonly out: number;
}

const NOTHING_OWED: Owed = {
  accepted: 0,
  acceptedLate: 0,
  refused: 0,
  inDoubt: 0,
  sessionsRefused: 0,
  slowed: 0,
  throttled: null,
  outage: null,
  outageAtConnect: false,
  quota: null,
  unauthorised: null,
  later: null,
};

export const UNUSED: RelayUse = {
  epoch: 0,
  health: UP,
  faultSince: null,
  sessions: null,
  waiting: null,
  lease: null,
  next: null,
  askAt: 0,
  eager: false,
  idle: true,
  heldUntil: 0,
  localFaults: 0,
  silentSince: null,
  owed: NOTHING_OWED,
  asked: null,
  seq: 0,
};

/** A relay's object that does not answer is asked again so soon … */
const ASK_SILENT_MS = 1_000;
/** … and the longer it is silent, the later, up to this: perhaps it is silent because so many ask. */
const ASK_SILENT_MOST_MS = 5_000;
/** For so long a push goes on at its last pace when the relay's object is silent … */
const LAST_PACE_MS = 30_000;
/** … then at this, or what the relay is configured for if that is less: mails per second. */
const SILENT_PER_SECOND = 1;
/** A call or two that are lost are no silence. */
const SILENT_AFTER_MS = 3_000;

/**
 * The lease of a probe, a window or a quota lasts half a minute, whatever its slots: once they are drawn, the relay's
 * next answer brings more, or another relay serves, long before it is over.
 */
const LONGEST_EMPTY_MS = 2_000;

/**
 * A claim that is alone in its batch, at a relay that others use too, is no longer than this: perhaps their mails stand
 * behind it in the queue, and their slots pass …
 */
const SHARED_MOST_MS = 500;
/** … and none is longer than this while the relay waits for an outcome: theirs come no sooner than the batch's end. */
const EAGER_MOST_MS = 300;

/** A throttled push draws nothing for so long, unless the relay answers before. */
const HOLD_MS = 1_000;

/**
 * Counts what a settle says of this relay, under the epoch of the claim.
 *
 * @param restMs how long to leave a relay that failed alone for the nth time, unless its object answers before
 */
export function owe(
  use: RelayUse,
  epoch: number,
  counts: Partial<Owed>,
  restMs: (nth: number) => number,
  now: number,
): RelayUse {
  const { owed } = use;
  const late = epoch < use.epoch;
  const accepted = counts.accepted ?? 0;
  const sums = {
    accepted: owed.accepted + (late ? 0 : accepted),
    acceptedLate: owed.acceptedLate + (late ? accepted : 0),
    refused: owed.refused + (late ? 0 : (counts.refused ?? 0)),
    inDoubt: owed.inDoubt + (counts.inDoubt ?? 0),
  };
  // Faults from before a cut, an outage or a stop were answered for by it.
  if (late) return { ...use, owed: { ...owed, ...sums } };
  const failed = (counts.outage ?? counts.quota ?? counts.unauthorised ?? counts.later ?? null) !== null;
  const localFaults = failed ? use.localFaults + 1 : accepted > 0 ? 0 : use.localFaults;
  const hold = failed ? restMs(localFaults) : (counts.throttled ?? null) !== null ? HOLD_MS : 0;
  // An outcome that the relay waits for is told at once.
  const faultAt = hold === 0 ? (use.faultAt ?? null) : (use.faultAt ?? now + (use.eager ? 0 : (use.faultAfterMs ?? 0)));
  return {
    ...use,
    localFaults,
    faultAt,
    ...ownView(use, counts, Math.ceil((faultAt ?? now) + hold), now),
    heldUntil: hold > 0 ? Math.max(use.heldUntil, Math.ceil((faultAt ?? now) + hold)) : use.heldUntil,
    owed: {
      ...sums,
      sessionsRefused: owed.sessionsRefused + (counts.sessionsRefused ?? 0),
      slowed: (owed.slowed ?? 0) + (counts.slowed ?? 0),
      throttled: owed.throttled ?? counts.throttled ?? null,
      outage: owed.outage ?? counts.outage ?? null,
      outageAtConnect: owed.outage === null ? (counts.outageAtConnect ?? false) : owed.outageAtConnect,
      quota: owed.quota ?? counts.quota ?? null,
      unauthorised: owed.unauthorised ?? counts.unauthorised ?? null,
      later: owed.later ?? counts.later ?? null,
    },
  };
}

/** What the push sees by itself, until the relay's answer says more. */
function ownView(
  use: RelayUse,
  counts: Partial<Owed>,
  until: number,
  now: number,
): Pick<RelayUse, "health" | "faultSince"> {
  const { unauthorised = null, accepted = 0 } = counts;
  const faultSince = use.faultSince ?? now;
  if (unauthorised !== null)
    return { health: { kind: "stopped", words: unauthorised, by: "relay", until: 0 }, faultSince };
  // Whether sessions are refused or all mail, only the relay's answer can say.
  const sessions = counts.outageAtConnect === true && saysTooManySessions(counts.outage ?? "");
  const words = counts.quota ?? (sessions ? null : (counts.outage ?? null));
  if (words !== null) return { health: { kind: "resting", words, by: "relay", until }, faultSince };
  const { health } = use;
  return accepted > 0 && (health.kind === "resting" || health.kind === "probing")
    ? { health: UP, faultSince: null }
    : { health, faultSince: use.faultSince };
}

/** When the relay has to hear, whatever its last answer said: of a fault, or of any outcome where it waits for one. */
function urgentAt({ owed, eager, faultAt }: RelayUse): number | null {
  const { throttled, outage, quota, unauthorised, later, accepted, refused } = owed;
  if (eager && accepted + refused > 0) return 0;
  return [throttled, outage, quota, unauthorised, later].some((words) => words !== null) ? (faultAt ?? 0) : null;
}

/** True if the relay is to be asked now. */
export function reportDue(use: RelayUse, wish: Wish, now: number): boolean {
  const at = reportAt(use, wish);
  return at !== null && now >= at;
}

/** When the relay is to be asked; null: never, unless something happens. */
export function reportAt(use: RelayUse, wish: Wish): number | null {
  if (use.asked !== null) return use.askAt;
  // It was to try the relay, and has nothing to try it with any more.
  if (use.eager && isDone(wish) && (use.lease ?? use.next) !== null) return 0;
  if (wish.wants > 0 && use.idle) return 0;
  const urgent = urgentAt(use);
  const owes = use.owed.accepted + use.owed.acceptedLate + use.owed.inDoubt > 0;
  if (wish.wants === 0 && !owes) return urgent;
  return Math.min(use.askAt, urgent ?? Infinity);
}

/** Takes what is owed into a report; the one under way if there is one. */
export function begun(use: RelayUse, wish: Wish, now: number): { use: RelayUse; report: Report } {
  if (use.asked !== null) {
    const { at: _, ...report } = use.asked;
    return { use: { ...use, askAt: now + ASK_SILENT_MS }, report };
  }
  const out = isDone(wish) ? 0 : wish.out + undrawn(use.lease, now) + undrawn(use.next, now);
  const report: Report = { ...wish, ...use.owed, out, seq: use.seq + 1, epoch: use.epoch };
  return {
    use: {
      ...use,
      seq: report.seq,
      asked: { ...report, at: now },
      owed: NOTHING_OWED,
      faultAt: null,
      askAt: now + ASK_SILENT_MS,
      idle: wish.wants === 0,
      ...(isDone(wish) ? { lease: null, next: null } : {}),
    },
    report,
  };
}

/** Nothing to send, and nothing under way: what is left of its lease it gives back. */
function isDone({ wants, out }: Wish): boolean {
  return wants === 0 && out === 0;
}

/** Slots that claims may still draw. */
function undrawn(lease: HeldLease | null, now: number): number {
  return lease === null || lease.slots === null || lease.to <= now ? 0 : lease.slots - lease.drawn;
}

/** Takes the relay's answer. Its durations count from when the push asked. */
export function answered(use: RelayUse, seq: number, answer: ReportAnswer, askedAt: number, now: number): RelayUse {
  if (use.asked?.seq !== seq) return use;
  const { health, lease: given } = answer;
  const cut = answer.epoch !== use.epoch;
  const next =
    given === null
      ? null
      : {
          ...scheduleOf(askedAt + given.startInMs, given.forMs, given.gapMs, given.slots),
          id: given.id,
          lastAt: use.lease?.lastAt ?? 0,
        };
  const kept = cut ? null : currentLease(use, now);
  const known = kept !== null && kept.id === next?.id;
  return {
    ...use,
    epoch: answer.epoch,
    health: {
      kind: health.kind,
      words: health.kind === "up" ? null : health.words,
      by: health.kind === "stopped" ? health.by : "relay",
      until: health.kind === "resting" ? askedAt + health.forMs : 0,
    },
    faultSince: health.kind === "up" ? null : (use.faultSince ?? now),
    sessions: answer.sessions,
    waiting: answer.waiting?.words ?? null,
    waitingUntil: askedAt + (answer.waiting?.forMs ?? 0),
    lease: kept ?? next,
    next: kept === null || known ? null : next === null || next.id === use.next?.id ? use.next : next,
    askAt: askedAt + answer.askAgainInMs,
    eager: answer.eager,
    shared: answer.shared ?? false,
    faultAfterMs: answer.faultAfterMs ?? 0,
    faultAt: cut ? null : (use.faultAt ?? null),
    heldUntil: 0,
    silentSince: null,
    asked: null,
    // What was met before the answer's epoch and not reported yet is late.
    owed: cut
      ? { ...NOTHING_OWED, acceptedLate: use.owed.accepted + use.owed.acceptedLate, inDoubt: use.owed.inDoubt }
      : use.owed,
  };
}

/**
 * The relay's object did not answer in time. Pushes that asked together are not to ask together again.
 *
 * @param random uniform in [0, 1)
 */
export function unanswered(use: RelayUse, now: number, random: () => number): RelayUse {
  const silentSince = use.silentSince ?? now;
  const waitMs = Math.min(ASK_SILENT_MOST_MS, Math.max(ASK_SILENT_MS, now - silentSince));
  return { ...use, silentSince, askAt: now + Math.round(waitMs * (0.5 + random())) };
}

/**
 * The schedule that claims draw from at `now`; null: none. While the relay's object is silent, the last pace goes on for
 * half a minute, then a slow one: the control plane alone stops nobody. A quota's slots are never exceeded.
 */
export function scheduleAt(use: RelayUse, terms: Pace, now: number): HeldLease | null {
  if (use.heldUntil > now) return null;
  const lease = currentLease(use, now);
  const silent = use.silentSince !== null && now >= use.silentSince + SILENT_AFTER_MS;
  if (lease !== null || !silent || use.health.kind === "stopped") return lease;
  const last = use.next ?? use.lease;
  if (terms.quotas.length > 0) return null;
  const slow = 1000 / Math.min(terms.perSecond ?? SILENT_PER_SECOND, SILENT_PER_SECOND);
  const gapMs = last !== null && now < (use.silentSince ?? now) + LAST_PACE_MS ? last.gapMs : slow;
  const lastAt = last?.lastAt ?? 0;
  // In spells of the slow pace's own length, so that the pace is looked at again.
  const spell = last === null || now >= last.to ? now : last.to;
  return {
    ...scheduleOf(spell, Math.max(LAST_PACE_MS / 10, slow), gapMs, null),
    lastAt,
    id: "silent",
  };
}

function currentLease(use: RelayUse, now: number): HeldLease | null {
  const { lease, next } = use;
  if (next !== null && (lease === null || now >= next.from)) return next.to > now ? next : null;
  return lease !== null && lease.to > now ? lease : null;
}

function isEmpty({ slots, drawn }: HeldLease): boolean {
  return slots !== null && drawn >= slots;
}

/** How long a claim's mails may take, with regard to others that use the relay; undefined: as long as is useful. */
function patienceAt({ shared, eager }: RelayUse, patienceMs: number | undefined): number | undefined {
  if (!shared) return patienceMs;
  return eager ? Math.min(patienceMs ?? EAGER_MOST_MS, EAGER_MOST_MS) : (patienceMs ?? SHARED_MOST_MS);
}

/** Draws slots for a claim. */
export function drawn(use: RelayUse, wanted: number, terms: Pace, now: number, patienceMs?: number) {
  const schedule = scheduleAt(use, terms, now);
  if (schedule === null) return null;
  const patience = patienceAt(use, patienceMs);
  const isNext = schedule.id === use.next?.id;
  const next = isNext ? null : use.next;
  const taken =
    next !== null && schedule.id === use.lease?.id
      ? drawOn(schedule, next, wanted, now, patience)
      : { ...draw(schedule, wanted, now, patience), next };
  const lease = { ...schedule, ...taken.schedule };
  return {
    granted: taken.granted,
    sendTimes: taken.sendTimes,
    nextAt: isEmpty(lease) || schedule.gapMs === 0 ? Math.min(taken.nextAt, now + LONGEST_EMPTY_MS) : taken.nextAt,
    gapMs: schedule.gapMs,
    use: { ...use, lease, next: next === null ? null : { ...next, ...taken.next } },
  };
}
