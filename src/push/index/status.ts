import { type DeliveryState, failureOf, successOf, totalOf } from "../../core/states.ts";
import { windowOf } from "../alarm/plan.ts";
import { healthOf } from "../health/health.ts";
import type { Ledger, PushRow } from "../ledger/ledger.ts";
import { EXCEPTIONAL, EXCEPTIONAL_STATES } from "../ledger/schema.ts";
import type { DeliveriesQuery, DeliveryView, PushStatus } from "../rpc.ts";

/** A push's status, read from its rows; the tallies are exact. */
export function statusOf(ledger: Ledger, push: PushRow, staleAfterMs: number): PushStatus {
  const tallies = ledger.tallies();
  const { rate, outage } = healthOf(push);
  const subject = ledger.sql.exec<{ subject: string }>("SELECT subject FROM content").one().subject;
  return {
    id: push.id,
    action: push.action,
    status: push.status,
    reason: push.reason,
    filter: JSON.parse(push.filter),
    subject,
    expected: push.expected,
    total: totalOf(tallies),
    snapshotDone: push.snapshot_done === 1,
    tallies,
    success: successOf(tallies),
    failure: failureOf(tallies),
    rate: push.rate,
    currentRate: rate.perSecond,
    window: windowOf({ window: push.window, rate: rate.perSecond, staleAfterMs }),
    relay: { ok: outage.since === null, since: outage.since, error: outage.error, nextTryAt: outage.nextTryAt },
    createdAt: push.created_at,
    sendAt: push.send_at,
    startedAt: push.started_at,
    finishedAt: push.finished_at,
    expiresAt: push.expires_at,
  };
}

/** A page of the ledger, ordered by recipient id. */
export function deliveriesOf(ledger: Ledger, { state, after, limit }: DeliveriesQuery): DeliveryView[] {
  return ledger.sql
    .exec<Record<string, SqlStorageValue>>(
      `SELECT id, address, state, attempts, class, reply, due_at, updated_at FROM delivery ${indexFor(state)}
       WHERE id > ?1 ${conditionFor(state)} ORDER BY id LIMIT ?2`,
      after,
      limit,
    )
    .toArray()
    .map((row) => ({
      id: row.id as number,
      address: row.address as string,
      state: row.state as DeliveryState,
      attempts: row.attempts as number,
      class: row.class as string | null,
      reply: row.reply as string | null,
      dueAt: row.due_at as number | null,
      updatedAt: row.updated_at as number,
    }));
}

/**
 * Uses the partial index for exceptional states. SQLite has no statistics to prefer it by, and takes it only if the
 * query repeats the index's condition verbatim.
 */
function indexFor(state: DeliveryState | null): string {
  return state !== null && EXCEPTIONAL_STATES.has(state) ? "INDEXED BY delivery_exceptional" : "";
}

function conditionFor(state: DeliveryState | null): string {
  if (state === null) return "";
  return EXCEPTIONAL_STATES.has(state) ? `AND ${EXCEPTIONAL} ${IN_STATE[state]}` : IN_STATE[state];
}

/** Literals, not binds: SQLite uses a partial index only if the query's text implies the index's condition. */
const IN_STATE: Record<DeliveryState, string> = {
  pending: "AND state = 'pending'",
  queued: "AND state = 'queued'",
  sending: "AND state = 'sending'",
  deferred: "AND state = 'deferred'",
  in_doubt: "AND state = 'in_doubt'",
  sent: "AND state = 'sent'",
  failed: "AND state = 'failed'",
  skipped: "AND state = 'skipped'",
  cancelled: "AND state = 'cancelled'",
  bounced: "AND state = 'bounced'",
  complained: "AND state = 'complained'",
};
