import { holdsAny, needlesOf } from "../../core/search.ts";
import type { DeliveryState } from "../../core/states.ts";
import type { DeliveryRow, Ledger } from "../ledger/ledger.ts";
import { EXCEPTIONAL, EXCEPTIONAL_STATES } from "../ledger/schema.ts";
import type { DeliveriesPage, DeliveriesQuery, DeliveryView } from "../rpc.ts";

/**
 * Rows looked at for one page, so that what few rows of a million match does not cost a scan of all. They are read twice
 * if the page does not fill, which makes 20,000.
 */
export const LOOKED_AT = 10_000;

/**
 * A page of the ledger, ordered by recipient id. Reads a bounded number of rows, so a page may be short, even empty,
 * and still have a `next`.
 */
export function deliveriesOf(ledger: Ledger, query: DeliveriesQuery): DeliveriesPage {
  const { state, after, limit } = query;
  if (ledger.push() === null || (state !== null && ledger.tallies()[state] === 0))
    return { deliveries: [], next: null };
  // One row more than asked for, to know whether it is the last page.
  const found = rowsOf(ledger, { ...query, limit: limit + 1 });
  const deliveries = found.slice(0, limit).map(viewOf);
  if (found.length > limit) return { deliveries, next: deliveries.at(-1)?.id ?? null };
  return { deliveries, next: endOfLook(ledger, state, after) };
}

function rowsOf(ledger: Ledger, { state, after, limit, matching = null }: DeliveriesQuery): Row[] {
  const binds: SqlStorageValue[] = [after, limit];
  const conditions = state === null || isIndexed(state) ? [] : [IN_STATE[state]];
  if (matching?.class != null) conditions.push(`class = ?${binds.push(matching.class)}`);
  if (matching?.domain != null) {
    const ending = `?${binds.push(`@${matching.domain}`)}`;
    conditions.push(`substr(address, -length(${ending})) = ${ending}`);
  }
  if (matching?.search != null) {
    const needles = needlesOf(matching.search);
    conditions.push(holdsAny(["address", "reply"], needles, binds.length + 1));
    binds.push(...needles);
  }
  const where = conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
  return ledger.sql
    .exec<Row>(
      // SQLite reads no further than the last row that this gives.
      `SELECT id, address, state, attempts, class, reply, due_at, updated_at
       FROM (SELECT * ${lookAfter(state)} LIMIT ${LOOKED_AT}) ${where} LIMIT ?2`,
      ...binds,
    )
    .toArray();
}

/** The last row that a look after `after` reads, or null if the look reaches the end. */
function endOfLook(ledger: Ledger, state: DeliveryState | null, after: number): number | null {
  const last = ledger.sql
    .exec<{ id: number }>(`SELECT id ${lookAfter(state)} LIMIT 1 OFFSET ${LOOKED_AT - 1}`, after)
    .toArray()[0];
  return last?.id ?? null;
}

/** The rows after `?1` in the order of their ids: those in the state, if an index finds them, else all. */
function lookAfter(state: DeliveryState | null): string {
  // SQLite has no statistics to prefer the partial index by, and takes it only if the query repeats its condition
  // verbatim.
  return state !== null && isIndexed(state)
    ? `FROM delivery INDEXED BY delivery_exceptional WHERE id > ?1 AND ${EXCEPTIONAL} AND ${IN_STATE[state]} ORDER BY id`
    : "FROM delivery WHERE id > ?1 ORDER BY id";
}

function isIndexed(state: DeliveryState | null): boolean {
  return state !== null && EXCEPTIONAL_STATES.has(state);
}

type Row = Pick<DeliveryRow, "id" | "address" | "state" | "attempts" | "class" | "reply" | "due_at" | "updated_at">;

/** A row as callers of the API see it. */
export function viewOf({ id, address, state, attempts, class: verdict, reply, due_at, updated_at }: Row): DeliveryView {
  return { id, address, state, attempts, class: verdict, reply, dueAt: due_at, updatedAt: updated_at };
}

/** Literals, not binds: SQLite uses a partial index only if the query's text implies the index's condition. */
const IN_STATE: Record<DeliveryState, string> = {
  pending: "state = 'pending'",
  queued: "state = 'queued'",
  sending: "state = 'sending'",
  deferred: "state = 'deferred'",
  in_doubt: "state = 'in_doubt'",
  sent: "state = 'sent'",
  failed: "state = 'failed'",
  skipped: "state = 'skipped'",
  cancelled: "state = 'cancelled'",
  bounced: "state = 'bounced'",
  complained: "state = 'complained'",
};
