import { err, ok, type Result } from "../../core/result.ts";
import type { RetryableState, RetrySelection } from "../rpc.ts";
import type { DeliveryRow, Ledger } from "./ledger.ts";
import { EXCEPTIONAL } from "./schema.ts";

/** Rows looked at in one step. */
const CHUNK = 5_000;
/** Ids stored in one request: a bound value holds at most 2 MB. */
const IDS_A_REQUEST = 50_000;
/** Requests in one state that may wait. Each adds four binds to the count of the next, and a statement has at most 100. */
const WAITING_AT_MOST = 20;

/** What a retry selects in one state; `sweepRetries` works it off in the order of ids. */
interface Request extends Record<string, SqlStorageValue> {
  n: number;
  /** Takes no row that changed later: one that fails again must not be taken twice. */
  asked_at: number;
  state: RetryableState;
  class: string | null;
  /** JSON array; null: all. */
  ids: string | null;
  /** Rows up to this id are done. */
  cursor: number;
}

/** What a request selects. */
type Selected = Pick<Request, "state" | "class" | "ids">;

/**
 * Stores what a retry selects; `sweepRetries` requeues it behind earlier requests. Gives how many deliveries that are,
 * without those that an earlier request takes.
 */
export function requestRetries(ledger: Ledger, selection: RetrySelection, now: number): Result<number, string> {
  const requests = selection.states
    .flatMap((state) => inState(state, selection))
    .map((selected) => ({ ...selected, earlier: waiting(ledger, selected.state) }));
  if (requests.some(({ earlier }) => earlier.length >= WAITING_AT_MOST)) {
    return err("many retries wait already: ask again when they are done");
  }
  let count = 0;
  for (const { earlier, ...selected } of requests) {
    const found = countSelected(ledger, selected, earlier);
    if (found === 0) continue;
    count += found;
    ledger.sql.exec(
      "INSERT INTO retry (asked_at, state, class, ids) VALUES (?1, ?2, ?3, ?4)",
      now,
      selected.state,
      selected.class,
      selected.ids,
    );
  }
  return ok(count);
}

function inState(state: RetryableState, selection: RetrySelection): Selected[] {
  const { class: verdict, ids, skipped } = selection;
  if (state !== "skipped") return [{ state, class: verdict, ids: ids === null ? null : JSON.stringify(ids) }];
  const lists = Math.ceil(skipped.length / IDS_A_REQUEST);
  return Array.from({ length: lists }, (_, n) => {
    const list = skipped.slice(n * IDS_A_REQUEST, (n + 1) * IDS_A_REQUEST);
    return { state, class: verdict, ids: JSON.stringify(list) };
  });
}

/** Requeues a chunk of the oldest request. True: more remains. */
export function sweepRetries(ledger: Ledger, now: number): boolean {
  const request = ledger.sql.exec<Request>("SELECT * FROM retry ORDER BY n LIMIT 1").toArray()[0];
  if (request === undefined) return false;
  const looked = lookAt(ledger, request);
  const taken = looked.filter((row) => isSelected(row, request)).map((row) => row.id);
  const renewed = { due_at: now, attempts: 0, doubts: 0, redeliveries: 0, dead_letters: 0 };
  ledger.moveAll(taken, request.state, "pending", renewed, now);
  const last = looked.at(-1);
  if (looked.length < CHUNK || last === undefined) ledger.sql.exec("DELETE FROM retry WHERE n = ?1", request.n);
  else ledger.sql.exec("UPDATE retry SET cursor = ?2 WHERE n = ?1", request.n, last.id);
  ledger.changes++;
  return hasRetries(ledger);
}

/** Whether a request has deliveries left to requeue. */
export function hasRetries(ledger: Ledger): boolean {
  return ledger.sql.exec("SELECT 1 FROM retry LIMIT 1").toArray().length > 0;
}

export function dropRetries(ledger: Ledger): void {
  ledger.sql.exec("DELETE FROM retry");
}

type Looked = Pick<DeliveryRow, "id" | "class" | "due_at" | "updated_at">;

function lookAt(ledger: Ledger, { state, ids, cursor }: Request): Looked[] {
  return ledger.sql
    .exec<Looked>(
      `SELECT id, class, due_at, updated_at FROM ${rowsIn(state, ids)} AND id > ?2 ORDER BY id LIMIT ?3`,
      ids,
      cursor,
      CHUNK,
    )
    .toArray();
}

/** The rows in a state; `ids`, if not null, has to be bound as ?1. State and condition are literals for the index. */
function rowsIn(state: RetryableState, ids: string | null): string {
  // By id without the index: it would be scanned for a few ids.
  if (ids !== null) return `delivery WHERE id IN (SELECT value FROM json_each(?1)) AND state = '${state}'`;
  return `delivery INDEXED BY delivery_exceptional WHERE ${EXCEPTIONAL} AND state = '${state}' AND ?1 IS NULL`;
}

function isSelected(row: Looked, request: Request): boolean {
  // A doubt with a due time is resent anyway.
  if (request.state === "in_doubt" && row.due_at !== null) return false;
  return row.updated_at <= request.asked_at && (request.class === null || row.class === request.class);
}

function waiting(ledger: Ledger, state: RetryableState): Request[] {
  return ledger.sql.exec<Request>("SELECT * FROM retry WHERE state = ?1 ORDER BY n", state).toArray();
}

function countSelected(ledger: Ledger, { state, class: verdict, ids }: Selected, earlier: readonly Request[]): number {
  const all = verdict === null && ids === null && earlier.length === 0;
  if (all && state !== "in_doubt") return ledger.tallies()[state];
  const due = state === "in_doubt" ? "AND due_at IS NULL" : "";
  const others = earlier.map((_, index) => {
    const [cursor, askedAt, other, list] = [3, 4, 5, 6].map((bind) => `?${bind + 4 * index}`);
    return `AND NOT (id > ${cursor} AND updated_at <= ${askedAt} AND (${other} IS NULL OR class IS ${other})
                     AND (${list} IS NULL OR id IN (SELECT value FROM json_each(${list}))))`;
  });
  return ledger.sql
    .exec<{ n: number }>(
      `SELECT count(*) AS n FROM ${rowsIn(state, ids)} ${due} AND (?2 IS NULL OR class = ?2) ${others.join(" ")}`,
      ids,
      verdict,
      ...earlier.flatMap((one) => [one.cursor, one.asked_at, one.class, one.ids]),
    )
    .one().n;
}
