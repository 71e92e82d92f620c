import type { Tallies } from "../../core/states.ts";
import type { FeedbackEvent } from "../../feedback/event.ts";
import { feedbackTransition } from "../ledger/feedback.ts";
import type { DeliveryRow, Ledger, PushRow } from "../ledger/ledger.ts";
import type { Limits } from "../limits.ts";
import { type Reason, reasonOf } from "../reason.ts";
import { pause } from "../steering/commands.ts";
import { lastClaim } from "./health.ts";

/**
 * What has come back since the start, the last resume or retry; stored as JSON in the push's row. Mails of earlier
 * claims do not count: a person has seen them come back, and went on.
 */
export interface Returned {
  /** Claims up to this number are earlier ones. */
  readonly fromClaim: number;
  /** Mails that the relay had taken by then. */
  readonly taken: number;
  readonly bounced: number;
  readonly complained: number;
}

/** BREAKER_BOUNCE_SHARE, BREAKER_COMPLAINT_SHARE. */
export interface ReturnThresholds {
  readonly bounceShare: number;
  readonly complaintShare: number;
}

/** On a smaller sample a few mails would trip the breaker. */
const BOUNCES = { taken: 200, count: 10 };
const COMPLAINTS = { taken: 1_000, count: 5 };

export function returnedOf(push: PushRow): Returned {
  return JSON.parse(push.returned) as Returned;
}

/** Mails that the relay took, whatever came back. */
export function takenOf(tallies: Tallies): number {
  return tallies.sent + tallies.bounced + tallies.complained;
}

/** For a resume or a retry: what came back before is known. */
export function resetReturned(ledger: Ledger): Pick<PushRow, "returned"> {
  const taken = takenOf(ledger.tallies());
  const returned: Returned = { fromClaim: lastClaim(ledger), taken, bounced: 0, complained: 0 };
  return { returned: JSON.stringify(returned) };
}

/** Counts the rows that moved to bounced or complained, between `before` and `after` the events. */
export function countReturned(
  ledger: Ledger,
  before: readonly DeliveryRow[],
  after: ReadonlyMap<number, DeliveryRow>,
): void {
  const push = ledger.push();
  if (push === null) return;
  const returned = returnedOf(push);
  const next = counted(returned, before, after);
  if (next.bounced === returned.bounced && next.complained === returned.complained) return;
  ledger.updatePush({ returned: JSON.stringify(next) });
}

function counted(
  returned: Returned,
  before: readonly DeliveryRow[],
  after: ReadonlyMap<number, DeliveryRow>,
): Returned {
  const recent = before.filter((row) => row.claim > returned.fromClaim);
  const by = (state: DeliveryRow["state"]) =>
    recent.reduce((sum, row) => sum + Number(after.get(row.id)?.state === state) - Number(row.state === state), 0);
  return {
    ...returned,
    bounced: Math.max(0, returned.bounced + by("bounced")),
    complained: Math.max(0, returned.complained + by("complained")),
  };
}

/** Why the breaker trips, or null. `taken`: mails that the relay took since the same time as `returned`. */
export function overShare(returned: Returned, taken: number, thresholds: ReturnThresholds): Reason | null {
  const { bounced, complained } = returned;
  if (isOver(bounced, taken, thresholds.bounceShare, BOUNCES)) {
    const words = `${bounced} of ${taken} mails that the relay took have bounced (${percent(bounced, taken)})`;
    return reasonOf("bounces", words, { count: bounced, of: taken });
  }
  if (isOver(complained, taken, thresholds.complaintShare, COMPLAINTS)) {
    const words = `${complained} of ${taken} mails that the relay took were reported as abuse (${percent(complained, taken)})`;
    return reasonOf("complaints", words, { count: complained, of: taken });
  }
  return null;
}

function isOver(count: number, taken: number, share: number, least: { taken: number; count: number }): boolean {
  return taken >= least.taken && count >= least.count && count / taken > share;
}

function percent(count: number, of: number): string {
  return `${((100 * count) / of).toFixed(1)} %`;
}

/** Pauses a running push of whose mails too many came back. */
export function pauseOverShare(ledger: Ledger, limits: Limits, now: number): void {
  const push = ledger.push();
  if (push?.status !== "running") return;
  const returned = returnedOf(push);
  if (returned.bounced + returned.complained === 0) return;
  const reason = overShare(returned, takenOf(ledger.tallies()) - returned.taken, limits.returned);
  if (reason !== null) pause(ledger, push, reason, now);
}

/**
 * Whether a bounce's suppression waits: the push has not ended, and its bounce share is over the limit, with these
 * events counted. Then a fault of the relay or of ours is as likely as a list of dead mailboxes.
 *
 * @param before the rows of the events' deliveries
 */
export function holdsBounces(
  ledger: Ledger,
  limits: Limits,
  events: readonly FeedbackEvent[],
  before: readonly DeliveryRow[],
): boolean {
  const push = ledger.push();
  if (push === null || (push.status !== "running" && push.status !== "paused")) return false;
  const after = new Map(before.map((row) => [row.id, row]));
  for (const event of events) {
    const row = after.get(event.recipient ?? -1);
    const change = row === undefined ? null : feedbackTransition(row, event);
    if (row !== undefined && change !== null && change !== "later")
      after.set(row.id, { ...row, ...change } as DeliveryRow);
  }
  const returned = returnedOf(push);
  const { bounced } = counted(returned, before, after);
  const newly = before.filter((row) => !isTaken(row) && isTaken(after.get(row.id) ?? row)).length;
  const taken = takenOf(ledger.tallies()) + newly - returned.taken;
  return isOver(bounced, taken, limits.returned.bounceShare, BOUNCES);
}

function isTaken({ state }: DeliveryRow): boolean {
  return state === "sent" || state === "bounced" || state === "complained";
}
