import type { PushStatus } from "../rpc.ts";

/**
 * Writes a push's status to its row in D1. Mirrors may arrive in any order or twice: the higher version wins.
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
