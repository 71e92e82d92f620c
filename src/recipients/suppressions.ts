import { addressKey } from "./address.ts";

// Addresses that get no mail. By address, so that a suppression outlives the recipient's row; one for each reason, and
// any reason counts.

export const SUPPRESSION_REASONS = ["unsubscribed", "no-such-user", "bounced", "complained", "manual"] as const;
export type SuppressionReason = (typeof SUPPRESSION_REASONS)[number];

export interface Suppression {
  readonly address: string;
  readonly reason: SuppressionReason;
  /** The server's reply, the person's words or a user's note. */
  readonly detail: string | null;
  /** The push that caused it; null: none. */
  readonly push: string | null;
  /** The delivery of `push` that caused it: the recipient's id. */
  readonly recipient?: number | null;
  /** When it happened, epoch milliseconds; by default, now. Not before its last lifting: it is not made again then. */
  readonly at?: number;
}

/** A suppression to make; `address` null: the present one of `recipient`, if there is one. */
export type NewSuppression = Omit<Suppression, "address"> & { readonly address: string | null };

/** A stored suppression: the address in lower case, the time in epoch milliseconds. */
export interface KnownSuppression extends Omit<Suppression, "at"> {
  readonly recipient: number | null;
  readonly createdAt: number;
}

/** A suppression that was taken back. */
export interface LiftedSuppression extends KnownSuppression {
  readonly liftedAt: number;
  /** The name of a token, or `unsubscribe-page`. */
  readonly liftedBy: string;
}

export const MAX_DETAIL_CHARACTERS = 500;

/** One `json_each` value is bound, of at most 2 MB. */
const ENTRIES_PER_STATEMENT = 500;

/**
 * Suppresses addresses; resolves to how many suppressions are new. A known one (same address and reason) keeps its words
 * and time, so that the call may be repeated.
 */
export async function addSuppressions(
  db: D1Database,
  entries: readonly NewSuppression[],
  now: number,
): Promise<number> {
  const statements: D1PreparedStatement[] = [];
  for (let start = 0; start < entries.length; start += ENTRIES_PER_STATEMENT) {
    const rows = entries
      .slice(start, start + ENTRIES_PER_STATEMENT)
      .map(({ address, reason, detail, push, recipient, at }) => {
        const key = address === null ? null : addressKey(address);
        return [key, reason, detail, push, recipient ?? null, at ?? now];
      });
    statements.push(
      db
        .prepare(
          `INSERT INTO suppressions (address_key, reason, detail, push, recipient, created_at)
           SELECT coalesce(value ->> 0, present.address_key),
                  value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5
             FROM json_each(?1)
             LEFT JOIN recipients AS present ON value ->> 0 IS NULL AND present.id = value ->> 4
            WHERE coalesce(value ->> 0, present.address_key) <> ''
              AND NOT EXISTS (SELECT 1 FROM erasures WHERE erasures.recipient = value ->> 4) AND NOT EXISTS (
                  SELECT 1 FROM lifted_suppressions AS lifted
                   WHERE lifted.address_key = coalesce(value ->> 0, present.address_key) AND lifted.reason = value ->> 1
                     AND lifted.lifted_at >= value ->> 5)
               ON CONFLICT (address_key, reason) DO NOTHING`,
        )
        .bind(JSON.stringify(rows)),
    );
  }
  if (statements.length === 0) return 0;
  const results = await db.batch(statements);
  return results.reduce((sum, { meta }) => sum + meta.changes, 0);
}

/** A place in the list: all entries up to this one have been read. */
export interface SuppressionCursor {
  readonly address: string;
  readonly reason: string;
}

export interface SuppressionQuery {
  readonly after: SuppressionCursor | null;
  /** null: all reasons. */
  readonly reason: SuppressionReason | null;
  /** Addresses that begin so, in any case; empty: all. */
  readonly search: string;
  readonly limit: number;
}

const COLUMNS = "address_key AS address, reason, detail, push, recipient, created_at AS createdAt";

/** Ordered by address, then reason. */
export async function listSuppressions(db: D1Database, query: SuppressionQuery): Promise<KnownSuppression[]> {
  const { reason, limit } = query;
  const search = addressKey(query.search);
  const after = query.after !== null && query.after.address >= search ? query.after : { address: search, reason: "" };
  // A range of one index each. The greatest character ends the addresses that begin with `search`.
  const [where, ...binds] =
    reason === null
      ? ["(address_key, reason) > (?2, ?4)", after.reason]
      : [`reason = ?4 AND address_key ${after.reason < reason ? ">=" : ">"} ?2`, reason];
  const { results } = await db
    .prepare(
      `SELECT ${COLUMNS} FROM suppressions WHERE ${where} AND address_key < ?1 || char(1114111)
        ORDER BY address_key, reason LIMIT ?3`,
    )
    .bind(search, after.address, limit, ...binds)
    .all<KnownSuppression>();
  return results;
}

/** All reasons for which an address is suppressed, alphabetically. Empty: it is not. */
export async function findSuppressions(db: D1Database, address: string): Promise<KnownSuppression[]> {
  const found = db.prepare(`SELECT ${COLUMNS} FROM suppressions WHERE address_key = ?1 ORDER BY reason`);
  return (await found.bind(addressKey(address)).all<KnownSuppression>()).results;
}

/** The addresses, in lower case, that an unsubscribe by way of this delivery suppresses. */
export async function findUnsubscribed(
  db: D1Database,
  delivery: { readonly push: string; readonly recipient: number },
): Promise<string[]> {
  // As in the partial index.
  const found = db.prepare(
    "SELECT address_key FROM suppressions WHERE reason = 'unsubscribed' AND recipient = ?1 AND push = ?2",
  );
  const { results } = await found.bind(delivery.recipient, delivery.push).all<{ address_key: string }>();
  return results.map(({ address_key }) => address_key);
}

/** Suppressions of an address that were taken back, the last one first. */
export async function findLifted(db: D1Database, address: string): Promise<LiftedSuppression[]> {
  const found = db.prepare(
    `SELECT ${COLUMNS}, lifted_at AS liftedAt, lifted_by AS liftedBy FROM lifted_suppressions
      WHERE address_key = ?1 ORDER BY lifted_at DESC, reason LIMIT 100`,
  );
  return (await found.bind(addressKey(address)).all<LiftedSuppression>()).results;
}

/** Takes suppressions back, for one reason or for all, and keeps them as history. Resolves to how many there were. */
export async function liftSuppressions(
  db: D1Database,
  addresses: readonly string[],
  reason: SuppressionReason | null,
  by: string,
  now: number,
): Promise<number> {
  const keys = JSON.stringify(addresses.map(addressKey));
  const which = "address_key IN (SELECT value FROM json_each(?1)) AND (?2 IS NULL OR reason = ?2)";
  // One transaction. A second lifting in the same millisecond replaces the first one's row.
  const [, removed] = await db.batch([
    db
      .prepare(
        `INSERT OR REPLACE INTO lifted_suppressions
                (address_key, reason, detail, push, recipient, created_at, lifted_at, lifted_by)
         SELECT address_key, reason, detail, push, recipient, created_at, ?3, ?4 FROM suppressions WHERE ${which}`,
      )
      .bind(keys, reason, now, by),
    db.prepare(`DELETE FROM suppressions WHERE ${which}`).bind(keys, reason),
  ]);
  return removed?.meta.changes ?? 0;
}
