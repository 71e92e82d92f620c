import { holdsAny, needlesOf } from "../../core/search.ts";
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

/** Rows looked at in one search. */
const LOOKED_AT = 1_000;

/**
 * As `listSummaries`, those whose subject holds a text, in any case, or that have this id. `end`: go on below this id;
 * null: there are no more rows.
 */
export async function searchSummaries(
  db: D1Database,
  { search, state, before, limit }: { search: string; state: PushState | null; before: string | null; limit: number },
): Promise<{ found: PushSummary[]; end: string | null }> {
  const needles = needlesOf(search);
  const { results } = await db
    .prepare(
      `SELECT id, CASE WHEN id = ?4 OR ${holdsAny(["summary ->> '$.subject'"], needles, 5)} THEN summary END AS summary
       FROM (SELECT id, summary FROM pushes WHERE id < ?1 AND (?3 IS NULL OR status = ?3) ORDER BY id DESC LIMIT ?2)
       ORDER BY id DESC`,
    )
    .bind(before ?? "~", LOOKED_AT, state, search.trim(), ...needles)
    .all<{ id: string; summary: string | null }>();
  const found = results.flatMap(({ id, summary }) => (summary === null ? [] : [{ id, summary }]));
  const page = found.slice(0, limit);
  const looked = results.length < LOOKED_AT ? null : (results.at(-1)?.id ?? null);
  const end = found.length > limit ? (page.at(-1)?.id ?? null) : looked;
  return { found: page.map(({ summary }) => JSON.parse(summary)), end };
}

/** The last mirrored status of a push, or null if there is no such push. It outlives the push's ledger. */
export async function findMirrored(db: D1Database, id: string): Promise<PushStatus | null> {
  const row = await db
    .prepare("SELECT summary, filter FROM pushes WHERE id = ?1")
    .bind(id)
    .first<{ summary: string; filter: string }>();
  return row === null ? null : { filter: JSON.parse(row.filter), ...JSON.parse(row.summary) };
}
