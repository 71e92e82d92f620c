import type { PushStatus } from "../rpc.ts";

/**
 * Writes what a push is at to its row in D1. Mirrors may arrive in any order: the higher version wins, so the same one
 * may also be written twice.
 */
export async function mirror(db: D1Database, status: PushStatus, version: number): Promise<void> {
  await db
    .prepare(
      `INSERT INTO pushes (id, action, status, created_at, version, summary) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
       ON CONFLICT (id) DO UPDATE SET status = excluded.status, version = excluded.version, summary = excluded.summary
       WHERE excluded.version > pushes.version`,
    )
    .bind(status.id, status.action, status.status, status.createdAt, version, JSON.stringify(status))
    .run();
}
