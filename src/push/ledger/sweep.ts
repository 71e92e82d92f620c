import type { Limits } from "../limits.ts";
import type { DeliveryRow, Ledger, PushRow } from "./ledger.ts";
import { doubted } from "./transition.ts";

/** Rows looked at in one go: a bounded amount of work for each alarm. */
const CHUNK = 5_000;
const CLAIMS_AT_ONCE = 200;
const RELEASES_AT_ONCE = 100;

/**
 * Puts right what time has made wrong: leases that ran out, doubts whose resend is due, deliveries that the queue
 * forgot, deliveries past their expiry, what a cancel has still to move. Gives true if there may be more to do at once.
 */
export function sweep(ledger: Ledger, limits: Limits, now: number): boolean {
  const push = ledger.push();
  if (push === null) return false;
  const steps = [sweepLeases, sweepDoubts, sweepReleases, sweepDeferred, sweepExpired, sweepCancelled];
  return steps.map((step) => step(ledger, push, limits, now)).includes(true);
}

/** A consumer that died with its claim: nobody knows what it had sent. */
function sweepLeases(ledger: Ledger, push: PushRow, limits: Limits, now: number): boolean {
  // Leases are all as long, so they end in the order of the claims: a cursor serves, and no index. It never passes a
  // claim whose lease still runs, or that one would be forgotten.
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
    // No resend any more: whoever is in doubt now stays so until a person says.
    const held = ids(ledger, "SELECT id FROM delivery WHERE state = 'in_doubt' AND due_at IS NOT NULL LIMIT ?1", CHUNK);
    ledger.moveAll(held, "in_doubt", "in_doubt", { due_at: null }, now);
    return held.length === CHUNK;
  }
  const due = ids(ledger, "SELECT id FROM delivery WHERE state = 'in_doubt' AND due_at <= ?1 LIMIT ?2", now, CHUNK);
  ledger.moveAll(due, "in_doubt", "pending", { due_at: now }, now);
  return due.length === CHUNK;
}

/** Nobody came for these: the queue lost them, or the object died before it sent them. */
function sweepReleases(ledger: Ledger, _push: PushRow, _limits: Limits, now: number): boolean {
  const stale = ledger.sql
    .exec<{ n: number; ids: string }>("SELECT n, ids FROM release WHERE stale_at <= ?1 LIMIT ?2", now, RELEASES_AT_ONCE)
    .toArray();
  for (const { n, ids } of stale) {
    const forgotten = ledger.rows(JSON.parse(ids)).filter((row) => row.state === "queued" && row.release === n);
    ledger.store(
      forgotten,
      forgotten.map((row) => redelivered(row, now)),
      now,
    );
    ledger.sql.exec("DELETE FROM release WHERE n = ?1", n);
  }
  return stale.length === RELEASES_AT_ONCE;
}

/** The queue should have brought these back at `due_at`. Each time it is caught forgetting one, it gets twice as long. */
function sweepDeferred(ledger: Ledger, _push: PushRow, limits: Limits, now: number): boolean {
  const forgotten = ledger.sql
    .exec<DeliveryRow>(
      `SELECT * FROM delivery
       WHERE state = 'deferred' AND due_at <= ?1 - ?2 AND due_at + (?2 << min(redeliveries, 16)) <= ?1 LIMIT ?3`,
      now,
      limits.staleAfterMs,
      CHUNK,
    )
    .toArray();
  ledger.store(
    forgotten,
    forgotten.map((row) => redelivered(row, now)),
    now,
  );
  return forgotten.length === CHUNK;
}

function redelivered(row: DeliveryRow, now: number) {
  return { id: row.id, state: "pending", redeliveries: row.redeliveries + 1, due_at: now } as const;
}

/** A push started today is done today: what has not gone out by then fails; what is in doubt keeps its doubt. */
function sweepExpired(ledger: Ledger, push: PushRow, _limits: Limits, now: number): boolean {
  if (!expired(push, now)) return false;
  return endUnsent(ledger, "failed", "expired", now);
}

function sweepCancelled(ledger: Ledger, push: PushRow, _limits: Limits, now: number): boolean {
  if (push.status !== "cancelled") return false;
  return endUnsent(ledger, "cancelled", null, now);
}

/** The clock of a paused push stands still. */
function expired(push: PushRow, now: number): boolean {
  return push.status === "running" && push.expires_at !== null && push.expires_at <= now;
}

/** Ends a chunk of all that is neither out nor over. The last words of the relay stay where there were any. */
function endUnsent(ledger: Ledger, to: "failed" | "cancelled", reason: string | null, now: number): boolean {
  let left = CHUNK;
  for (const [state, some] of UNSENT) {
    // The tally says whether there are any, so that an empty state costs no scan of the whole table.
    if (left === 0 || ledger.tallies()[state] === 0) continue;
    const found = some(ledger, left);
    const set = reason === null ? { due_at: null } : { due_at: null, class: reason };
    ledger.moveAll(found, state, to, set, now);
    left -= found.length;
  }
  return left === 0;
}

type Some = (ledger: Ledger, limit: number) => number[];

/** Where to find a chunk of what is neither out nor over, without reading all that is. */
const UNSENT: readonly (readonly ["deferred" | "pending" | "queued", Some])[] = [
  ["deferred", (ledger, limit) => ids(ledger, "SELECT id FROM delivery WHERE state = 'deferred' LIMIT ?1", limit)],
  ["pending", requeued],
  ["pending", fresh],
  // A window of them at the most.
  ["queued", (ledger, limit) => ids(ledger, "SELECT id FROM delivery WHERE state = 'queued' LIMIT ?1", limit)],
];

function requeued(ledger: Ledger, limit: number): number[] {
  return ids(ledger, "SELECT id FROM delivery WHERE state = 'pending' AND due_at IS NOT NULL LIMIT ?1", limit);
}

/** By the cursor of the release, which moves on: nothing behind it is looked at again. */
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
