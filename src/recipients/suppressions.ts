import { addressKey } from "./address.ts";

// Who must not get mail, whatever list they are on. By address: it outlives the recipient's row.

export const SUPPRESSION_REASONS = ["unsubscribed", "no-such-user", "bounced", "complained", "manual"] as const;
export type SuppressionReason = (typeof SUPPRESSION_REASONS)[number];

export interface Suppression {
  readonly address: string;
  readonly reason: SuppressionReason;
  /** The server's or the person's words. */
  readonly detail: string | null;
  /** The push that taught us, where there is one. */
  readonly push: string | null;
}

/** Suppresses addresses. Who is suppressed already stays so with the first reason: doing it again changes nothing. */
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

/** As it is stored: the address without regard to case, and when that was, in epoch milliseconds. */
export interface KnownSuppression extends Suppression {
  readonly createdAt: number;
}

const COLUMNS = "address_key AS address, reason, detail, push, created_at AS createdAt";

/** By address, behind `after`; `reason` null: for whatever reason. */
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

/** That of this address, or null. */
export async function findSuppression(db: D1Database, address: string): Promise<KnownSuppression | null> {
  const found = db.prepare(`SELECT ${COLUMNS} FROM suppressions WHERE address_key = ?1`).bind(addressKey(address));
  return found.first<KnownSuppression>();
}

/** Whether there was a suppression of this address. */
export async function removeSuppression(db: D1Database, address: string): Promise<boolean> {
  const { meta } = await db.prepare("DELETE FROM suppressions WHERE address_key = ?1").bind(addressKey(address)).run();
  return meta.changes > 0;
}
