// Pushes whose ledger may still be there: after retention only their row in D1 is left.

/** A push that may have a delivery to a person. */
export interface KeptPush {
  readonly id: string;
  readonly subject: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

/** Rows read at once: old pushes that are kept no more must not make a look longer and longer. */
const LOOKED_AT = 1_000;

/**
 * The newest pushes below `before` (null: all) that are not past retention, and that ended after `since`, so that they
 * may reach somebody who was there then. `end`: go on below this id; null: there are no more rows.
 */
export async function listKept(
  db: D1Database,
  { before, since, limit }: { before: string | null; since: number; limit: number },
): Promise<{ pushes: KeptPush[]; end: string | null }> {
  const { results } = await db
    .prepare(
      `SELECT id, summary ->> '$.subject' AS subject, created_at AS createdAt,
              coalesce(summary ->> '$.finishedAt' >= ?2, true) AS isKept
       FROM (SELECT id, summary, created_at FROM pushes WHERE id < ?1 ORDER BY id DESC LIMIT ${LOOKED_AT})
       ORDER BY id DESC`,
    )
    .bind(before ?? "~", since)
    .all<KeptPush & { isKept: number }>();
  const kept = results.filter(({ isKept }) => isKept === 1);
  const pushes = kept.slice(0, limit).map(({ id, subject, createdAt }) => ({ id, subject, createdAt }));
  if (kept.length > limit) return { pushes, end: pushes.at(-1)?.id ?? null };
  return { pushes, end: results.length < LOOKED_AT ? null : (results.at(-1)?.id ?? null) };
}
