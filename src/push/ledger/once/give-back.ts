import type { DeliveryState } from "../../../core/states.ts";
import type { GivenBack } from "../../../once/rpc.ts";
import type { DeliveryRow, Ledger } from "../ledger.ts";

// Under an `onceKey` a claim reserves its people. Those whose delivery ends without a mail are given back to the key's
// object: the transition notes them, and the alarm calls until the object has answered.

/** The key that a push shares with others, and what MACs of addresses are made with. */
export interface OnceTerms {
  readonly key: string;
  readonly macKey: string;
}

/** States in which a delivery has ended without a mail, unless one was in doubt before. */
const GIVES_BACK: ReadonlySet<DeliveryState> = new Set(["failed", "skipped", "cancelled"]);
/** Longer than a consumer waits for its reservation, which must not arrive after it was given back. */
const AFTER_MS = 30_000;
/** Pause after the object did not answer. */
const AGAIN_AFTER_MS = 60_000;

export function recordOnce(ledger: Ledger, { key, macKey }: OnceTerms): void {
  ledger.sql.exec("INSERT INTO once (key, mac_key) VALUES (?1, ?2)", key, macKey);
}

/** Null: the push has no `onceKey`. */
export function readOnce(sql: SqlStorage): OnceTerms | null {
  return sql.exec<{ key: string; macKey: string }>("SELECT key, mac_key AS macKey FROM once").toArray()[0] ?? null;
}

/** Those of these deliveries that were in doubt: a mail of an earlier claim may have arrived. */
export function doubtedAmong(sql: SqlStorage, ids: readonly number[]): number[] {
  return sql
    .exec<{ id: number }>(
      `SELECT id FROM delivery
       WHERE id IN (SELECT value FROM json_each(?1)) AND (doubts > 0 OR ${WAS_IN_DOUBT})`,
      JSON.stringify(ids),
    )
    .toArray()
    .map(({ id }) => id);
}

/** Also before a retry, which counts doubts anew. */
const WAS_IN_DOUBT = "EXISTS (SELECT 1 FROM story WHERE story.delivery = id AND kind = 'in_doubt')";

/** Notes those of these rows that may have a reservation to give back. Call after they have moved to `to`. */
export function noteGivenBack(sql: SqlStorage, ids: readonly number[], to: DeliveryState, now: number): void {
  if (!GIVES_BACK.has(to)) return;
  sql.exec(
    `INSERT INTO give_back (delivery, at) SELECT id, ?2 FROM delivery
     WHERE id IN (SELECT value FROM json_each(?1)) AND claim > 0`,
    JSON.stringify(ids),
    now,
  );
}

/** A chunk of what is to be given back now. */
export interface Returning {
  readonly deliveries: readonly GivenBack[];
  /** The last note of the chunk. */
  readonly upTo: number;
}

/** The next chunk; null: nothing is due. `deliveries` is empty if those noted have moved on. */
export function nextReturning(ledger: Ledger, backoffScale: number, limit: number, now: number): Returning | null {
  if ((giveBackAt(ledger, backoffScale) ?? Infinity) > now) return null;
  const before = now - AFTER_MS * backoffScale;
  const rows = ledger.sql
    .exec<Noted>(
      `SELECT n, id, state, updated_at, claim, class, doubts,
              ${WAS_IN_DOUBT} AS doubted
       FROM (SELECT * FROM give_back WHERE at <= ?1 ORDER BY n LIMIT ?2) JOIN delivery ON id = delivery
       ORDER BY n`,
      before,
      limit,
    )
    .toArray();
  // One that ended again since has a later note.
  const ended = rows.filter((row) => row.updated_at <= before && isGivenBack(row));
  const deliveries = ended.map(({ id, claim }) => ({ recipient: id, claim }));
  return { deliveries, upTo: rows.at(-1)?.n ?? 0 };
}

type Noted = Pick<DeliveryRow, "id" | "state" | "updated_at" | "claim" | "class" | "doubts"> & {
  readonly n: number;
  /** 1: it was in doubt once. */
  readonly doubted: number;
};

/**
 * Whether a delivery's person is free for other pushes. Not after a doubt, even if the resend failed: the first mail may
 * have arrived; unless a person has decided that it did not.
 */
function isGivenBack({ state, class: verdict, doubts, doubted }: Noted): boolean {
  return GIVES_BACK.has(state) && (verdict === "resolved" || (doubts === 0 && doubted === 0));
}

/** The object has answered. */
export function removeReturned(ledger: Ledger, { upTo }: Returning): void {
  ledger.sql.exec("DELETE FROM give_back WHERE n <= ?1", upTo);
}

/** The object has not answered. */
export function postponeReturning(ledger: Ledger, backoffScale: number, now: number): void {
  ledger.sql.exec("UPDATE once SET give_back_from = ?1", now + AGAIN_AFTER_MS * backoffScale);
}

/** When to give back next, epoch milliseconds; null: nothing is noted. */
export function giveBackAt(ledger: Ledger, backoffScale: number): number | null {
  if (ledger.once === null) return null;
  const next = ledger.sql
    .exec<{ at: number; earliest: number }>(
      "SELECT at, (SELECT give_back_from FROM once) AS earliest FROM give_back ORDER BY n LIMIT 1",
    )
    .toArray()[0];
  return next === undefined ? null : Math.max(Math.ceil(next.at + AFTER_MS * backoffScale), next.earliest);
}
