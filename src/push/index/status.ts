import { failureOf, successOf, type Tallies, totalOf } from "../../core/states.ts";
import { releaseFacts } from "../alarm/facts.ts";
import { windowOf } from "../alarm/plan.ts";
import { canaryOf, openCanary } from "../canary/canary.ts";
import { canaryWaiting, releasable } from "../canary/rows.ts";
import { takenOf } from "../health/returned.ts";
import type { Ledger, PushRow } from "../ledger/ledger.ts";
import type { Limits } from "../limits.ts";
import { detailOf, type Reason } from "../reason.ts";
import type { PushStatus } from "../rpc.ts";
import { historyOf } from "../steering/history.ts";
import { originOf } from "../steering/origin.ts";
import { relaysOf, waitingFor, worstOf } from "./relays.ts";

/** A push's status, read from its rows; the tallies are exact. */
export function statusOf(ledger: Ledger, push: PushRow, limits: Limits, now: number): PushStatus {
  const tallies = ledger.tallies();
  const facts = releaseFacts(ledger, push, limits, now);
  const relays = relaysOf(push, limits, now);
  const waiting = waitingOf(ledger, push, limits, now);
  const content = ledger.sql.exec<{ subject: string; list: number }>("SELECT subject, list FROM content").one();
  return {
    id: push.id,
    action: push.action,
    status: push.status,
    reason: push.reason,
    reasonDetail: push.reason_detail === null ? null : JSON.parse(push.reason_detail),
    filter: JSON.parse(push.filter),
    ...originOf(ledger),
    subject: content.subject,
    list: content.list === 1,
    expected: push.expected,
    expectedIsEstimate: push.expected_is_estimate === 1,
    total: totalOf(tallies),
    snapshotDone: push.snapshot_done === 1,
    tallies,
    success: successOf(tallies),
    failure: failureOf(tallies),
    rates: { bounce: shareOf(tallies.bounced, tallies), complaint: shareOf(tallies.complained, tallies) },
    unsubscribed: push.unsubscribed,
    rate: push.rate,
    // Without a lease there is no rate to show, as between a cut and the relay's next answer.
    currentRate: facts.rate === 0 ? null : facts.rate,
    window: windowOf(facts),
    relay: worstOf(push, relays),
    relays,
    priority: push.priority,
    contentVersion: push.content_version,
    expiresInSeconds: push.expires_in_seconds,
    inDoubt: push.in_doubt,
    onceKey: ledger.once?.key ?? null,
    canary: canaryView(push),
    waiting: waiting?.words ?? null,
    waitingDetail: waiting === null ? null : detailOf(waiting),
    steering: historyOf(ledger),
    createdAt: push.created_at,
    sendAt: push.send_at,
    startedAt: push.started_at,
    finishedAt: push.finished_at,
    expiresAt: push.expires_at,
  };
}

/** Why nothing is sent: the relays matter only while there is something that may go. */
function waitingOf(ledger: Ledger, push: PushRow, limits: Limits, now: number): Reason | null {
  const { pending, queued, deferred } = ledger.tallies();
  const maySend = openCanary(push) === null || releasable(ledger, push) + queued > 0;
  const relays = maySend ? waitingFor(push, limits, pending + queued + deferred, now) : null;
  return relays ?? canaryWaiting(ledger, push);
}

function canaryView(push: PushRow): PushStatus["canary"] {
  const canary = canaryOf(push);
  if (canary === null) return null;
  const { count, waitSeconds, maxFailureShare, waitsFrom, verdict } = canary;
  const waitsUntil = waitsFrom === null ? null : waitsFrom + waitSeconds * 1000;
  return { count, waitSeconds, maxFailureShare, waitsUntil, verdict };
}

/** A share of the mails that the relay took; null: it has taken none. */
function shareOf(count: number, tallies: Tallies): number | null {
  const taken = takenOf(tallies);
  return taken === 0 ? null : count / taken;
}
