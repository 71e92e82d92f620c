import type { Filter } from "./filter.ts";
import {
  endOfRange,
  type Ids,
  indexedConditions,
  prepared,
  recipientsPerQuery,
  selectedInRange,
  sourceOf,
} from "./range.ts";
import { compileFilter } from "./sql.ts";

/** How many recipients a filter selects. */
export interface Counted {
  readonly count: number;
  /** True: extrapolated from a part of the recipients, because looking at all would take too long. */
  readonly isEstimate: boolean;
}

/** The most that one count may do, so that a request is answered within seconds. */
export interface CountBudget {
  readonly queries: number;
  readonly recipientsPerQuery: number;
}

const QUERIES = 20;

/**
 * Counts the recipients that a filter selects now. Exact if the budget covers all recipients that must be looked at;
 * otherwise estimated from ranges spread evenly over the ids.
 */
export async function count(
  db: D1Database,
  filter: Filter,
  budget: CountBudget = { queries: QUERIES, recipientsPerQuery: recipientsPerQuery(filter) },
): Promise<Counted> {
  const { rows, first, last } = await extent(db, filter);
  if (first === null || last === null || indexedConditions(filter).length === filter.length) {
    return { count: rows, isEstimate: false };
  }
  const all = { after: first - 1, bound: last };
  return rows <= budget.queries * budget.recipientsPerQuery
    ? { count: await countAll(db, filter, all, budget.recipientsPerQuery), isEstimate: false }
    : { count: await countSome(db, filter, all, budget), isEstimate: true };
}

/** The recipients that the filter must look at: their number, and their first and last id. */
async function extent(db: D1Database, filter: Filter) {
  const where = compileFilter(indexedConditions(filter));
  const sql = `SELECT count(*) AS rows, min(id) AS first, max(id) AS last FROM recipients WHERE ${where.sql}`;
  const found = await prepared(db, { sql, binds: where.binds }).first<{
    rows: number;
    first: number | null;
    last: number | null;
  }>();
  return found ?? { rows: 0, first: null, last: null };
}

async function countAll(db: D1Database, filter: Filter, ids: Ids, most: number): Promise<number> {
  let sum = 0;
  for (let after = ids.after; ; ) {
    const { looked, last, hits } = await countRange(db, filter, { after, bound: ids.bound }, most);
    sum += hits;
    if (last === null || looked < most) return sum;
    after = last;
  }
}

/** Looks at the first recipients of each of `queries` equal parts of the ids, and extrapolates within each part. */
async function countSome(db: D1Database, filter: Filter, ids: Ids, budget: CountBudget): Promise<number> {
  const width = (ids.bound - ids.after) / budget.queries;
  let sum = 0;
  for (let part = 0; part < budget.queries; part++) {
    const after = ids.after + Math.floor(part * width);
    const bound = part === budget.queries - 1 ? ids.bound : ids.after + Math.floor((part + 1) * width);
    const { looked, hits } = await countRange(db, filter, { after, bound }, budget.recipientsPerQuery);
    if (hits > 0) sum += (hits / looked) * (await present(db, filter, { after, bound }));
  }
  return Math.round(sum);
}

/** How many recipients with these ids must be looked at. */
async function present(db: D1Database, filter: Filter, { after, bound }: Ids): Promise<number> {
  const where = compileFilter(indexedConditions(filter), 3);
  const sql = `SELECT count(*) AS n FROM ${sourceOf(filter)} WHERE id > ?1 AND id <= ?2 AND ${where.sql}`;
  return (await prepared(db, { sql, binds: [after, bound, ...where.binds] }).first<number>("n")) ?? 0;
}

/** Looks at the first `most` recipients with these ids: how many there were, the last id, how many were selected. */
async function countRange(db: D1Database, filter: Filter, ids: Ids, most: number) {
  const [end, selected] = await db.batch<Record<string, number | null>>([
    prepared(db, endOfRange(filter, ids, most)),
    prepared(db, selectedInRange(filter, ids, most, "count(*) AS hits")),
  ]);
  return {
    looked: end?.results[0]?.looked ?? 0,
    last: end?.results[0]?.last ?? null,
    hits: selected?.results[0]?.hits ?? 0,
  };
}
