import { healthOf } from "../health/health.ts";
import { suppressible } from "../health/suppressions.ts";
import type { Ledger, PushRow } from "../ledger/ledger.ts";
import { nextPage } from "../ledger/snapshot.ts";
import type { Limits } from "../limits.ts";
import { type ReleaseFacts, releaseCount, type WakeFacts } from "./plan.ts";

/** While a push runs, its row in D1 is this far behind at most. */
const MIRROR_EVERY_MS = 3_000;

/** Leases and stale times are looked at on whole seconds, so that a thousand of them are not a thousand alarms. */
const COARSE_MS = 1_000;

/** What decides the next release, read from the rows. */
export function releaseFacts(ledger: Ledger, push: PushRow, limits: Limits, now: number): ReleaseFacts {
  const tallies = ledger.tallies();
  const { rate, outage } = healthOf(push);
  return {
    status: push.status,
    ready: tallies.pending === 0 ? 0 : readyCount(ledger, push, now),
    outstanding: tallies.queued + tallies.sending,
    window: Math.min(push.window, limits.window),
    rate: rate.perSecond,
    staleAfterMs: limits.staleAfterMs,
    nextTryAt: outage.nextTryAt,
  };
}

/** What decides the next alarm, read from the rows. */
export function wakeFacts(ledger: Ledger, push: PushRow, limits: Limits, now: number): WakeFacts {
  const tallies = ledger.tallies();
  const running = push.status === "running";
  const unsent = tallies.pending + tallies.queued + tallies.deferred;
  const { outage } = healthOf(push);
  const release = releaseFacts(ledger, push, limits, now);
  const ended = push.finished_at !== null;
  return {
    workNow:
      nextPage(push) !== null ||
      (push.status === "cancelled" && unsent > 0) ||
      (running && push.expires_at !== null && push.expires_at <= now && unsent > 0) ||
      releaseCount(release, now) > 0,
    startsAt: push.status === "scheduled" ? (push.send_at ?? now) : null,
    pendingDueAt: running && tallies.pending > 0 ? firstPendingDue(ledger, now) : null,
    relayNextTryAt: running && tallies.pending > 0 ? later(outage.nextTryAt, now) : null,
    doubtDueAt:
      tallies.in_doubt > 0
        ? first(ledger, "SELECT min(due_at) AS at FROM delivery WHERE state = 'in_doubt' AND due_at IS NOT NULL")
        : null,
    deferredStaleAt: tallies.deferred > 0 ? deferredStaleAt(ledger, limits, now) : null,
    releaseStaleAt: tallies.queued > 0 ? coarse(first(ledger, "SELECT min(stale_at) AS at FROM release")) : null,
    leaseEndsAt: tallies.sending > 0 ? coarse(leaseEndsAt(ledger, push)) : null,
    expiresAt: running && (unsent > 0 || tallies.in_doubt > 0) ? later(push.expires_at, now) : null,
    // Together with the mirror: both are D1's, and neither is in a hurry.
    suppressAt: suppressible(ledger, push, 1).length > 0 ? push.mirrored_at + MIRROR_EVERY_MS : null,
    mirrorAt: push.unmirrored === 0 ? null : ended ? now : push.mirrored_at + MIRROR_EVERY_MS,
    retentionEndsAt: ended ? (push.finished_at ?? now) + limits.retentionMs : null,
  };
}

/** What one round releases: to count further at every event would cost, and change nothing. */
const READY_AT_MOST = 1_000;

/** Pending deliveries whose time has come: those that came back, and fresh ones; counted no further than matters. */
function readyCount(ledger: Ledger, push: PushRow, now: number): number {
  return ledger.sql
    .exec<{ n: number }>(
      `SELECT (SELECT count(*) FROM (SELECT 1 FROM delivery WHERE state = 'pending' AND due_at <= ?1 LIMIT ?3))
            + (SELECT count(*) FROM
                (SELECT 1 FROM delivery WHERE id > ?2 AND state = 'pending' AND due_at IS NULL LIMIT ?3)) AS n`,
      now,
      push.release_cursor,
      READY_AT_MOST,
    )
    .one().n;
}

/** When the first pending delivery that came back may go out again, if that is still to come. */
function firstPendingDue(ledger: Ledger, now: number): number | null {
  return coarse(
    ledger.sql
      .exec<{ at: number | null }>(
        "SELECT min(due_at) AS at FROM delivery WHERE state = 'pending' AND due_at > ?1",
        now,
      )
      .one().at,
  );
}

function deferredStaleAt(ledger: Ledger, limits: Limits, now: number): number | null {
  const due = first(ledger, "SELECT min(due_at) AS at FROM delivery WHERE state = 'deferred' AND due_at IS NOT NULL");
  if (due === null) return null;
  const stale = due + limits.staleAfterMs;
  // Past already: that row has been given more time than the first one gets. Look again, but not at once.
  return coarse(stale > now ? stale : now + limits.staleAfterMs / 2);
}

function leaseEndsAt(ledger: Ledger, push: PushRow): number | null {
  return (
    ledger.sql
      .exec<{ at: number }>("SELECT lease_until AS at FROM claim WHERE n > ?1 ORDER BY n LIMIT 1", push.swept_claim)
      .toArray()[0]?.at ?? null
  );
}

function first(ledger: Ledger, query: string): number | null {
  return ledger.sql.exec<{ at: number | null }>(query).one().at;
}

function coarse(at: number | null): number | null {
  return at === null ? null : Math.ceil(at / COARSE_MS) * COARSE_MS;
}

function later(at: number | null, now: number): number | null {
  return at === null || at <= now ? null : at;
}
