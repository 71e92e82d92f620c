import { type Health, PROBE_SLOTS, probe, probeGivenUp } from "./health.ts";
import { freesAt, quotaWords, usedOf } from "./quota.ts";
import { isInShortLeases } from "./rate.ts";
import type { HealthView, Lease, Report, ReportAnswer } from "./rpc.ts";
import { activeSenders, forgetSilent, noteReport, othersOf, type Sender, type Senders, served } from "./senders.ts";
import { sessionLimit, sessionShares } from "./sessions.ts";
import { shareOf, TURN_MS } from "./shares.ts";
import { counted, countQuotas, limitOf, type RelayLimits, type RelayState, useOf } from "./state.ts";
import { nextTurn, notBegun, ownEnd, pruned, type Stretch, stretchBeside } from "./timeline.ts";

/** A lease without a limit: asked again at half of it. */
const UNLIMITED_MS = 30_000;
/** At most so many reports a second, whatever the number of pushes. */
const CALLS_PER_SECOND = 100;
const SOONEST_MS = 100;
/** Time over which one push more spreads the others' questions. */
const SPREAD_MS = 50;
/** An active push reports this often, so that it hears of a cut or an outage. */
const ACTIVE_MS = 1_000;
/** Who may not send asks again no later than this. */
const LATEST_MS = 30_000;
/** How far ahead a turn is given: the push needs time to have its mails claimed. */
const AHEAD_MS = 2_000;
/** Length of a lease while the rate is searched for. */
const SEARCH_TURN_MS = 1_000;
/** It is asked for a little before. */
const SOON_MS = 200;
/** So many ask as often as is best for their rates. */
const FEW = 8;
/** More sessions than consumers open. */
const MOST_SESSIONS = 1_000;
/** A lease given before a restart of the relay's object is over after this. */
export const LONGEST_LEASE_MS = AHEAD_MS + TURN_MS;

/** All that a grant depends on beside the state; `senders` is written to. */
export interface Asking {
  readonly report: Report;
  readonly senders: Senders;
  readonly limits: RelayLimits;
  /** Nothing limited is given before this: leases from before the object's restart may still run. */
  readonly freshFrom: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly now: number;
}

export interface Grant {
  readonly state: RelayState;
  readonly answer: ReportAnswer;
}

/** What was decided: a lease, or when to ask again and why. */
type Decided = {
  readonly lease: Lease | null;
  readonly askAgainInMs: number;
  readonly waiting?: ReportAnswer["waiting"];
  /** The lease was given before. */
  readonly again?: boolean;
  readonly state?: RelayState;
};

/**
 * Takes a push's report and answers it. A repeated report is answered and not counted again, so a push may send it
 * until it has heard.
 */
export function receive(state: RelayState, asking: Asking): Grant {
  const { report, senders, limits, random, now } = asking;
  forgetSilent(senders, now);
  const { sender, repeated } = noteReport(senders, report, now);
  const before = repeated ? repeatedAnswer(sender, now) : null;
  if (before !== null) return { state, answer: before };
  const { state: after, yours } = counted(state, report, othersOf(senders, report.push, now), limits, random, now);
  // What was given before a cut, an outage or a stop is void: its holders hear of it with their next report.
  if (after.epoch !== state.epoch) senders.stretches = [];
  return grant(settled(after, asking), asking, yours);
}

/** What was sent no longer counts as reserved, but as used: the sum stays as it is, unless more was sent. */
function settled(state: RelayState, asking: Asking): RelayState {
  const { limits, senders, report, now } = asking;
  const sender = senderOf(asking);
  const used = report.accepted + report.acceptedLate + report.inDoubt;
  senders.known.set(report.push, { ...sender, reserved: Math.max(0, sender.reserved - used) });
  return countQuotas(state, limits, Math.max(0, used - sender.reserved), now);
}

/** What a push may send next, and when it is to ask again. Notes what it grants in `senders`. */
function grant(state: RelayState, asking: Asking, yours: boolean): Grant {
  const { senders, report, random, now } = asking;
  const active = activeSenders(senders, now);
  const decided = decide(state, asking, active);
  // A stretch that is given again is among the mails that the push has out.
  const slots = decided.again ? 0 : (decided.lease?.slots ?? 0);
  const after = reserve(decided.state ?? state, asking, report.out + slots);
  const sessions = sessionsFor(after, asking, active);
  // As long as takes all of them to ask: so many a second come back, however many were answered before.
  const spread = (Math.max(0, active.length - FEW) / CALLS_PER_SECOND) * 1000 * (0.7 + 0.8 * random());
  const answer: ReportAnswer = {
    epoch: after.epoch,
    health: viewOf(after.health, now),
    lease: decided.lease,
    sessions,
    askAgainInMs: Math.round(Math.max(SOONEST_MS, spread + Math.min(LATEST_MS, decided.askAgainInMs))),
    eager:
      after.health.kind === "probing" ||
      after.holds > 0 ||
      (isInShortLeases(after.rate, asking.limits.perSecond) && active.length <= FEW),
    shared: active.length > 1,
    faultAfterMs: Math.round(spread),
    yours,
    waiting: decided.waiting ?? null,
  };
  const sender = senderOf(asking);
  senders.known.set(report.push, { ...served(sender, slots), answer, answeredAt: now });
  return { state: after, answer };
}

