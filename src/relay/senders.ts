import type { Report, ReportAnswer } from "./rpc.ts";
import { type Demand, WEIGHTS } from "./shares.ts";
import type { Others } from "./state.ts";
import type { Stretch } from "./timeline.ts";

/** A push as its relay knows it, in memory alone: after a restart they report again. Times in epoch milliseconds. */
export interface Sender extends Demand {
  readonly seq: number;
  readonly seenAt: number;
  /** The answer to the report with this `seq`, and when it was given; null: not answered yet. */
  readonly answer: ReportAnswer | null;
  readonly answeredAt: number;
  readonly acceptedAt: number | null;
  readonly laterAt: number | null;
  /** Mails counted against quotas before they were sent: leased, or drawn and not reported. */
  readonly reserved: number;
  readonly sessionsOpen: number;
  /** Sessions that it may open, until then. */
  readonly sessions: number;
  readonly sessionsUntil: number;
  /** Sessions granted so far: those who had fewest are next. */
  readonly sessionsServed: number;
}

/** All senders of a relay, and the stretches of its rate that they hold. */
export interface Senders {
  readonly known: Map<string, Sender>;
  stretches: Stretch[];
}

/** A push that says nothing for so long is forgotten. */
const SILENT_MS = 45_000;
/** One that has not asked so long after it was to ask holds up nobody: two leases, and some calls that are lost. */
const OVERDUE_MS = 4_000;
/** "Lately", where one push's luck says something of another's. */
const LATELY_MS = 10_000;

export function noSenders(): Senders {
  return { known: new Map(), stretches: [] };
}

/** Notes a report. `repeated`: it, or one after it, was noted before, and its counts with it. */
export function noteReport({ known }: Senders, report: Report, now: number): { sender: Sender; repeated: boolean } {
  const before = known.get(report.push);
  if (before !== undefined && report.seq <= before.seq) return { sender: before, repeated: true };
  const sender: Sender = {
    push: report.push,
    seq: report.seq,
    wants: report.wants,
    priority: report.priority,
    asked: report.asked,
    // A newcomer begins level with the one that is next, neither behind nor ahead of what others had before.
    served: Math.max(before?.served ?? 0, leastServed(known, report.push, now)),
    seenAt: now,
    answer: null,
    answeredAt: now,
    acceptedAt: report.accepted > 0 ? now : (before?.acceptedAt ?? null),
    laterAt: report.later !== null ? now : (before?.laterAt ?? null),
    reserved: before?.reserved ?? 0,
    sessionsOpen: report.sessionsOpen,
    sessions: before?.sessions ?? 0,
    sessionsUntil: before?.sessionsUntil ?? 0,
    sessionsServed: before?.sessionsServed ?? leastSessions(known),
  };
  known.set(report.push, sender);
  return { sender, repeated: false };
}

/** Those that want to send, and ask when they are to. */
export function activeSenders({ known }: Senders, now: number): Sender[] {
  return [...known.values()].filter((sender) => isActive(sender, now));
}

function isActive({ wants, answer, answeredAt }: Sender, now: number): boolean {
  return wants > 0 && (answer === null || now < answeredAt + answer.askAgainInMs + OVERDUE_MS);
}

/** Forgets pushes that ended or fell silent. Gives the mails that were reserved for them and never reported. */
export function forgetSilent(senders: Senders, now: number): void {
  for (const [push, sender] of senders.known) {
    if (now - sender.seenAt >= SILENT_MS && sender.reserved === 0) senders.known.delete(push);
  }
  senders.stretches = senders.stretches.filter((stretch) => stretch.to > now);
}

/** What other pushes' dealings with the relay say of a fault that `push` reports. */
export function othersOf(senders: Senders, push: string, now: number): Others {
  const others = [...senders.known.values()].filter((sender) => sender.push !== push);
  const lately = (at: number | null) => at !== null && now - at < LATELY_MS;
  return {
    active: others.filter((sender) => isActive(sender, now)).length,
    accepting: others.some((sender) => lately(sender.acceptedAt)),
    metLater: others.some((sender) => lately(sender.laterAt)),
    sessionsOpen: [...senders.known.values()].reduce((sum, sender) => sum + sender.sessionsOpen, 0),
  };
}

/** Counts what was granted to a push against its turn. */
export function served(sender: Sender, slots: number): Sender {
  return { ...sender, served: sender.served + slots / WEIGHTS[sender.priority] };
}

function leastServed(known: ReadonlyMap<string, Sender>, except: string, now: number): number {
  let least = Infinity;
  for (const sender of known.values()) {
    if (sender.push !== except && isActive(sender, now)) least = Math.min(least, sender.served);
  }
  return least === Infinity ? 0 : least;
}

function leastSessions(known: ReadonlyMap<string, Sender>): number {
  return known.size === 0 ? 0 : Math.min(...[...known.values()].map((sender) => sender.sessionsServed));
}
