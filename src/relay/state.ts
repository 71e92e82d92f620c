import { type Acceptance, acceptedPerSecond, countAccepted, NOTHING_ACCEPTED, STEADY_MS } from "./acceptance.ts";
import { type AcceptanceWindow, closed, lateAccepted, NEVER_CLOSED, opened } from "./acceptance-window.ts";
import { answered, type Health, rested, stopped, UP } from "./health.ts";
import { countUse, NOTHING_USED, type Quota, type QuotaUse } from "./quota.ts";
import {
  cutRate,
  easeRate,
  holdAfterCut,
  isSearching,
  measuredRate,
  type Rate,
  recoverRate,
  startRate,
} from "./rate.ts";
import type { Report } from "./rpc.ts";
import { cutSessions, NO_SESSION_LIMIT, raiseSessions, type SessionBudget, saysTooManySessions } from "./sessions.ts";

/** What the configuration says of a relay's limits. */
export interface RelayLimits {
  /** Mails per second; null: none. */
  readonly perSecond: number | null;
  readonly quotas: readonly Quota[];
  readonly maxSessions: number | null;
  /** A factor on all waits: 1 but in tests. */
  readonly backoffScale: number;
}

/** What is known of a relay, JSON-serialisable. Kept by its object; times in epoch milliseconds. */
export interface RelayState {
  /** Raised by a cut, an outage and a stop: results of mails claimed before do not count again. */
  readonly epoch: number;
  readonly health: Health;
  readonly rate: Rate;
  /** The rate before the last cut: mails accepted before it are reported for a while after. */
  readonly rateBeforeCut: Rate | null;
  readonly acceptance: Acceptance;
  /** Mails accepted and refused: what the relay was asked for and was fast enough for. Absent in an older version's. */
  readonly answers?: Acceptance;
  readonly acceptedAt: number | null;
  readonly window: AcceptanceWindow;
  /** No mail is begun before this, after a cut. */
  readonly holdUntil: number;
  /** When it was cut last; absent where an older version stored the state. */
  readonly cutAt?: number;
  /** Cuts in a row with nothing accepted between them. */
  readonly holds: number;
  readonly sessions: SessionBudget;
  /** By the quota's time in seconds, so that a changed limit keeps what was used. */
  readonly quotas: Readonly<Record<string, QuotaUse>>;
}

/** Another push's recent dealings with the relay decide whether a fault is the relay's or one push's. */
export interface Others {
  /** Pushes that want to send, besides the one that reports. */
  readonly active: number;
  /** Some other push had a mail accepted lately. */
  readonly accepting: boolean;
  /** Some other push met the same fault lately. */
  readonly metLater: boolean;
  /** Sessions of all pushes, the reporting one's too. */
  readonly sessionsOpen: number;
}

/** Relays count per second. */
const HOLD_MS = 1_000;
/** Mails refused for the rate, by mails accepted, at which the rate does not rise. */
const SLOWED_SHARE = 0.1;
/** Waits after cuts in a row, when the relay accepts nothing between them. */
const LONGEST_HOLD_MS = 2_000;
/** A relay that accepted a mail this shortly before a refused connection is up: it refuses sessions. */
const SESSION_FAULT_MS = 3_000;

export function freshState(limits: RelayLimits, now: number): RelayState {
  return {
    epoch: 1,
    health: UP,
    rate: startRate(limits.perSecond, now),
    rateBeforeCut: null,
    acceptance: NOTHING_ACCEPTED,
    answers: NOTHING_ACCEPTED,
    acceptedAt: null,
    window: NEVER_CLOSED,
    holdUntil: 0,
    holds: 0,
    sessions: NO_SESSION_LIMIT,
    quotas: {},
  };
}

/** The rate that holds now: the lower of the configured and the learned one; null: no limit. */
export function limitOf(state: RelayState, limits: RelayLimits): number | null {
  const learned = state.rate.perSecond;
  if (learned === null || limits.perSecond === null) return learned ?? limits.perSecond;
  return Math.min(learned, limits.perSecond);
}

/**
 * What a report makes of the relay's state, but for shares and quota. `yours`: the fault is that push's alone.
 *
 * @param random uniform in [0, 1)
 */
export function counted(
  before: RelayState,
  report: Report,
  others: Others,
  limits: RelayLimits,
  random: () => number,
  now: number,
): { readonly state: RelayState; readonly yours: boolean } {
  // Mails claimed before the last cut, outage or stop: their faults were answered for already.
  const late = report.acceptedLate + (report.epoch < before.epoch ? report.accepted : 0);
  const acceptance = countAccepted(before.acceptance, report.accepted + report.acceptedLate, now, report.push);
  const replies = report.accepted + report.acceptedLate + report.refused + (report.slowed ?? 0);
  const answers = countAccepted(before.answers ?? NOTHING_ACCEPTED, replies, now, report.push);
  const state: RelayState = { ...before, acceptance, answers, window: lateAccepted(before.window, late) };
  if (report.epoch < before.epoch) return { state: late > 0 ? cutAgain(state, now) : state, yours: false };
  const taken =
    report.accepted > 0
      ? afterAcceptance(state, report.accepted, report.slowed ?? 0, limits, now)
      : report.refused > 0 && saysIsThere(state.health)
        ? { ...state, health: answered(state.health, 0, now) }
        : state;
  return afterFaults(taken, report, others, limits, random, now);
}

