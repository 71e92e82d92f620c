import type { Recipient } from "../recipient.ts";
import type { Filter } from "./filter.ts";
import { endOfRange, type Ids, indexedConditions, prepared, recipientsPerQuery, selectedInRange } from "./range.ts";

// Recipients that a filter selects; reads for sending.

/** The greatest id; 0 for an empty table. Later recipients get greater ids. */
export async function maxId(db: D1Database): Promise<number> {
  return (await db.prepare("SELECT max(id) AS id FROM recipients").first<number>("id")) ?? 0;
}

/** Part of a filter's recipients. It may be empty although others follow. */
export interface Page {
  /** Ordered by id. */
  readonly recipients: readonly { id: number; address: string }[];
  /** Recipients up to this id have been looked at: the next page's `after`. */
  readonly upTo: number;
  /** No recipient follows within the bound. */
  readonly isLast: boolean;
}

/** The next recipients of a filter, at most `limit`; the query looks at `most` recipients at the most. */
export async function readPage(
  db: D1Database,
  filter: Filter,
  ids: Ids,
  limit: number,
  most = recipientsPerPage(filter, limit),
): Promise<Page> {
  const [end, selected] = await db.batch<Record<string, unknown>>([
    prepared(db, endOfRange(filter, ids, most)),
    prepared(db, selectedInRange(filter, ids, most, "id, address", `ORDER BY id LIMIT ${limit}`)),
  ]);
  const recipients = (selected?.results ?? []) as { id: number; address: string }[];
  const { looked, last } = (end?.results[0] ?? { looked: 0, last: null }) as { looked: number; last: number | null };
  const cut = recipients.length >= limit ? recipients.at(-1) : undefined;
  if (cut !== undefined) return { recipients, upTo: cut.id, isLast: false };
  const isLast = last === null || looked < most;
  return { recipients, upTo: isLast ? ids.bound : last, isLast };
}

/** A range far larger than `limit` would be counted to its end for each page of a filter that selects most of it. */
function recipientsPerPage(filter: Filter, limit: number): number {
  const selectsAll = indexedConditions(filter).length === filter.length;
  return Math.min(recipientsPerQuery(filter), selectsAll ? limit : 4 * limit);
}

/** A current recipient, with the first reason of a suppression, alphabetically; null: not suppressed. */
export type Addressee = Recipient & { readonly suppressed: string | null };

/**
 * Whether address `r` is suppressed for a mail: `?2` 1, of a list; 0, not of a list, so that an unsubscribe does not
 * apply. At most one row, however many reasons there are.
 */
const SUPPRESSED = "s.address_key = r.address_key AND (?2 = 1 OR s.reason <> 'unsubscribed')";

/**
 * Reads current recipients by id in one query; unknown ids are not in the map. At most 20,000 ids.
 * @param list false: for mail that is not of a list, which an unsubscribe does not stop
 */
export async function readForSending(
  db: D1Database,
  ids: readonly number[],
  list: boolean,
): Promise<Map<number, Addressee>> {
  const rows = await db
    .prepare(
      `SELECT r.id, r.address, r.username, r.area, r.attributes, r.created_at, r.updated_at,
              (SELECT s.reason FROM suppressions AS s WHERE ${SUPPRESSED} ORDER BY s.reason LIMIT 1)
         FROM json_each(?1) AS wanted
         JOIN recipients AS r ON r.id = wanted.value`,
    )
    .bind(JSON.stringify(ids), list ? 1 : 0)
    .raw<[number, string, string, string, string, number, number, string | null]>();
  const addressees = new Map<number, Addressee>();
  for (const [id, address, username, area, attributes, createdAt, updatedAt, suppressed] of rows) {
    const parsed = attributes === "{}" ? {} : JSON.parse(attributes);
    addressees.set(id, { id, address, username, area, attributes: parsed, createdAt, updatedAt, suppressed });
  }
  return addressees;
}

/** Of these recipients, those that exist and are not suppressed (`list` as above). At most 20,000 ids. */
export async function withoutSuppressed(db: D1Database, ids: readonly number[], list: boolean): Promise<number[]> {
  const rows = await db
    .prepare(
      `SELECT r.id FROM json_each(?1) AS wanted JOIN recipients AS r ON r.id = wanted.value
       WHERE NOT EXISTS (SELECT 1 FROM suppressions AS s WHERE ${SUPPRESSED})`,
    )
    .bind(JSON.stringify(ids), list ? 1 : 0)
    .raw<[number]>();
  return rows.map(([id]) => id);
}

const SAMPLE_RANGES = 10;

/**
 * The attributes of some recipients that a filter selects, from ranges spread evenly over the ids: at most `limit`
 * people, of at most as many recipients as one query may look at. Of a small audience, all.
 * @param expected how many the filter selects, or about as many
 */
export async function sampleAttributes(
  db: D1Database,
  filter: Filter,
  expected: number,
  limit: number,
): Promise<Recipient["attributes"][]> {
  const last = await maxId(db);
  const ranges = expected <= limit ? 1 : Math.min(SAMPLE_RANGES, Math.max(1, last));
  const most = Math.ceil(recipientsPerQuery(filter) / ranges);
  const bounds = Array.from({ length: ranges + 1 }, (_, range) => Math.floor((last * range) / ranges));
  const queries = bounds.slice(1).map((bound, range) => {
    const ids = { after: bounds[range] ?? 0, bound };
    return prepared(
      db,
      selectedInRange(filter, ids, most, "attributes", `ORDER BY id LIMIT ${Math.ceil(limit / ranges)}`),
    );
  });
  const results = await db.batch<{ attributes: string }>(queries);
  return results.flatMap(({ results: rows }) => rows.map(({ attributes }) => JSON.parse(attributes)));
}