/** The answer to a report that came before, as it is now; null: it was never given. */
function repeatedAnswer({ answer, answeredAt }: Sender, now: number): ReportAnswer | null {
  if (answer === null) return null;
  const passed = now - answeredAt;
  const askAgainInMs = Math.max(SOONEST_MS, answer.askAgainInMs - passed);
  const lease = answer.lease === null ? null : { ...answer.lease, startInMs: answer.lease.startInMs - passed };
  return { ...answer, lease, askAgainInMs };
}

export function viewOf(health: Health, now: number): HealthView {
  switch (health.kind) {
    case "up":
      return { kind: "up" };
    case "probing":
      return { kind: "probing", words: health.words };
    case "resting":
      return { kind: "resting", words: health.words, forMs: Math.max(0, health.until - now) };
    case "stopped":
      return { kind: "stopped", words: health.words, by: health.by };
  }
}

function decide(state: RelayState, asking: Asking, active: readonly Sender[]): Decided {
  const { report, now } = asking;
  if (report.wants === 0 && report.out === 0) {
    return { ...wait(asking, LATEST_MS), state: { ...state, health: probeGivenUp(state.health, report.push, now) } };
  }
  if (state.health.kind === "stopped" || report.wants === 0) return wait(asking, LATEST_MS);
  const room = quotaRoom(state, asking);
  if (room.slots < 1) return { ...wait(asking, room.freesInMs), waiting: { words: room.words, forMs: room.freesInMs } };
  if (state.health.kind !== "up") return probed(state, state.health, asking, room.slots);
  if (now < state.holdUntil) return wait(asking, state.holdUntil - now);
  const limit = limitOf(state, asking.limits);
  if (limit === null) return unlimited(leaseId(asking), state.health.window, active.length, room.slots);
  if (now < asking.freshFrom) return wait(asking, asking.freshFrom - now);
  const { senders } = asking;
  senders.stretches = pruned(senders.stretches, now);
  const before = notBegun(senders.stretches, report.push, now);
  // Cut again and again with nothing accepted: one mail by one push, until one is accepted.
  const stretch =
    before ??
    (state.holds > 1
      ? lone(asking, leaseId(asking), limit)
      : shared(asking, active, limit, room.slots, isInShortLeases(state.rate, asking.limits.perSecond)));
  if (!("push" in stretch)) return stretch;
  if (stretch === before) return { ...leaseOf(stretch, now), again: true };
  senders.stretches.push(stretch);
  return leaseOf(stretch, now);
}

/** After a rest one push tries a few mails; the others wait for what comes of it. */
function probed(state: RelayState, health: Health, asking: Asking, room: number): Decided {
  const probing = probe(health, asking.report.push, asking.now);
  const until = "until" in health ? health.until : 0;
  if (probing === null) return wait(asking, Math.max(ACTIVE_MS, health.kind === "resting" ? until - asking.now : 0));
  const limit = limitOf(state, asking.limits);
  const gapMs = limit === null ? 0 : 1000 / limit;
  const lease = { id: leaseId(asking), startInMs: 0, forMs: UNLIMITED_MS, gapMs, slots: Math.min(PROBE_SLOTS, room) };
  return { lease, askAgainInMs: ACTIVE_MS, state: { ...state, health: probing } };
}

function unlimited(id: string, window: number | null, active: number, room: number): Decided {
  const share = window === null ? Infinity : Math.max(1, Math.ceil(window / Math.max(1, active)));
  const slots = Math.min(share, room);
  const forMs = window === null ? UNLIMITED_MS : TURN_MS;
  return {
    lease: { id, startInMs: 0, forMs, gapMs: 0, slots: slots === Infinity ? null : slots },
    askAgainInMs: ACTIVE_MS,
  };
}

function lone({ senders, report, now }: Asking, id: string, limit: number): Stretch | Decided {
  if (senders.stretches.length > 0) return { lease: null, askAgainInMs: ACTIVE_MS };
  return { id, push: report.push, from: now, to: now + TURN_MS, perSecond: Math.min(limit, 1000 / TURN_MS), slots: 1 };
}

