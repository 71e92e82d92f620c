import { sweepCanary } from "../canary/rows.ts";
import { resendsAllowed } from "../health/resends.ts";
import type { Limits } from "../limits.ts";
import { cancel } from "../steering/commands.ts";
import { heldUntil, NOT_APPROVED } from "../steering/hold.ts";
import type { DeliveryRow, Ledger, PushRow } from "./ledger.ts";
import { sweepRetries } from "./retries.ts";
import { doubted } from "./transition.ts";

/** Rows per step, to bound the work of one alarm. */
const CHUNK = 5_000;
const CLAIMS_AT_ONCE = 200;
const RELEASES_AT_ONCE = 100;

/**
 * Handles expired leases, due resends of doubts, deliveries that the queue lost, deliveries past their expiry, and rows
 * that a cancel or a retry has still to move. Returns true if more may be due now.
 */
export function sweep(ledger: Ledger, limits: Limits, now: number): boolean {
  const push = ledger.push();
  if (push === null) return false;
  const requeue = () => sweepRetries(ledger, now);
  const steps = [
    sweepHeld,
    requeue,
    sweepLeases,
    sweepDoubts,
    sweepReleases,
    sweepDeferred,
    sweepExpired,
    sweepCancelled,
  ];
  const canary = () => sweepCanary(ledger, now);
  return [...steps, canary].map((step) => step(ledger, push, limits, now)).includes(true);
}

/** Cancels a push that nobody has approved in time. */
function sweepHeld(ledger: Ledger, push: PushRow, _limits: Limits, now: number): boolean {
  if (push.status !== "held" || heldUntil(push) > now) return false;
  cancel(ledger, push, NOT_APPROVED);
  return true;
}

/** Puts deliveries under an expired lease in doubt: the consumer died. */
function sweepLeases(ledger: Ledger, push: PushRow, limits: Limits, now: number): boolean {
  // Leases have equal length, so they end in claim order and a cursor replaces an index. The cursor must not pass a
  // running lease, or that lease is never swept.
  const next = ledger.sql
    .exec<{ n: number; lease_until: number; granted: string }>(
      "SELECT n, lease_until, granted FROM claim WHERE n > ?1 ORDER BY n LIMIT ?2",
      push.swept_claim,
      CLAIMS_AT_ONCE,
    )
    .toArray();
  const running = next.findIndex((claim) => claim.lease_until > now);
  const claims = running < 0 ? next : next.slice(0, running);
  for (const { n, granted } of claims) {
    ledger.openClaims.close(n);
    const held = ledger.rows(JSON.parse(granted)).filter((row) => row.state === "sending" && row.claim === n);
    const reason = "the consumer that held it never reported back";
    ledger.store(
      held,
      held.map((row) => doubted(row, reason, push, limits, now)),
      now,
    );
  }
  const last = claims.at(-1);
  if (last !== undefined) ledger.updatePush({ swept_claim: last.n });
  return claims.length === CLAIMS_AT_ONCE;
}

function sweepDoubts(ledger: Ledger, push: PushRow, _limits: Limits, now: number): boolean {
  if (push.status === "cancelled" || expired(push, now)) {
    // No more resends: deliveries in doubt stay so until a person decides.
    const held = ids(ledger, "SELECT id FROM delivery WHERE state = 'in_doubt' AND due_at IS NOT NULL LIMIT ?1", CHUNK);
    ledger.moveAll(held, "in_doubt", "in_doubt", { due_at: null }, now);
    return held.length === CHUNK;
  }
  const limit = resendsAllowed(ledger, push, CHUNK, now);
  if (limit === 0) return false;
  // In the order of the index: the one that has waited longest is the probe.
  const query = "SELECT id FROM delivery WHERE state = 'in_doubt' AND due_at <= ?1 ORDER BY due_at LIMIT ?2";
  const due = ids(ledger, query, now, limit);
  ledger.moveAll(due, "in_doubt", "pending", { due_at: now }, now);
  return due.length === CHUNK;
}

/** Unclaimed releases: the queue lost them, or the object died before `sendBatch`. */
function sweepReleases(ledger: Ledger, _push: PushRow, _limits: Limits, now: number): boolean {
  const stale = ledger.sql
    .exec<{ n: number; ids: string }>("SELECT n, ids FROM release WHERE stale_at <= ?1 LIMIT ?2", now, RELEASES_AT_ONCE)
    .toArray();
  for (const { n, ids } of stale) {
    const lost = ledger.rows(JSON.parse(ids)).filter((row) => row.state === "queued" && row.release === n);
    ledger.store(
      lost,
      lost.map((row) => redelivered(row, now)),
      now,
    );
    ledger.sql.exec("DELETE FROM release WHERE n = ?1", n);
  }
  return stale.length === RELEASES_AT_ONCE;
}

/**
 * Deferred deliveries that the queue did not bring back after `due_at`. Each redelivery doubles the time allowed. A look
 * over many rows takes several steps and then rests: most of them may have been redelivered before.
 */
