import type { PushStatus } from "../rpc.ts";

// Reads the rows that `mirror` writes: one query for a list of pushes, instead of a call to each object.

/** The last summaries, newest first, of pushes with ids below `before` (null: all). Ids sort by time. */
export async function listSummaries(db: D1Database, before: string | null, limit: number): Promise<PushStatus[]> {
  const { results } = await db
    .prepare("SELECT summary FROM pushes WHERE id < ?1 ORDER BY id DESC LIMIT ?2")
    .bind(before ?? "~", limit)
    .all<{ summary: string }>();
  return results.map(({ summary }) => JSON.parse(summary));
}

/** The last summary of a push, or null if there is no such push. It outlives the push's ledger. */
export async function findSummary(db: D1Database, id: string): Promise<PushStatus | null> {
  const summary = await db.prepare("SELECT summary FROM pushes WHERE id = ?1").bind(id).first<string>("summary");
  return summary === null ? null : JSON.parse(summary);
}
