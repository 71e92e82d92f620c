import type { PushState } from "../../core/states.ts";
import type { PushStatus, PushSummary } from "../rpc.ts";

// Reads the rows that `mirror` writes: one query for a list of pushes, instead of a call to each object.

/** The last summaries, newest first, of pushes in `state` (null: any) with ids below `before` (null: all). Ids sort by time. */
export async function listSummaries(
  db: D1Database,
  state: PushState | null,
  before: string | null,
  limit: number,
): Promise<PushSummary[]> {
  const { results } = await db
    .prepare(
      `SELECT summary FROM pushes WHERE id < ?1 AND ${state === null ? "?3 IS NULL" : "status = ?3"} ORDER BY id DESC LIMIT ?2`,
    )
    .bind(before ?? "~", limit, state)
    .all<{ summary: string }>();
  return results.map(({ summary }) => JSON.parse(summary));
}

/** The last mirrored status of a push, or null if there is no such push. It outlives the push's ledger. */
export async function findMirrored(db: D1Database, id: string): Promise<PushStatus | null> {
  const row = await db
    .prepare("SELECT summary, filter FROM pushes WHERE id = ?1")
    .bind(id)
    .first<{ summary: string; filter: string }>();
  return row === null ? null : { filter: JSON.parse(row.filter), ...JSON.parse(row.summary) };
}