function shared(
  asking: Asking,
  active: readonly Sender[],
  limit: number,
  room: number,
  searching: boolean,
): Stretch | Decided {
  const { senders, report, now } = asking;
  const holder = { id: leaseId(asking), push: report.push };
  const share = shareOf(senderOf(asking), active, limit, searching);
  const from = Math.max(now + report.readyInMs, ownEnd(senders.stretches, report.push, now));
  switch (share.kind) {
    case "beside": {
      const most = Math.min(room, report.wants);
      // What comes of a step is known at the end of a lease: the next one is of the next rate.
      if (searching && from > now + report.readyInMs + SOON_MS) return wait(asking, from - now);
      const turnMs = searching ? SEARCH_TURN_MS : TURN_MS;
      const stretch = stretchBeside(senders.stretches, holder, share.perSecond, most, limit, from, turnMs);
      return stretch ?? wait(asking, TURN_MS / 4);
    }
    case "turn": {
      const slots = Math.min(share.slots, room);
      const latest = from + AHEAD_MS;
      const stretch = nextTurn(senders.stretches, holder, share.perSecond, slots, limit, from, latest);
      return stretch ?? wait(asking, AHEAD_MS / 4);
    }
    case "later":
      return wait(asking, share.turnsAhead * TURN_MS);
  }
}

function leaseOf(stretch: Stretch, now: number): Decided {
  const lastsMs = stretch.to - stretch.from;
  const startInMs = stretch.from - now;
  return {
    lease: { id: stretch.id, startInMs, forMs: lastsMs, gapMs: 1000 / stretch.perSecond, slots: stretch.slots },
    // Asked in the middle of this stretch, the next one is known before it ends.
    askAgainInMs: Math.min(ACTIVE_MS, startInMs + lastsMs / 2),
  };
}

/** Spread over a part of the wait, so that not all pushes ask at the same moment; one alone asks on time. */
function wait({ random, senders }: Asking, ms: number): Decided {
  const spread = Math.min(ms / 4, (senders.known.size - 1) * SPREAD_MS);
  return { lease: null, askAgainInMs: Math.max(0, ms) + random() * Math.max(0, spread) };
}

/** Each report gets one lease at the most, and the object's start tells those of different lives apart. */
function leaseId({ report, freshFrom }: Asking): string {
  return `${report.push}.${report.seq}.${freshFrom}`;
}

function senderOf({ senders, report }: Asking): Sender {
  return senders.known.get(report.push) as Sender;
}

/** Brings what the quotas count for this push to `mails`: leased, or drawn and not reported. */
function reserve(state: RelayState, asking: Asking, mails: number): RelayState {
  const { limits, senders, now } = asking;
  if (limits.quotas.length === 0) return state;
  const sender = senderOf(asking);
  senders.known.set(sender.push, { ...sender, reserved: mails });
  return countQuotas(state, limits, mails - sender.reserved, now);
}

/** How many mails the quotas leave this push beside those it has out, and when more come free. */
function quotaRoom(state: RelayState, asking: Asking): { slots: number; freesInMs: number; words: string } {
  const { limits, report, now } = asking;
  const { reserved } = senderOf(asking);
  let room = { slots: Infinity, freesInMs: 0, words: "" };
  for (const quota of limits.quotas) {
    const use = useOf(state, quota);
    const slots = Math.floor(quota.limit - usedOf(use, quota, now) + reserved - report.out);
    if (slots >= room.slots) continue;
    const freesInMs = Math.max(0, (freesAt(use, quota, now) ?? now) - now);
    room = { slots, freesInMs, words: quotaWords(quota) };
  }
  return room;
}

/** The sessions a push may have open; null: no limit. The sum over all pushes does not pass the limit. */
function sessionsFor(state: RelayState, asking: Asking, active: readonly Sender[]): number | null {
  const { limits, senders, now } = asking;
  const limit = sessionLimit(state.sessions, limits.maxSessions);
  if (limit === null) return null;
  const sender = senderOf(asking);
  const inTurn = active.toSorted((a, b) => a.sessionsServed - b.sessionsServed).map(({ push }) => push);
  const share = sessionShares(limit, inTurn, MOST_SESSIONS).get(sender.push) ?? 0;
  const held = [...senders.known.values()].filter((one) => one.push !== sender.push && one.sessionsUntil > now);
  const free = limit - held.reduce((sum, one) => sum + Math.max(one.sessions, one.sessionsOpen), 0);
  const sessions = Math.max(0, Math.min(share, free));
  const sessionsServed = sender.sessionsServed + sessions;
  senders.known.set(sender.push, { ...sender, sessions, sessionsUntil: now + TURN_MS, sessionsServed });
  return sessions;
}
