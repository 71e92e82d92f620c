import type { Limits } from "../limits.ts";
import type { Ledger } from "./ledger.ts";

/** `sendBatch` takes at most a hundred messages. */
export const RELEASE_SIZE = 100;

/** Deliveries marked `queued` together, to be sent to the queue together. */
export interface Release {
  readonly n: number;
  readonly ids: readonly number[];
}

/**
 * Marks up to `count` pending deliveries as queued, in releases of a hundred. Those that came back go first: they have
 * waited longest, and are few. Must be called in a transaction that has checked the push's state.
 */
export function markReleased(ledger: Ledger, limits: Limits, count: number, now: number): Release[] {
  const back = ledger.sql
    .exec<{ id: number; redeliveries: number }>(
      `SELECT id, redeliveries FROM delivery WHERE state = 'pending' AND due_at <= ?1 ORDER BY due_at LIMIT ?2`,
      now,
      count,
    )
    .toArray();
  const cursor = ledger.push()?.release_cursor ?? 0;
  const fresh = ledger.sql
    .exec<{ id: number; redeliveries: number }>(
      `SELECT id, redeliveries FROM delivery WHERE id > ?1 AND state = 'pending' AND due_at IS NULL ORDER BY id LIMIT ?2`,
      cursor,
      count - back.length,
    )
    .toArray();
  const last = fresh.at(-1);
  if (last !== undefined) ledger.updatePush({ release_cursor: last.id });

  const rows = [...back, ...fresh];
  const releases: Release[] = [];
  for (let start = 0; start < rows.length; start += RELEASE_SIZE) {
    const part = rows.slice(start, start + RELEASE_SIZE);
    const ids = part.map((row) => row.id);
    // Each time that the queue forgot a delivery, it gets twice as long: a slow queue must not be flooded with copies.
    const patience = limits.staleAfterMs * 2 ** Math.min(16, Math.max(...part.map((row) => row.redeliveries)));
    const { n } = ledger.sql
      .exec<{ n: number }>(
        "INSERT INTO release (stale_at, ids) VALUES (?1, ?2) RETURNING n",
        now + patience,
        JSON.stringify(ids),
      )
      .one();
    ledger.moveAll(ids, "pending", "queued", { release: n, due_at: null }, now);
    releases.push({ n, ids });
  }
  return releases;
}

/** `sendBatch` failed: what is still queued under these releases goes back, to be tried again at `retryAt`. */
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
