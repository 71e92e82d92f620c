import { blanked } from "../../core/blanked.ts";

/** A push, and the key under which it may have reserved people. */
export interface Summarised {
  readonly id: string;
  readonly onceKey: string | null;
}

/**
 * Blanks an address in the rows of the next pushes; resolves to these, in order.
 *
 * @param after the last push done; "": none
 */
export async function eraseFromSummaries(
  db: D1Database,
  address: string,
  after: string,
  limit: number,
): Promise<Summarised[]> {
  const { results } = await db
    .prepare(
      `SELECT id, summary ->> '$.onceKey' AS onceKey, CASE WHEN instr(lower(filter), lower(?3)) THEN filter END AS filter,
              CASE WHEN instr(lower(summary), lower(?3)) THEN summary END AS summary
         FROM pushes WHERE id > ?1 ORDER BY id LIMIT ?2`,
    )
    .bind(after, limit, address)
    .all<Summarised & { filter: string | null; summary: string | null }>();
  const named = results.filter(({ filter, summary }) => filter !== null || summary !== null);
  const changes = named.map(({ id, filter, summary }) => {
    return db
      .prepare("UPDATE pushes SET filter = coalesce(?2, filter), summary = coalesce(?3, summary) WHERE id = ?1")
      .bind(id, filter && blanked(filter, address), summary && blanked(summary, address));
  });
  if (changes.length > 0) await db.batch(changes);
  return results.map(({ id, onceKey }) => ({ id, onceKey }));
}
