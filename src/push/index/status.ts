import { failureOf, successOf, type Tallies, totalOf } from "../../core/states.ts";
import { windowOf } from "../alarm/plan.ts";
import { healthOf } from "../health/health.ts";
import { takenOf } from "../health/returned.ts";
import type { Ledger, PushRow } from "../ledger/ledger.ts";
import type { PushStatus } from "../rpc.ts";
import { historyOf } from "../steering/history.ts";
import { originOf } from "../steering/origin.ts";

/** A push's status, read from its rows; the tallies are exact. */
export function statusOf(ledger: Ledger, push: PushRow, staleAfterMs: number): PushStatus {
  const tallies = ledger.tallies();
  const { rate, outage } = healthOf(push);
  const content = ledger.sql.exec<{ subject: string; list: number }>("SELECT subject, list FROM content").one();
  return {
    id: push.id,
    action: push.action,
    status: push.status,
    reason: push.reason,
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
    currentRate: rate.perSecond,
    window: windowOf({ window: push.window, rate: rate.perSecond, staleAfterMs }),
    relay: { ok: outage.since === null, since: outage.since, error: outage.error, nextTryAt: outage.nextTryAt },
    steering: historyOf(ledger),
    createdAt: push.created_at,
    sendAt: push.send_at,
    startedAt: push.started_at,
    finishedAt: push.finished_at,
    expiresAt: push.expires_at,
  };
}

/** A share of the mails that the relay took; null: it has taken none. */
function shareOf(count: number, tallies: Tallies): number | null {
  const taken = takenOf(tallies);
  return taken === 0 ? null : count / taken;
}