function afterAcceptance(
  state: RelayState,
  count: number,
  slowed: number,
  limits: RelayLimits,
  now: number,
): RelayState {
  const { window, perSecond } = opened(state.window, count, state.holds > 1, now);
  const overMs = isSearching(state.rate, limits.perSecond) ? undefined : STEADY_MS;
  const answeredPerSecond = acceptedPerSecond(state.answers ?? NOTHING_ACCEPTED, now, {
    overMs,
    since: state.holdUntil,
  });
  const stepped = () =>
    slowed > count * SLOWED_SHARE
      ? easeRate(state.rate, now)
      : recoverRate(state.rate, answeredPerSecond, limits.perSecond, now);
  const rate = perSecond === null ? stepped() : measuredRate(state.rate, perSecond, now);
  const sessions = raiseSessions(state.sessions, limits.maxSessions, now);
  return { ...state, window, rate, sessions, health: answered(state.health, count, now), holds: 0, acceptedAt: now };
}

function afterFaults(
  state: RelayState,
  report: Report,
  others: Others,
  limits: RelayLimits,
  random: () => number,
  now: number,
): { readonly state: RelayState; readonly yours: boolean } {
  const epoch = state.epoch + 1;
  const rest = (why: "outage" | "quota", words: string) => {
    const slower = report.throttled === null ? state : cut(state, report.accepted > 0, limits, now);
    const health = rested(state.health, why, words, limits.backoffScale, random, now);
    return { state: { ...slower, epoch, health }, yours: false };
  };
  if (report.unauthorised !== null) {
    return { state: { ...state, epoch, health: stopped(report.unauthorised, "relay", now) }, yours: false };
  }
  if (report.quota !== null) return rest("quota", report.quota);
  if (report.outage !== null) {
    if (!report.outageAtConnect || !isSessionLimit(state, report.outage, others, now))
      return rest("outage", report.outage);
    return { state: { ...state, sessions: fewer(state, report, others, now) }, yours: false };
  }
  if (report.later !== null) {
    const alone = others.active === 0 || others.metLater;
    if (!others.accepting && alone) return rest("outage", report.later);
    return { state, yours: true };
  }
  const sessions = report.sessionsRefused > 0 ? fewer(state, report, others, now) : state.sessions;
  if (report.throttled === null) return { state: { ...state, sessions }, yours: false };
  return { state: { ...cut(state, report.accepted > 0, limits, now), epoch, sessions }, yours: false };
}

/**
 * Too fast: the rate is cut, once. When nothing was accepted since the last cut, the relay only waits longer: the rest of
 * the second that relays count in, then more.
 */
function cut(state: RelayState, accepting: boolean, limits: RelayLimits, now: number): RelayState {
  const measuring = { overMs: STEADY_MS, since: state.holdUntil };
  const perSecond = acceptedPerSecond(state.acceptance, now, measuring);
  const answeredPerSecond = acceptedPerSecond(state.answers ?? NOTHING_ACCEPTED, now, measuring);
  const again = state.holds > 0 && !accepting;
  const scale = Math.min(1, limits.backoffScale);
  const hold = (ms: number) => Math.ceil(now + ms * scale);
  if (again && state.holds === 1 && now < (state.cutAt ?? 0) + HOLD_MS * scale) {
    return { ...state, window: closed(state.window, perSecond, now), holdUntil: hold(HOLD_MS) };
  }
  const holds = state.holds + 1;
  return {
    ...state,
    rate: again ? state.rate : cutRate(state.rate, perSecond, answeredPerSecond, now - (state.cutAt ?? 0), now),
    rateBeforeCut: again ? state.rateBeforeCut : state.rate,
    window: closed(state.window, perSecond, now),
    cutAt: now,
    holdUntil: hold(again ? LONGEST_HOLD_MS : holdAfterCut(state.rate, perSecond)),
    holds,
  };
}

/** More was accepted before the cut than was known then. */
function cutAgain(state: RelayState, now: number): RelayState {
  if (state.rateBeforeCut === null || state.holds !== 1 || now >= state.holdUntil) return state;
  const perSecond = acceptedPerSecond(state.acceptance, now, { overMs: STEADY_MS });
  const answeredPerSecond = acceptedPerSecond(state.answers ?? NOTHING_ACCEPTED, now, { overMs: STEADY_MS });
  return { ...state, rate: cutRate(state.rateBeforeCut, perSecond, answeredPerSecond, Infinity, now) };
}

/** A refusal shows that the relay is there; not that our quota is renewed. */
function saysIsThere(health: Health): boolean {
  return (health.kind === "resting" || health.kind === "probing") && health.why === "outage";
}

function isSessionLimit(state: RelayState, words: string, others: Others, now: number): boolean {
  if (state.health.kind !== "up") return false;
  // One session, and that too many: others of our account hold them all.
  if (saysTooManySessions(words)) return state.sessions.limit !== 1;
  if (others.sessionsOpen <= 1) return false;
  return state.acceptedAt !== null && now - state.acceptedAt < SESSION_FAULT_MS;
}

function fewer(state: RelayState, report: Report, others: Others, now: number): SessionBudget {
  return cutSessions(state.sessions, others.sessionsOpen, Math.max(1, report.sessionsRefused), now);
}

/** Counts mails against every quota; negative gives a reservation back. */
export function countQuotas(state: RelayState, limits: RelayLimits, mails: number, now: number): RelayState {
  if (limits.quotas.length === 0 || mails === 0) return state;
  const quotas = limits.quotas.map((quota) => [quota.seconds, countUse(useOf(state, quota), quota, mails, now)]);
  return { ...state, quotas: Object.fromEntries(quotas) };
}

/** What is counted against a quota. */
export function useOf(state: RelayState, quota: Quota): QuotaUse {
  return state.quotas[quota.seconds] ?? NOTHING_USED;
}
