import { acceptedPerSecond } from "../../relay/acceptance.ts";
import { openCanary } from "../canary/canary.ts";
import { canaryAt } from "../canary/rows.ts";
import { type Health, healthOf } from "../health/health.ts";
import { resendsFrom } from "../health/resends.ts";
import { suppressible } from "../health/suppressions.ts";
import type { Ledger, PushRow } from "../ledger/ledger.ts";
import { giveBackAt } from "../ledger/once/give-back.ts";
import { markReleased, type Release } from "../ledger/release.ts";
import { hasRetries } from "../ledger/retries.ts";
import { nextPage } from "../ledger/snapshot.ts";
import type { Limits } from "../limits.ts";
import { choiceOf } from "../relay/choice.ts";
import { candidatesOf, leasedRate, nextTryAt } from "../relay/choose.ts";
import { nextReportAt } from "../relay/reporting.ts";
import { slotTime } from "../relay/schedule.ts";
import { heldUntil } from "../steering/hold.ts";
import {
  pacedAfter,
  pacedFrom,
  paceGapMs,
  type ReleaseFacts,
  releaseCount,
  SLOW_GAP_MS,
  type WakeFacts,
  windowOf,
} from "./plan.ts";

/** Maximum lag of a running push's row in D1. */
const MIRROR_EVERY_MS = 3_000;

/** Wake times are rounded up to whole seconds, so that a thousand leases do not cost a thousand alarms. */
const WAKE_RESOLUTION_MS = 1_000;
/** The same for deliveries that wait for their slot of a rate … */
const DUE_RESOLUTION_MS = 100;
/** … and where the rate is so slow that each has an alarm anyway. */
const SLOW_DUE_RESOLUTION_MS = 10;
/** A push that begins shows its pace after this time. */
const RAMP_MS = 250;

/** Reads the facts for `releaseCount` from the rows. */
export function releaseFacts(ledger: Ledger, push: PushRow, limits: Limits, now: number): ReleaseFacts {
  const tallies = ledger.tallies();
  const health = healthOf(push);
  const candidates = candidatesOf(limits, choiceOf(push, health));
  const leased = leasedRate(candidates, now);
  const relayAt = leased === 0 ? nextTryAt(candidates, now) : null;
  return {
    status: push.status,
    ready: tallies.pending === 0 ? 0 : readyCount(ledger, push, now),
    outstanding: tallies.queued + tallies.sending,
    window: Math.min(push.window, limits.window),
    rate: push.rate === null || leased === null ? (leased ?? push.rate) : Math.min(leased, push.rate),
    acceptedPerSecond: acceptedPerSecond(health.acceptance, now, { shortestMs: RAMP_MS }),
    queueMs: health.queueMs,
    pacedUntil: health.pacedUntil,
    slots: slotsOf(health, tallies.queued, now),
    staleAfterMs: limits.staleAfterMs,
    nextTryAt: latest(health.outage.nextTryAt, relayAt),
  };
}

/** When the slots of a push's own slow rate are due, behind those for which deliveries are on the queue. */
function slotsOf({ own }: Health, queued: number, now: number): ReleaseFacts["slots"] {
  if (own === null || own.gapMs < SLOW_GAP_MS) return null;
  return { nextAt: slotTime(own, queued, now), gapMs: own.gapMs };
}

/** Marks as queued what may be released now, `most` deliveries at most. Call in a transaction. */
export function releaseDue(ledger: Ledger, push: PushRow, limits: Limits, most: number, now: number): Release[] {
  const facts = releaseFacts(ledger, push, limits, now);
  const count = Math.min(most, releaseCount(facts, now));
  if (count === 0) return [];
  const releases = markReleased(ledger, limits, count, now);
  if (paceGapMs(facts) !== null) {
    ledger.updatePush({ health: JSON.stringify({ ...healthOf(push), pacedUntil: pacedAfter(facts, count, now) }) });
  }
  return releases;
}

