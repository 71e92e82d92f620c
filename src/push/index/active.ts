/** Pushes of one look. */
const LOOK_AT_MOST = 500;

/** The pushes that send mail or will, by their last summaries: newest first, 500 at most. */
export async function listActive(db: D1Database): Promise<{ ids: string[]; hasMore: boolean }> {
  const { results } = await db
    .prepare("SELECT id FROM pushes WHERE status IN ('running', 'scheduled') ORDER BY id DESC LIMIT ?1")
    .bind(LOOK_AT_MOST + 1)
    .all<{ id: string }>();
  const ids = results.slice(0, LOOK_AT_MOST).map(({ id }) => id);
  return { ids, hasMore: results.length > LOOK_AT_MOST };
}
