import type { Filter } from "./filter.ts";
import { compileFilter } from "./filter-sql.ts";
import type { Recipient } from "./recipient.ts";

// Recipients that a filter selects; reads for sending.

/** How many recipients a filter selects now. */
export async function count(db: D1Database, filter: Filter): Promise<number> {
  const where = compileFilter(filter);
  const statement = db.prepare(`SELECT count(*) AS n FROM recipients WHERE ${where.sql}`);
  return (await statement.bind(...where.binds).first<number>("n")) ?? 0;
}

/** The greatest id; 0 for an empty table. Later recipients get greater ids. */
export async function maxId(db: D1Database): Promise<number> {
  return (await db.prepare("SELECT max(id) AS id FROM recipients").first<number>("id")) ?? 0;
}

export interface Page {
  /** Ids greater than this. */
  readonly after: number;
  /** No id greater than this. */
  readonly bound: number;
  readonly limit: number;
}

/** One page of a filter's recipients, ordered by id. Fewer rows than `limit`: the last page. */
export async function pageOfIds(
  db: D1Database,
  filter: Filter,
  page: Page,
): Promise<{ id: number; address: string }[]> {
  const { sql, binds } = pageQuery(filter, page);
  const { results } = await db
    .prepare(sql)
    .bind(...binds)
    .all<{ id: number; address: string }>();
  return results;
}

/** The statement of `pageOfIds`. */
export function pageQuery(filter: Filter, { after, bound, limit }: Page) {
  const where = compileFilter(filter, 4);
  // An index that matches more rows than one page would sort them all for each page: scan by id instead.
  const source = isNarrow(filter) ? "recipients" : "recipients NOT INDEXED";
  return {
    sql: `SELECT id, address FROM ${source} WHERE id > ?1 AND id <= ?2 AND ${where.sql} ORDER BY id LIMIT ?3`,
    binds: [after, bound, limit, ...where.binds],
  };
}

/** The index on area orders one area's rows by id; given addresses are few. */
function isNarrow(filter: Filter): boolean {
  return filter.some(({ field, operator, value }) => {
    if (field.kind !== "column") return false;
    if (field.column === "address") return operator === "eq" || operator === "in";
    const one = operator === "eq" || (operator === "in" && Array.isArray(value) && value.length === 1);
    return field.column === "area" && one;
  });
}

/** A current recipient, with the reason of a suppression; null: not suppressed. */
export type Addressee = Recipient & { readonly suppressed: string | null };

/** Reads current recipients by id in one query; unknown ids are not in the map. At most 20,000 ids. */
export async function readForSending(db: D1Database, ids: readonly number[]): Promise<Map<number, Addressee>> {
  const rows = await db
    .prepare(
      `SELECT r.id, r.address, r.username, r.area, r.attributes, r.created_at, r.updated_at, s.reason
         FROM json_each(?1) AS wanted
         JOIN recipients AS r ON r.id = wanted.value
         LEFT JOIN suppressions AS s ON s.address_key = r.address_key`,
    )
    .bind(JSON.stringify(ids))
    .raw<[number, string, string, string, string, number, number, string | null]>();
  const addressees = new Map<number, Addressee>();
  for (const [id, address, username, area, attributes, createdAt, updatedAt, suppressed] of rows) {
    const parsed = attributes === "{}" ? {} : JSON.parse(attributes);
    addressees.set(id, { id, address, username, area, attributes: parsed, createdAt, updatedAt, suppressed });
  }
  return addressees;
}
