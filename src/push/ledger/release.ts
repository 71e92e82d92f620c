import { openCanary } from "../canary/canary.ts";
import { healthOf, isDeferred } from "../health/health.ts";
import type { Limits } from "../limits.ts";
import type { Ledger } from "./ledger.ts";

/** `sendBatch` takes at most 100 messages. */
export const RELEASE_SIZE = 100;

/** Deliveries marked `queued` together and sent in one `sendBatch`. */
export interface Release {
  readonly n: number;
  readonly ids: readonly number[];
}

/** A pending delivery that may be queued. */
interface Ready extends Record<string, SqlStorageValue> {
  readonly id: number;
  readonly redeliveries: number;
}

/**
 * Marks up to `count` pending deliveries as queued, in releases of 100. Requeued ones go first: they have waited
 * longest and are few. Where the relay defers everything they go last: these may be recipients of one domain that is
 * down, and only others can show that the relay is not. Call in a transaction that has checked the push's state.
 */
export function markReleased(ledger: Ledger, limits: Limits, count: number, now: number): Release[] {
  const push = ledger.push();
  const requeued = (limit: number): Ready[] =>
    ledger.sql
      .exec<Ready>(
        `SELECT id, redeliveries FROM delivery WHERE state = 'pending' AND due_at <= ?1 ORDER BY due_at LIMIT ?2`,
        now,
        limit,
      )
      .toArray();
  // Before a canary's verdict its deliveries alone, which have a due time.
  const hasCanary = push !== null && openCanary(push) !== null;
  const untouched = (limit: number): Ready[] =>
    hasCanary
      ? []
      : ledger.sql
          .exec<Ready>(
            `SELECT id, redeliveries FROM delivery WHERE id > ?1 AND state = 'pending' AND due_at IS NULL ORDER BY id LIMIT ?2`,
            push?.release_cursor ?? 0,
            limit,
          )
          .toArray();
  const untouchedFirst = push !== null && isDeferred(healthOf(push));
  const first = untouchedFirst ? untouched(count) : requeued(count);
  const then = untouchedFirst ? requeued(count - first.length) : untouched(count - first.length);
  const fresh = untouchedFirst ? first : then;
  const last = fresh.at(-1);
  if (last !== undefined) ledger.updatePush({ release_cursor: last.id });

  const rows = [...first, ...then];
  const releases: Release[] = [];
  for (let start = 0; start < rows.length; start += RELEASE_SIZE) {
    const chunk = rows.slice(start, start + RELEASE_SIZE);
    const ids = chunk.map((row) => row.id);
    // Each redelivery doubles the stale time, so that a slow queue is not flooded with copies.
    const staleMs = limits.staleAfterMs * 2 ** Math.min(16, Math.max(...chunk.map((row) => row.redeliveries)));
    const { n } = ledger.sql
      .exec<{ n: number }>(
        "INSERT INTO release (stale_at, ids) VALUES (?1, ?2) RETURNING n",
        now + staleMs,
        JSON.stringify(ids),
      )
      .one();
    ledger.moveAll(ids, "pending", "queued", { release: n, due_at: null }, now);
    releases.push({ n, ids });
  }
  return releases;
}

/**
 * Brings forward the deliveries that wait for their turn at a rate, in their order: the first at `from`, each other one
 * `gapMs` later. None is put off. Those that the queue gave up on keep the time at which the server wants them again.
 */
export function bringForward(ledger: Ledger, from: number, gapMs: number): void {
  ledger.changes++;
  ledger.sql.exec(
    `UPDATE delivery SET due_at = turn.at
     FROM (SELECT id, CAST(ceil(?1 + ?2 * (row_number() OVER (ORDER BY due_at, id) - 1)) AS INTEGER) AS at
           FROM delivery WHERE state = 'pending' AND due_at > ?1 AND dead_letters = 0) AS turn
     WHERE delivery.id = turn.id AND delivery.due_at > turn.at`,
    from,
    gapMs,
  );
}

/** `sendBatch` failed: returns rows still queued under these releases to pending, due at `retryAt`. */
export function undoRelease(ledger: Ledger, releases: readonly Release[], retryAt: number, now: number): void {
  for (const release of releases) {
    const queued = ledger.rows(release.ids).filter((row) => row.state === "queued" && row.release === release.n);
    ledger.moveAll(
      queued.map((row) => row.id),
      "queued",
      "pending",
      { due_at: retryAt },
      now,
    );
    ledger.sql.exec("DELETE FROM release WHERE n = ?1", release.n);
  }
}
