import { addressKey } from "./address.ts";

// Addresses that get no mail. By address, so that a suppression outlives the recipient's row.

export const SUPPRESSION_REASONS = ["unsubscribed", "no-such-user", "bounced", "complained", "manual"] as const;
export type SuppressionReason = (typeof SUPPRESSION_REASONS)[number];

export interface Suppression {
  readonly address: string;
  readonly reason: SuppressionReason;
  /** The server reply or a user's note. */
  readonly detail: string | null;
  /** The push that caused it; null: none. */
  readonly push: string | null;
}

/** Suppresses addresses. A suppressed address keeps its first reason, so that the call may be repeated. */
export async function addSuppressions(db: D1Database, entries: readonly Suppression[], now: number): Promise<void> {
  if (entries.length === 0) return;
  const rows = entries.map(({ address, reason, detail, push }) => [addressKey(address), reason, detail, push]);
  await db
    .prepare(
      `INSERT INTO suppressions (address_key, reason, detail, push, created_at)
       SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, ?2 FROM json_each(?1) WHERE true
           ON CONFLICT (address_key) DO NOTHING`,
    )
    .bind(JSON.stringify(rows), now)
    .run();
}

/** A stored suppression: the address in lower case, the time in epoch milliseconds. */
export interface KnownSuppression extends Suppression {
  readonly createdAt: number;
}

const COLUMNS = "address_key AS address, reason, detail, push, created_at AS createdAt";

/** Ordered by address, after `after`; `reason` null: all reasons. */
export async function listSuppressions(
  db: D1Database,
  { after, reason, limit }: { after: string; reason: SuppressionReason | null; limit: number },
): Promise<KnownSuppression[]> {
  const { results } = await db
    .prepare(
      `SELECT ${COLUMNS} FROM suppressions
       WHERE address_key > ?1 AND (?2 IS NULL OR reason = ?2) ORDER BY address_key LIMIT ?3`,
    )
    .bind(addressKey(after), reason, limit)
    .all<KnownSuppression>();
  return results;
}

/** Null if not suppressed. */
export async function findSuppression(db: D1Database, address: string): Promise<KnownSuppression | null> {
  const found = db.prepare(`SELECT ${COLUMNS} FROM suppressions WHERE address_key = ?1`).bind(addressKey(address));
  return found.first<KnownSuppression>();
}

/** Whether the address was suppressed. */
export async function removeSuppression(db: D1Database, address: string): Promise<boolean> {
  const { meta } = await db.prepare("DELETE FROM suppressions WHERE address_key = ?1").bind(addressKey(address)).run();
  return meta.changes > 0;
}
