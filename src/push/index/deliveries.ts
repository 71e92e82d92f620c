import type { DeliveryState } from "../../core/states.ts";
import type { DeliveryRow, Ledger } from "../ledger/ledger.ts";
import { EXCEPTIONAL, EXCEPTIONAL_STATES } from "../ledger/schema.ts";
import type { DeliveriesPage, DeliveriesQuery, DeliveryView } from "../rpc.ts";

/** Rows read for one page: a state that few rows of a million are in must not cost a scan of all. */
export const LOOKED_AT = 5_000;

/**
 * A page of the ledger, ordered by recipient id. Reads a bounded number of rows, so a page may be short, even empty,
 * and still have a `next`.
 */
export function deliveriesOf(ledger: Ledger, query: DeliveriesQuery): DeliveriesPage {
  const { state, after, limit } = query;
  if (ledger.push() === null || (state !== null && ledger.tallies()[state] === 0))
    return { deliveries: [], next: null };
  // One row more than asked for, to know whether it is the last page.
  const found = rowsOf(ledger, { state, after, limit: limit + 1 });
  const deliveries = found.slice(0, limit).map(viewOf);
  if (found.length > limit) return { deliveries, next: deliveries.at(-1)?.id ?? null };
  return { deliveries, next: isIndexed(state) ? null : endOfLook(ledger, after) };
}

function rowsOf(ledger: Ledger, { state, after, limit }: DeliveriesQuery): Row[] {
  const source =
    state !== null && isIndexed(state)
      ? // SQLite has no statistics to prefer the partial index by, and takes it only if the query repeats its condition
        // verbatim.
        `delivery INDEXED BY delivery_exceptional WHERE id > ?1 AND ${EXCEPTIONAL} AND ${IN_STATE[state]}`
      : `(SELECT * FROM delivery WHERE id > ?1 ORDER BY id LIMIT ${LOOKED_AT}) ${state === null ? "" : `WHERE ${IN_STATE[state]}`}`;
  return ledger.sql
    .exec<Row>(
      `SELECT id, address, state, attempts, class, reply, due_at, updated_at FROM ${source} ORDER BY id LIMIT ?2`,
      after,
      limit,
    )
    .toArray();
}

/** The last row that a look after `after` reads, or null if the look reaches the end. */
function endOfLook(ledger: Ledger, after: number): number | null {
  const last = ledger.sql
    .exec<{ id: number }>(`SELECT id FROM delivery WHERE id > ?1 ORDER BY id LIMIT 1 OFFSET ${LOOKED_AT - 1}`, after)
    .toArray()[0];
  return last?.id ?? null;
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
