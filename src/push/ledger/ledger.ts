import { DELIVERY_STATES, type DeliveryState, type PushState, type Tallies } from "../../core/states.ts";
import type { Priority } from "../../relay/rpc.ts";
import type { PushEvent } from "../events.ts";
import { noteGivenBack, type OnceTerms, readOnce } from "./once/give-back.ts";
import { OpenClaims } from "./open-claims.ts";
import { hasTables, migrate } from "./schema.ts";
import { isTold, keepStates } from "./stories/story.ts";

/** One row of `delivery`; columns as in schema.ts. Times in epoch milliseconds. */
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
  /** 1: the person was erased; `store` writes no address and no words. */
  erased: number;
}

export interface PushRow extends Record<string, SqlStorageValue> {
  id: string;
  action: string;
  filter: string;
  expected: number;
  expected_is_estimate: number;
  created_at: number;
  send_at: number | null;
  expires_in_seconds: number;
  rate: number | null;
  relays: string | null;
  priority: Priority;
  in_doubt: "resend" | "hold";
  /** From 1; a change of a held push's content or options raises it. */
  content_version: number;
  /** JSON: see canary.ts; null: none. */
  canary: string | null;
  status: PushState;
  reason: string | null;
  reason_detail: string | null;
  started_at: number | null;
  finished_at: number | null;
  paused_at: number | null;
  expires_at: number | null;
  snapshot_cursor: number;
  snapshot_bound: number | null;
  snapshot_done: number;
  release_cursor: number;
  swept_claim: number;
  deferred_due: number | null;
  deferred_id: number;
  deferred_from: number;
  window: number;
  health: string;
  mirror_version: number;
  mirrored_at: number;
  unmirrored: number;
  /** Deliveries whose recipient unsubscribed by way of this push. */
  unsubscribed: number;
  /** JSON: see returned.ts. */
  returned: string;
}

/** The columns that an event changes in row `id`. The tally change follows from the old and the new state. */
export type RowChange = Pick<DeliveryRow, "id" | "state"> & Partial<Omit<DeliveryRow, "id" | "state">>;

/**
 * The tables of one push. Only this class writes a delivery's state, and it updates the tally with each write. Callers
 * run each event in one `transaction`.
 */
export class Ledger {
  readonly openClaims = new OpenClaims();
  readonly #storage: DurableObjectStorage;
  readonly sql: SqlStorage;
  /** Counts writes, so that code that read before an await can detect later changes. */
  changes = 0;
  /** Events of the present transaction, to be logged once it has committed. */
  #events: PushEvent[] = [];
  #hasTables = false;
  /**
   * The rows of `push` and `tally` as last read or written; null: to be read. Each event reads them many times. Only
   * this class writes the two tables, and a rollback forgets both.
   */
  #push: PushRow | null = null;
  #tallies: Tallies | null = null;
  /** Undefined: not read yet. */
  #once: OnceTerms | null | undefined;