/** Reads the facts for `nextWake` from the rows. */
export function wakeFacts(ledger: Ledger, push: PushRow, limits: Limits, now: number): WakeFacts {
  const tallies = ledger.tallies();
  const running = push.status === "running";
  const unsent = tallies.pending + tallies.queued + tallies.deferred;
  const release = releaseFacts(ledger, push, limits, now);
  const returning = giveBackAt(ledger, limits.backoffScale);
  return {
    workNow:
      nextPage(push) !== null ||
      hasRetries(ledger) ||
      (push.status === "cancelled" && unsent > 0) ||
      (running && push.expires_at !== null && push.expires_at <= now && unsent > 0) ||
      releaseCount(release, now) > 0,
    startsAt: push.status === "scheduled" ? (push.send_at ?? now) : null,
    heldUntil: push.status === "held" ? heldUntil(push) : null,
    pendingDueAt: running && tallies.pending > 0 ? firstPendingDue(ledger, release.slots !== null, now) : null,
    canaryAt: canaryAt(ledger, push, now),
    relayNextTryAt: running && tallies.pending > 0 ? ifFuture(release.nextTryAt, now) : null,
    pacedFrom:
      running && release.ready > 0 && release.outstanding < windowOf(release)
        ? ifFuture(pacedFrom(release), now)
        : null,
    reportAt: nextReportAt(ledger, push, limits, now),
    doubtDueAt: tallies.in_doubt > 0 ? doubtDueAt(ledger, push, now) : null,
    deferredStaleAt: tallies.deferred > 0 ? deferredStaleAt(ledger, push, limits, now) : null,
    releaseStaleAt:
      tallies.queued > 0 ? wholeSecond(queryTime(ledger, "SELECT min(stale_at) AS at FROM release")) : null,
    leaseEndsAt: tallies.sending > 0 ? wholeSecond(leaseEndsAt(ledger, push)) : null,
    expiresAt: running && (unsent > 0 || tallies.in_doubt > 0) ? ifFuture(push.expires_at, now) : null,
    // Together with the mirror: both write to D1, and neither is urgent.
    suppressAt: suppressible(ledger, push, 1).length > 0 ? push.mirrored_at + MIRROR_EVERY_MS : null,
    mirrorAt: push.unmirrored === 0 ? null : mirrorAt(push, now),
    giveBackAt: returning,
    retentionEndsAt: push.finished_at === null ? null : Math.max(push.finished_at + limits.retentionMs, returning ?? 0),
  };
}

/** At once when the push ends or pauses; else, also long after its end, in intervals. */
function mirrorAt(push: PushRow, now: number): number {
  const restsFrom = push.finished_at ?? (push.status === "paused" ? push.paused_at : null);
  const unseen = restsFrom !== null && push.mirrored_at <= restsFrom;
  return unseen ? now : push.mirrored_at + MIRROR_EVERY_MS;
}

/** Size of one release round; counting further would not change the result. */
const READY_LIMIT = 1_000;

/** Pending deliveries that are due, requeued and fresh; each kind is counted up to READY_LIMIT. */
function readyCount(ledger: Ledger, push: PushRow, now: number): number {
  // Before a canary's verdict none of the fresh ones: no id is greater.
  const after = openCanary(push) === null ? push.release_cursor : Number.MAX_SAFE_INTEGER;
  return ledger.sql
    .exec<{ n: number }>(
      `SELECT (SELECT count(*) FROM (SELECT 1 FROM delivery WHERE state = 'pending' AND due_at <= ?1 LIMIT ?3))
            + (SELECT count(*) FROM
                (SELECT 1 FROM delivery WHERE id > ?2 AND state = 'pending' AND due_at IS NULL LIMIT ?3)) AS n`,
      now,
      after,
      READY_LIMIT,
    )
    .one().n;
}

/** Earliest future due time of a requeued pending delivery. */
function firstPendingDue(ledger: Ledger, isSlow: boolean, now: number): number | null {
  const { at } = ledger.sql
    .exec<{ at: number | null }>("SELECT min(due_at) AS at FROM delivery WHERE state = 'pending' AND due_at > ?1", now)
    .one();
  const resolutionMs = isSlow ? SLOW_DUE_RESOLUTION_MS : DUE_RESOLUTION_MS;
  return at === null ? null : Math.ceil(at / resolutionMs) * resolutionMs;
}

/** When a resend is due; null while resends wait for something other than time. */
function doubtDueAt(ledger: Ledger, push: PushRow, now: number): number | null {
  const due = queryTime(
    ledger,
    "SELECT min(due_at) AS at FROM delivery WHERE state = 'in_doubt' AND due_at IS NOT NULL",
  );
  const over = push.status === "cancelled" || (push.expires_at !== null && push.expires_at <= now);
  if (due === null || over) return due;
  const from = resendsFrom(ledger, push, now);
  return from === null ? null : Math.max(due, from);
}

function deferredStaleAt(ledger: Ledger, push: PushRow, limits: Limits, now: number): number | null {
  if (push.deferred_due !== null) return now;
  const due = queryTime(
    ledger,
    "SELECT min(due_at) AS at FROM delivery WHERE state = 'deferred' AND due_at IS NOT NULL",
  );
  if (due === null) return null;
  const stale = due + limits.staleAfterMs;
  // In the past: the sweep has extended this row's stale time. Check again, but not immediately.
  return wholeSecond(Math.max(stale > now ? stale : now + limits.staleAfterMs / 2, push.deferred_from));
}

function leaseEndsAt(ledger: Ledger, push: PushRow): number | null {
  return (
    ledger.sql
      .exec<{ at: number }>("SELECT lease_until AS at FROM claim WHERE n > ?1 ORDER BY n LIMIT 1", push.swept_claim)
      .toArray()[0]?.at ?? null
  );
}

function queryTime(ledger: Ledger, query: string): number | null {
  return ledger.sql.exec<{ at: number | null }>(query).one().at;
}

function wholeSecond(at: number | null): number | null {
  return at === null ? null : Math.ceil(at / WAKE_RESOLUTION_MS) * WAKE_RESOLUTION_MS;
}

function latest(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other);
}

function ifFuture(at: number | null, now: number): number | null {
  return at === null || at <= now ? null : at;
}
