import { holdsAny, needlesOf } from "../core/search.ts";
import { addressKey } from "./address.ts";
import type { Entry } from "./entry.ts";
import { recallErased } from "./erased.ts";
import type { Filter } from "./filter/filter.ts";
import { endOfRange, prepared, recipientsPerQuery, selectedInRange } from "./filter/range.ts";
import type { Recipient } from "./recipient.ts";

// The table `recipients`: list, read, change, delete.

interface Row {
  id: number;
  address: string;
  username: string;
  area: string;
  attributes: string;
  created_at: number;
  updated_at: number;
}

const COLUMNS = "id, address, username, area, attributes, created_at, updated_at";

export async function findRecipient(db: D1Database, id: number): Promise<Recipient | null> {
  const row = await db.prepare(`SELECT ${COLUMNS} FROM recipients WHERE id = ?1`).bind(id).first<Row>();
  return row === null ? null : toRecipient(row);
}

export interface ListQuery {
  /** null: every area. */
  readonly area: string | null;
  /** Ids greater than this. */
  readonly after: number;
  readonly limit: number;
}

/** A page of recipients, ordered by id. */
export async function listRecipients(db: D1Database, { area, after, limit }: ListQuery): Promise<Recipient[]> {
  const inArea = area === null ? "" : "AND area = ?3";
  const binds = area === null ? [after, limit] : [after, limit, area];
  const { results } = await db
    .prepare(`SELECT ${COLUMNS} FROM recipients WHERE id > ?1 ${inArea} ORDER BY id LIMIT ?2`)
    .bind(...binds)
    .all<Row>();
  return results.map(toRecipient);
}

/** Rows looked at in one search. They are read twice if the page does not fill. */
export const LOOKED_AT = 10_000;

export interface SearchQuery extends ListQuery {
  /** A part of the address or the username, in any case. */
  readonly search: string;
}

/**
 * A page of the recipients whose address or username holds a text, ordered by id. Looks at a bounded number of rows, so
 * it may be short, even empty, before the end. `end`: where the look ended if rows follow that it has not read.
 */
export async function searchRecipients(
  db: D1Database,
  { search, area, after, limit }: SearchQuery,
): Promise<{ found: Recipient[]; end: number | null }> {
  const needles = needlesOf(search);
  const look = `FROM recipients WHERE id > ?1 ${area === null ? "" : "AND area = ?2"} ORDER BY id`;
  const [rows, last] = await db.batch<Row>([
    db
      .prepare(
        // The attributes, which may be long, are read of those found alone.
        `SELECT ${COLUMNS} FROM recipients WHERE id IN (
           SELECT id FROM (SELECT id, address, username ${look} LIMIT ${LOOKED_AT})
           WHERE ${holdsAny(["address", "username"], needles, 4)} LIMIT ?3)
         ORDER BY id`,
      )
      .bind(after, area, limit, ...needles),
    db.prepare(`SELECT id ${look} LIMIT 1 OFFSET ${LOOKED_AT - 1}`).bind(...(area === null ? [after] : [after, area])),
  ]);
  return { found: (rows?.results ?? []).map(toRecipient), end: last?.results[0]?.id ?? null };
}

/**
 * A page of the recipients that a filter selects, ordered by id. Looks at a bounded number of rows, so it may be short,
 * even empty, before the end. `end`: where the look ended if rows follow that it has not read.
 */
export async function selectRecipients(
  db: D1Database,
  filter: Filter,
  { after, limit }: Pick<ListQuery, "after" | "limit">,
): Promise<{ found: Recipient[]; end: number | null }> {
  const most = recipientsPerQuery(filter);
  const ids = { after, bound: Number.MAX_SAFE_INTEGER };
  const [range, rows] = await db.batch<Row & { looked: number; last: number | null }>([
    prepared(db, endOfRange(filter, ids, most)),
    prepared(db, selectedInRange(filter, ids, most, COLUMNS, `ORDER BY id LIMIT ${limit}`)),
  ]);
  const { looked = 0, last = null } = range?.results[0] ?? {};
  return { found: (rows?.results ?? []).map(toRecipient), end: looked < most ? null : last };
}

/** The recipient with an address, a result of `checkAddress`, in any case of it. */
export async function findByAddress(db: D1Database, address: string): Promise<Recipient | null> {
  const query = db.prepare(`SELECT ${COLUMNS} FROM recipients WHERE address_key = ?1`).bind(addressKey(address));
  const row = await query.first<Row>();
  return row === null ? null : toRecipient(row);
}

/** Result of a change: the changed recipient, or why it failed. */
export type Changed =
  | { readonly kind: "changed"; readonly recipient: Recipient }
  | { readonly kind: "unknown" }
  | { readonly kind: "address-taken" };

/** Sets the given fields only; attributes are replaced as a whole. */
export async function changeRecipient(
  db: D1Database,
  id: number,
  change: Partial<Entry>,
  now: number,
): Promise<Changed> {
  if (change.key !== undefined) await recallErased(db, [change.key]);
  const row = await db
    .prepare(
      `UPDATE OR IGNORE recipients
          SET address = coalesce(?2, address), address_key = coalesce(?3, address_key),
              username = coalesce(?4, username), area = coalesce(?5, area),
              attributes = coalesce(?6, attributes), updated_at = ?7
        WHERE id = ?1
    RETURNING ${COLUMNS}`,
    )
    .bind(
      id,
      change.address ?? null,
      change.key ?? null,
      change.username ?? null,
      change.area ?? null,
      change.attributes ?? null,
      now,
    )
    .first<Row>();
  if (row !== null) return { kind: "changed", recipient: toRecipient(row) };
  // No such id, or a conflict on the unique address.
  return (await findRecipient(db, id)) === null ? { kind: "unknown" } : { kind: "address-taken" };
}

/** Whether the recipient existed. Ids are never reused; a suppression of the address stays. */
export async function deleteRecipient(db: D1Database, id: number): Promise<boolean> {
  const { meta } = await db.prepare("DELETE FROM recipients WHERE id = ?1").bind(id).run();
  return meta.changes > 0;
}

function toRecipient(row: Row): Recipient {
  return {
    id: row.id,
    address: row.address,
    username: row.username,
    area: row.area,
    attributes: JSON.parse(row.attributes),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
