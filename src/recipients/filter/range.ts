import type { Condition, Filter } from "./filter.ts";
import { compileFilter } from "./sql.ts";

// A filter may be slow (30 conditions on attributes: 20 µs a recipient), and D1 ends a query after 30 s. So each query
// looks at a range of ids that holds a bounded number of recipients, and whole lists are read range by range.

/**
 * Cost that one query may have: about 0.1 s where attributes are small, 1 s where each recipient has 16 KB. Items of a
 * list cost about 0.1 µs each: that a filter is on lists of a thousand items, which all recipients have, is not reckoned with.
 */
const QUERY_COST = 200_000;

/** How many recipients one query of this filter may look at. A recipient costs 1, each condition on attributes 1 more. */
export function recipientsPerQuery(filter: Filter): number {
  const onAttributes = filter.filter(({ field }) => field.kind === "attribute").length;
  return Math.floor(QUERY_COST / (1 + onAttributes));
}

/**
 * The conditions that an index finds: one area (its entries are ordered by id), or given addresses (few). Recipients
 * that they exclude are not looked at.
 */
export function indexedConditions(filter: Filter): Filter {
  return filter.filter(isIndexed);
}

function isIndexed({ field, operator, value }: Condition): boolean {
  if (field.kind !== "column") return false;
  if (field.column === "address") return operator === "eq" || operator === "in";
  const one = operator === "eq" || (operator === "in" && Array.isArray(value) && value.length === 1);
  return field.column === "area" && one;
}

/** The table, read by an index or else by id: other indexes would sort all their rows for each range. */
export function sourceOf(filter: Filter): string {
  return indexedConditions(filter).length > 0 ? "recipients" : "recipients NOT INDEXED";
}

/** Ids greater than `after`, none greater than `bound`. */
export interface Ids {
  readonly after: number;
  readonly bound: number;
}

/** A query with its binds. */
export interface Query {
  readonly sql: string;
  readonly binds: readonly (string | number)[];
}

/**
 * Selects the first ids of `ids` that a query of this filter looks at, `most` at the most. Binds ?1 to ?3 and some from
 * `firstBind` on.
 */
export function lookedAt(filter: Filter, { after, bound }: Ids, most: number, firstBind = 4): Query {
  const where = compileFilter(indexedConditions(filter), firstBind);
  return {
    sql: `SELECT id FROM ${sourceOf(filter)} WHERE id > ?1 AND id <= ?2 AND ${where.sql} ORDER BY id LIMIT ?3`,
    binds: [after, bound, most, ...where.binds],
  };
}

/** Where a range ends that `lookedAt` begins: how many ids it has, and the last one (null: it has none). */
export function endOfRange(filter: Filter, ids: Ids, most: number): Query {
  const range = lookedAt(filter, ids, most);
  return { ...range, sql: `SELECT count(*) AS looked, max(id) AS last FROM (${range.sql})` };
}

/** `columns` of the recipients that the filter selects in the range of `lookedAt`; `more` follows the condition. */
export function selectedInRange(filter: Filter, ids: Ids, most: number, columns: string, more = ""): Query {
  const where = compileFilter(filter, 4);
  const range = lookedAt(filter, ids, most, 4 + where.binds.length);
  return {
    sql: `SELECT ${columns} FROM ${sourceOf(filter)}
           WHERE id > ?1 AND id <= (SELECT max(id) FROM (${range.sql})) AND ${where.sql} ${more}`,
    binds: [...range.binds.slice(0, 3), ...where.binds, ...range.binds.slice(3)],
  };
}

export function prepared(db: D1Database, { sql, binds }: Query): D1PreparedStatement {
  return db.prepare(sql).bind(...binds);
}