function sweepDeferred(ledger: Ledger, push: PushRow, limits: Limits, now: number): boolean {
  const begun = push.deferred_due !== null;
  if (!begun && push.deferred_from > now) return false;
  const until = now - limits.staleAfterMs;
  const [due, id] = [push.deferred_due ?? 0, push.deferred_id];
  // Two searches: with a comparison of (due_at, id) SQLite would read all rows of one due time in each step.
  const same = begun ? lookAtDeferred(ledger, "due_at = ?1 AND id > ?2", [due, id], CHUNK) : [];
  const later = lookAtDeferred(ledger, "due_at > ?1 AND due_at <= ?2", [due, until], CHUNK - same.length);
  const looked = [...same, ...later];
  const stale = looked.filter((row) => row.due_at + limits.staleAfterMs * 2 ** Math.min(16, row.redeliveries) <= now);
  const lost = ledger.rows(stale.map((row) => row.id));
  ledger.store(
    lost,
    lost.map((row) => redelivered(row, now)),
    now,
  );
  const last = looked.at(-1);
  if (looked.length === CHUNK && last !== undefined) {
    ledger.updatePush({ deferred_due: last.due_at, deferred_id: last.id });
    return true;
  }
  if (begun) ledger.updatePush({ deferred_due: null, deferred_from: now + limits.staleAfterMs / 2 });
  return false;
}

type Deferred = Pick<DeliveryRow, "id" | "redeliveries"> & { due_at: number };

function lookAtDeferred(ledger: Ledger, range: string, binds: readonly number[], limit: number): Deferred[] {
  return ledger.sql
    .exec<Deferred>(
      `SELECT id, due_at, redeliveries FROM delivery WHERE state = 'deferred' AND ${range} ORDER BY due_at, id LIMIT ?3`,
      ...binds,
      limit,
    )
    .toArray();
}

function redelivered(row: Pick<DeliveryRow, "id" | "redeliveries">, now: number) {
  return { id: row.id, state: "pending", redeliveries: row.redeliveries + 1, due_at: now } as const;
}

/** Past the push's expiry unsent deliveries fail; deliveries in doubt stay in doubt. */
function sweepExpired(ledger: Ledger, push: PushRow, _limits: Limits, now: number): boolean {
  if (!expired(push, now)) return false;
  return endUnsent(ledger, "failed", "expired", now);
}

function sweepCancelled(ledger: Ledger, push: PushRow, _limits: Limits, now: number): boolean {
  if (push.status !== "cancelled") return false;
  return endUnsent(ledger, "cancelled", null, now);
}

/** A paused push does not expire. */
function expired(push: PushRow, now: number): boolean {
  return push.status === "running" && push.expires_at !== null && push.expires_at <= now;
}

/** Ends a chunk of the unsent deliveries and keeps the relay's last reply. */
function endUnsent(ledger: Ledger, to: "failed" | "cancelled", reason: string | null, now: number): boolean {
  let remaining = CHUNK;
  for (const [state, find] of UNSENT) {
    // Check the tally first: a query for an empty state would scan the whole table.
    if (remaining === 0 || ledger.tallies()[state] === 0) continue;
    const found = find(ledger, remaining);
    const set = reason === null ? { due_at: null } : { due_at: null, class: reason };
    ledger.moveAll(found, state, to, set, now);
    remaining -= found.length;
  }
  return remaining === 0;
}

type FindIds = (ledger: Ledger, limit: number) => number[];

/** How to find a chunk of each unsent state without reading all rows. */
const UNSENT: readonly (readonly ["deferred" | "pending" | "queued", FindIds])[] = [
  ["deferred", (ledger, limit) => ids(ledger, "SELECT id FROM delivery WHERE state = 'deferred' LIMIT ?1", limit)],
  ["pending", requeued],
  ["pending", fresh],
  // At most one window of rows.
  ["queued", (ledger, limit) => ids(ledger, "SELECT id FROM delivery WHERE state = 'queued' LIMIT ?1", limit)],
];

function requeued(ledger: Ledger, limit: number): number[] {
  return ids(ledger, "SELECT id FROM delivery WHERE state = 'pending' AND due_at IS NOT NULL LIMIT ?1", limit);
}

/** Finds rows by the release cursor and advances it, so that no row is read twice. */
function fresh(ledger: Ledger, limit: number): number[] {
  const query = "SELECT id FROM delivery WHERE id > ?1 AND state = 'pending' AND due_at IS NULL ORDER BY id LIMIT ?2";
  const found = ids(ledger, query, ledger.push()?.release_cursor ?? 0, limit);
  const last = found.at(-1);
  if (last !== undefined) ledger.updatePush({ release_cursor: last });
  return found;
}

function ids(ledger: Ledger, query: string, ...binds: number[]): number[] {
  return ledger.sql
    .exec<{ id: number }>(query, ...binds)
    .toArray()
    .map((row) => row.id);
}