  /** Migrates existing tables. Makes none: an object that is asked for an unknown push must leave nothing behind. */
  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.sql = storage.sql;
    if (this.hasTables) migrate(storage);
  }

  /** Creates the tables unless they exist. Call in the transaction that inserts the push. */
  createTables(): void {
    migrate(this.#storage);
    this.#hasTables = true;
  }

  /** Deletes all tables; `push` is null from now on. */
  async erase(): Promise<void> {
    this.#hasTables = false;
    this.#forget();
    await this.#storage.deleteAll();
  }

  /** False: there is no push, and only `push` and `createTables` may be called. */
  get hasTables(): boolean {
    this.#hasTables ||= hasTables(this.sql);
    return this.#hasTables;
  }

  transaction<T>(event: () => T): T {
    this.#events = [];
    try {
      return this.#storage.transactionSync(event);
    } catch (error) {
      // A rollback takes back `createTables` too.
      this.#hasTables = false;
      this.#forget();
      this.#events = [];
      throw error;
    }
  }

  record(event: PushEvent): void {
    this.#events.push(event);
  }

  /** What the last transaction has recorded. */
  get events(): readonly PushEvent[] {
    return this.#events;
  }

  /** The push, or null before `create` and after retention. */
  push(): Readonly<PushRow> | null {
    if (!this.hasTables) return null;
    this.#push ??= this.sql.exec<PushRow>("SELECT * FROM push").toArray()[0] ?? null;
    return this.#push;
  }

  /** What the push shares with others under an `onceKey`; it never changes. */
  get once(): OnceTerms | null {
    if (!this.hasTables) return null;
    if (this.#once === undefined) this.#once = readOnce(this.sql);
    return this.#once;
  }

  updatePush(change: Partial<PushRow>): void {
    if (Object.keys(change).length === 0) return;
    this.changes++;
    this.#writePush(change);
  }

  /** Records how far D1 knows the push. D1 has no need to hear of that. */
  updateMirror(change: Partial<Pick<PushRow, "mirror_version" | "mirrored_at" | "unmirrored">>): void {
    this.#writePush(change);
  }

  /** Marks the push's row in D1 as out of date. */
  markUnmirrored(): void {
    if (this.push()?.unmirrored === 0) this.updateMirror({ unmirrored: 1 });
  }

  tallies(): Readonly<Tallies> {
    this.#tallies ??= this.sql.exec<Tallies>("SELECT * FROM tally").one();
    return this.#tallies;
  }

  /** The rows with these ids, in any order; unknown ids are omitted. */
  rows(ids: readonly number[]): DeliveryRow[] {
    return this.sql
      .exec<DeliveryRow>("SELECT * FROM delivery WHERE id IN (SELECT value FROM json_each(?1))", JSON.stringify(ids))
      .toArray();
  }

  /** Inserts fresh pending rows; existing ids stay unchanged. Returns the number inserted. */
  insertPending(rows: readonly { id: number; address: string }[], now: number): number {
    this.sql.exec(
      `INSERT INTO delivery (id, address, state, updated_at)
       SELECT value ->> 0, value ->> 1, 'pending', ?2 FROM json_each(?1)
       WHERE true -- without it SQLite reads ON CONFLICT as a join's ON
       ON CONFLICT DO NOTHING`,
      JSON.stringify(rows.map((row) => [row.id, row.address])),
      now,
    );
    // Not rowsWritten: that counts index entries too.
    const { count } = this.sql.exec<{ count: number }>("SELECT changes() AS count").one();
    this.sql.exec("UPDATE delivery SET address = '', erased = 1 WHERE id IN (SELECT id FROM erased) AND erased = 0");
    this.#shift({ pending: count });
    return count;
  }

  /** Writes `changes` to the rows `before`, read in this transaction. */
  store(before: readonly DeliveryRow[], changes: readonly RowChange[], now: number): void {
    if (changes.length === 0) return;
    const rows = new Map(before.map((row) => [row.id, row]));
    const shift: Partial<Tallies> = {};
    const left = changes.filter(({ id, state }) => state !== rows.get(id)?.state).map(({ id }) => id);
    keepStates(
      this.sql,
      left.filter((id) => isTold(rows.get(id)?.state)),
    );
    const packed = changes.map((change) => {
      const old = rows.get(change.id);
      if (old === undefined) throw new Error(`delivery ${change.id} was not read before it was written`);
      count(shift, old.state, -1);
      count(shift, change.state, 1);
      const row = old.erased === 1 ? { ...old, ...change, address: "", reply: null } : { ...old, ...change };
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
    for (const chunk of chunksOf(packed, ROWS_PER_BIND)) {
      this.sql.exec(
        `UPDATE delivery SET
           address = j.value ->> 1, state = j.value ->> 2, release = j.value ->> 3, claim = j.value ->> 4,
           attempts = j.value ->> 5, doubts = j.value ->> 6, redeliveries = j.value ->> 7, dead_letters = j.value ->> 8,
           due_at = j.value ->> 9, class = j.value ->> 10, reply = j.value ->> 11, updated_at = ?2
         FROM json_each(?1) AS j WHERE delivery.id = j.value ->> 0`,
        JSON.stringify(chunk),
        now,
      );
    }
    if (this.once !== null) {
      const moved = new Set(left);
      for (const [to, ids] of Map.groupBy(changes, ({ state }) => state)) {
        noteGivenBack(
          this.sql,
          ids.map(({ id }) => id).filter((id) => moved.has(id)),
          to,
          now,
        );
      }
    }
    this.#shift(shift);
  }

  /**
   * Moves `ids`, which the caller has just read in state `from`, to `to`, and sets the same columns on each.
   * Cheaper than `store` when all rows change alike.
   */
  moveAll(
    ids: readonly number[],
    from: DeliveryState,
    to: DeliveryState,
    set: Partial<DeliveryRow>,
    now: number,
  ): void {
    if (ids.length === 0) return;
    if (from !== to && isTold(from)) keepStates(this.sql, ids);
    const columns = Object.keys(set);
    const assignments = columns.map((column, index) => `, ${column} = ?${index + 4}`).join("");
    for (const chunk of chunksOf(ids, IDS_PER_BIND)) {
      this.sql.exec(
        `UPDATE delivery SET state = ?2, updated_at = ?3${assignments} WHERE id IN (SELECT value FROM json_each(?1))`,
        JSON.stringify(chunk),
        to,
        now,
        ...(Object.values(set) as SqlStorageValue[]),
      );
    }
    if (from !== to && this.once !== null) noteGivenBack(this.sql, ids, to, now);
    if (from !== to) this.#shift({ [from]: -ids.length, [to]: ids.length });
  }

  /** Call in the transaction that moves the rows, so that `total` = the sum of the tallies. */
  #shift(by: Partial<Tallies>): void {
    this.changes++;
    this.#tallies = null;
    const states = DELIVERY_STATES.filter((state) => (by[state] ?? 0) !== 0);
    if (states.length === 0) return;
    const assignments = states.map((state, index) => `${state} = ${state} + ?${index + 1}`);
    this.sql.exec(`UPDATE tally SET ${assignments.join(", ")}`, ...states.map((state) => by[state] ?? 0));
  }

  #writePush(change: Partial<PushRow>): void {
    // Column names come from a typed object, never from input.
    const columns = Object.keys(change);
    const known = this.#push;
    this.#push = null;
    const assignments = columns.map((column, index) => `${column} = ?${index + 1}`);
    this.sql.exec(`UPDATE push SET ${assignments.join(", ")}`, ...(Object.values(change) as SqlStorageValue[]));
    if (known !== null) this.#push = { ...known, ...change } as PushRow;
  }

  #forget(): void {
    this.#once = undefined;
    this.#push = null;
    this.#tallies = null;
  }
}

/** A bound value holds at most 2 MB in production (no limit locally). Ids have up to 16 digits. */
const IDS_PER_BIND = 50_000;
const ROWS_PER_BIND = 500;

function chunksOf<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, n) => all.slice(n * size, (n + 1) * size));
}

function count(shift: Partial<Tallies>, state: DeliveryState, by: number): void {
  shift[state] = (shift[state] ?? 0) + by;
}
