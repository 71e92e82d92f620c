import { DELIVERY_STATES, type DeliveryState, emptyTallies, type PushState, type Tallies } from "../../core/states.ts";
import { migrate } from "./schema.ts";

/** A delivery as the ledger holds it; columns as in schema.ts. Times in epoch milliseconds. */
export interface DeliveryRow extends Record<string, SqlStorageValue> {
  id: number;
  address: string;
  state: DeliveryState;
  updated_at: number;
  release: number;
  claim: number;
  attempts: number;
  doubts: number;
  redeliveries: number;
  dead_letters: number;
  due_at: number | null;
  class: string | null;
  reply: string | null;
}

export interface PushRow extends Record<string, SqlStorageValue> {
  id: string;
  action: string;
  filter: string;
  expected: number;
  created_at: number;
  send_at: number | null;
  expires_in_seconds: number;
  rate: number | null;
  in_doubt: "resend" | "hold";
  status: PushState;
  reason: string | null;
  started_at: number | null;
  finished_at: number | null;
  paused_at: number | null;
  expires_at: number | null;
  snapshot_cursor: number;
  snapshot_bound: number | null;
  snapshot_done: number;
  release_cursor: number;
  swept_claim: number;
  window: number;
  health: string;
  mirror_version: number;
  mirrored_at: number;
  unmirrored: number;
}

/** The part of a delivery that an event may change. `id` says which; the tally follows from the two states. */
export type RowChange = Pick<DeliveryRow, "id" | "state"> & Partial<Omit<DeliveryRow, "id" | "state">>;

/**
 * The tables of one push and the only way to write a delivery's state: `store` and `moveAll` move the row and the
 * tally together. Callers wrap one event in one `transaction`, so that either all of it happened or none.
 */
export class Ledger {
  readonly #storage: DurableObjectStorage;
  readonly sql: SqlStorage;
  /** Counts what was written, so that whoever read before an await can tell whether it still holds. */
  changes = 0;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.sql = storage.sql;
    migrate(storage);
  }

  transaction<T>(event: () => T): T {
    return this.#storage.transactionSync(event);
  }

  /** The push, or null before `create` and after retention. */
  push(): PushRow | null {
    return this.sql.exec<PushRow>("SELECT * FROM push").toArray()[0] ?? null;
  }

  updatePush(change: Partial<PushRow>): void {
    // Column names are our own, from a typed object: never a value from outside.
    const columns = Object.keys(change);
    if (columns.length === 0) return;
    this.changes++;
    const assignments = columns.map((column, index) => `${column} = ?${index + 1}`);
    this.sql.exec(`UPDATE push SET ${assignments.join(", ")}`, ...(Object.values(change) as SqlStorageValue[]));
  }

  /** Notes that D1 does not know yet, if that was not noted. */
  markUnmirrored(): void {
    this.sql.exec("UPDATE push SET unmirrored = 1 WHERE unmirrored = 0");
  }

  tallies(): Tallies {
    return this.sql.exec<Tallies>("SELECT * FROM tally").one();
  }

  /** The rows with these ids, in no particular order; ids that are not in the ledger are left out. */
  rows(ids: readonly number[]): DeliveryRow[] {
    return this.sql
      .exec<DeliveryRow>("SELECT * FROM delivery WHERE id IN (SELECT value FROM json_each(?1))", JSON.stringify(ids))
      .toArray();
  }

  /** Adds fresh pending rows; an id that is there already stays as it is. Gives how many were added. */
  insertPending(rows: readonly { id: number; address: string }[], now: number): number {
    const added = this.sql.exec(
      `INSERT INTO delivery (id, address, state, updated_at)
       SELECT value ->> 0, value ->> 1, 'pending', ?2 FROM json_each(?1)
       WHERE true -- without it SQLite reads ON CONFLICT as a join's ON
       ON CONFLICT DO NOTHING`,
      JSON.stringify(rows.map((row) => [row.id, row.address])),
      now,
    );
    // rowsWritten counts index entries too; a fresh pending row has none.
    const count = added.rowsWritten;
    this.#shift({ pending: count });
    return count;
  }

  /** Writes what became of rows that were read in this transaction. */
  store(before: readonly DeliveryRow[], changes: readonly RowChange[], now: number): void {
    if (changes.length === 0) return;
    const rows = new Map(before.map((row) => [row.id, row]));
    const shift: Partial<Tallies> = {};
    const packed = changes.map((change) => {
      const old = rows.get(change.id);
      if (old === undefined) throw new Error(`delivery ${change.id} was not read before it was written`);
      count(shift, old.state, -1);
      count(shift, change.state, 1);
      const row = { ...old, ...change };
      return [
        row.id,
        row.address,
        row.state,
        row.release,
        row.claim,
        row.attempts,
        row.doubts,
        row.redeliveries,
        row.dead_letters,
        row.due_at,
        row.class,
        row.reply,
      ];
    });
    for (const part of parts(packed, ROWS_A_BIND)) {
      this.sql.exec(
        `UPDATE delivery SET
           address = j.value ->> 1, state = j.value ->> 2, release = j.value ->> 3, claim = j.value ->> 4,
           attempts = j.value ->> 5, doubts = j.value ->> 6, redeliveries = j.value ->> 7, dead_letters = j.value ->> 8,
           due_at = j.value ->> 9, class = j.value ->> 10, reply = j.value ->> 11, updated_at = ?2
         FROM json_each(?1) AS j WHERE delivery.id = j.value ->> 0`,
        JSON.stringify(part),
        now,
      );
    }
    this.#shift(shift);
  }

  /**
   * Moves all of `ids`, which the caller has just read in state `from`, to `to`, with the given columns set alike.
   * The cheap way for what happens to many rows in the same way.
   */
  moveAll(
    ids: readonly number[],
    from: DeliveryState,
    to: DeliveryState,
    set: Partial<DeliveryRow>,
    now: number,
  ): void {
    if (ids.length === 0) return;
    const columns = Object.keys(set);
    const assignments = columns.map((column, index) => `, ${column} = ?${index + 4}`).join("");
    for (const part of parts(ids, IDS_A_BIND)) {
      this.sql.exec(
        `UPDATE delivery SET state = ?2, updated_at = ?3${assignments} WHERE id IN (SELECT value FROM json_each(?1))`,
        JSON.stringify(part),
        to,
        now,
        ...(Object.values(set) as SqlStorageValue[]),
      );
    }
    if (from !== to) this.#shift({ [from]: -ids.length, [to]: ids.length });
  }

  /** `total` = the sum of the tallies, because this is called in the transaction that moved the rows. */
  #shift(by: Partial<Tallies>): void {
    this.changes++;
    const whole = { ...emptyTallies(), ...by };
    this.sql.exec(SHIFT_TALLY, ...DELIVERY_STATES.map((state) => whole[state]));
  }
}

const SHIFT_TALLY = `UPDATE tally SET ${DELIVERY_STATES.map((state, index) => `${state} = ${state} + ?${index + 1}`).join(", ")}`;

/** A bound value may have 2 MB in production (no limit locally): so many ids of up to 16 digits, or whole rows. */
const IDS_A_BIND = 50_000;
const ROWS_A_BIND = 500;

function parts<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, n) => all.slice(n * size, (n + 1) * size));
}

function count(shift: Partial<Tallies>, state: DeliveryState, by: number): void {
  shift[state] = (shift[state] ?? 0) + by;
}
