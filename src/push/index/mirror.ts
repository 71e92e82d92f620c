import type { PushStatus } from "../rpc.ts";

/**
 * Writes a push's status to its row in D1. Mirrors may arrive in any order or twice: the higher version wins. The
 * filter, which never changes, is written by the first mirror alone.
 */
export async function mirror(db: D1Database, push: PushStatus, version: number): Promise<void> {
  const { filter, ...summary } = push;
  await db
    .prepare(
      `INSERT INTO pushes (id, action, status, created_at, version, summary, filter) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
       ON CONFLICT (id) DO UPDATE SET status = excluded.status, version = excluded.version, summary = excluded.summary
       WHERE excluded.version > pushes.version`,
    )
    .bind(push.id, push.action, push.status, push.createdAt, version, JSON.stringify(summary), JSON.stringify(filter))
    .run();
}
