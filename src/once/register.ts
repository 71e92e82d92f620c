import { decide, freed, type Reservation } from "./decide.ts";
import type { GiveBackRequest, ReserveAnswer, ReserveRequest } from "./rpc.ts";

/** Reservations are kept so long after the last time that anybody asked for one. */
export const KEPT_MS = 366 * 86_400_000;
/** The last use is stored with this resolution, so that an ordinary request does not write it. */
const USE_RESOLUTION_MS = 3_600_000;

const TABLES = `
  CREATE TABLE reservation (
    person    TEXT PRIMARY KEY, -- a MAC of the address: see person.ts
    push      TEXT NOT NULL,
    recipient INTEGER NOT NULL, -- the id in D1, and of the push's delivery
    claim     INTEGER NOT NULL -- the newest of the push's claims that asked for the person
  ) WITHOUT ROWID;
  CREATE INDEX reservation_recipient ON reservation (recipient);
  CREATE TABLE erased (recipient INTEGER PRIMARY KEY); -- ids are never given twice
  -- One row: epoch milliseconds.
  CREATE TABLE used (at INTEGER NOT NULL);
`;

/** The tables of one key. Each method is one transaction. */
export class Register {
  readonly #storage: DurableObjectStorage;
  #hasTables: boolean;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    const query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'reservation'";
    this.#hasTables = storage.sql.exec(query).toArray().length > 0;
  }

  /** Null: the request came too late, and nobody was reserved. See `decide`. */
  reserve(request: ReserveRequest, now: number): ReserveAnswer | null {
    if (now > request.until) return null;
    const answer = this.#storage.transactionSync(() => {
      this.#use(now);
      const erased = this.#erased(request.people.map(({ recipient }) => recipient));
      const held = [...this.#held("person", request.people), ...this.#held("recipient", request.people)];
      const { taken, freed, reserved } = decide(request, held, erased);
      this.#free(freed);
      this.#write(reserved);
      return { taken };
    });
    this.#hasTables = true;
    return answer;
  }

  /** Frees the people of deliveries that ended without a mail. A repeat changes nothing. See `freed`. */
  giveBack(request: GiveBackRequest): void {
    if (!this.#hasTables) return;
    this.#storage.transactionSync(() => {
      this.#free(freed(request, this.#held("recipient", request.deliveries)));
    });
  }

  /** Forgets a recipient, under every address that they had, and whoever had their last one. */
  erase(recipient: number, person: string): void {
    if (!this.#hasTables) return;
    this.#storage.transactionSync(() => {
      this.#storage.sql.exec("DELETE FROM reservation WHERE person = ?1", person);
      this.#storage.sql.exec("DELETE FROM reservation WHERE recipient = ?1", recipient);
      this.#storage.sql.exec("INSERT OR IGNORE INTO erased (recipient) VALUES (?1)", recipient);
    });
  }

  /** When all of it is to be deleted, epoch milliseconds; null: there is nothing. */
  get endsAt(): number | null {
    if (!this.#hasTables) return null;
    const at = this.#storage.sql.exec<{ at: number }>("SELECT at FROM used").toArray()[0]?.at;
    return at === undefined ? null : at + KEPT_MS;
  }

  async delete(): Promise<void> {
    this.#hasTables = false;
    await this.#storage.deleteAll();
  }

  #use(now: number): void {
    if (!this.#hasTables) this.#storage.sql.exec(TABLES);
    const known = this.#storage.sql.exec<{ at: number }>("SELECT at FROM used").toArray()[0];
    if (known === undefined) this.#storage.sql.exec("INSERT INTO used (at) VALUES (?1)", now);
    else if (now - known.at > USE_RESOLUTION_MS) this.#storage.sql.exec("UPDATE used SET at = ?1", now);
  }

  #held<Field extends "person" | "recipient">(
    field: Field,
    wanted: readonly Pick<Reservation, Field>[],
  ): Reservation[] {
    return this.#storage.sql
      .exec<{ [column in keyof Reservation]: SqlStorageValue }>(
        `SELECT person, push, recipient, claim FROM reservation WHERE ${field} IN (SELECT value FROM json_each(?1))`,
        JSON.stringify(wanted.map((one) => one[field])),
      )
      .toArray() as unknown as Reservation[];
  }

  #erased(recipients: readonly number[]): Set<number> {
    const rows = this.#storage.sql.exec<{ recipient: number }>(
      "SELECT recipient FROM erased WHERE recipient IN (SELECT value FROM json_each(?1))",
      JSON.stringify(recipients),
    );
    return new Set(rows.toArray().map(({ recipient }) => recipient));
  }

  #free(people: readonly string[]): void {
    if (people.length === 0) return;
    this.#storage.sql.exec(
      "DELETE FROM reservation WHERE person IN (SELECT value FROM json_each(?1))",
      JSON.stringify(people),
    );
  }

  #write(reserved: readonly Reservation[]): void {
    if (reserved.length === 0) return;
    this.#storage.sql.exec(
      `INSERT INTO reservation (person, push, recipient, claim)
       SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?1)
       WHERE true -- without it SQLite reads ON CONFLICT as a join's ON
       ON CONFLICT DO UPDATE SET claim = excluded.claim`,
      JSON.stringify(reserved.map(({ person, push, recipient, claim }) => [person, push, recipient, claim])),
    );
  }
}
