import type { Entry } from "./entry.ts";
import { recallErased } from "./erased.ts";

/** Counts of recipients created and updated. The sum is the number of entries, duplicates included. */
export interface Upserted {
  created: number;
  updated: number;
}

// D1 allows 2 MB a parameter (enforced only in production); a character is at most three bytes.
const STATEMENT_CHARACTERS = 600_000;
// Addresses arrive in random order, each on another index page. A large sorted transaction writes each page once: with
// a million rows stored, transactions of 50,000 take a third of what those of 5,000 take.
const TRANSACTION_ROWS = 50_000;
const TRANSACTION_CHARACTERS = 6_000_000;

/**
 * Writes recipients by address: an existing one is replaced but keeps its id and creation time. Of two entries with one
 * address the last wins. Many entries take several transactions; after a failure the earlier ones stay, and the call
 * may be repeated.
 */
export async function upsertEntries(db: D1Database, entries: readonly Entry[], now: number): Promise<Upserted> {
  const sum = { created: 0, updated: 0 };
  const buffer = new UpsertBuffer();
  const write = async () => {
    const { created, updated } = await writeEntries(db, buffer.take(), now);
    sum.created += created;
    sum.updated += updated;
  };
  for (const entry of entries) {
    buffer.add(entry);
    if (buffer.full) await write();
  }
  if (buffer.rows > 0) await write();
  return sum;
}

/** Entries of one transaction, by key. */
interface Batch {
  readonly rows: number;
  /** JSON of [address, key, username, area, attributes]. */
  readonly entries: ReadonlyMap<string, string>;
}

/** Collects the entries of one transaction. */
export class UpsertBuffer {
  rows = 0;
  #characters = 0;
  #entries = new Map<string, string>();

  add({ address, key, username, area, attributes }: Entry): void {
    const json = `[${JSON.stringify(address)},${JSON.stringify(key)},${JSON.stringify(username)},${JSON.stringify(area)},${attributes}]`;
    this.#entries.set(key, json);
    this.#characters += json.length;
    this.rows++;
  }

  get full(): boolean {
    return this.rows >= TRANSACTION_ROWS || this.#characters >= TRANSACTION_CHARACTERS;
  }

  /** Returns the entries and empties the buffer. */
  take(): Batch {
    const batch = { rows: this.rows, entries: this.#entries };
    this.rows = 0;
    this.#characters = 0;
    this.#entries = new Map();
    return batch;
  }
}

/** One transaction: for each part, counts the existing recipients, then upserts. */
export async function writeEntries(db: D1Database, { rows, entries }: Batch, now: number): Promise<Upserted> {
  await recallErased(db, [...entries.keys()]);
  const countKnown = db.prepare(
    "SELECT count(*) AS n FROM json_each(?1) AS given JOIN recipients AS r ON r.address_key = given.value",
  );
  const upsert = db.prepare(
    `INSERT INTO recipients (address, address_key, username, area, attributes, created_at, updated_at)
     SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value -> 4, ?2, ?2 FROM json_each(?1) WHERE true
         ON CONFLICT (address_key) DO UPDATE
        SET address = excluded.address, username = excluded.username, area = excluded.area,
            attributes = excluded.attributes, updated_at = excluded.updated_at`,
  );
  const statements = inParts([...entries.keys()].sort(), entries).flatMap(({ keys, values }) => [
    countKnown.bind(JSON.stringify(keys)),
    upsert.bind(`[${values.join(",")}]`, now),
  ]);
  const results = await db.batch<{ n: number }>(statements);
  const known = results.reduce((sum, { results: [row] }) => sum + (row?.n ?? 0), 0);
  const created = entries.size - known;
  return { created, updated: rows - created };
}

function inParts(keys: readonly string[], entries: ReadonlyMap<string, string>) {
  const parts: { keys: string[]; values: string[] }[] = [];
  let room = 0;
  for (const key of keys) {
    const value = entries.get(key) ?? "";
    if (room < value.length) {
      parts.push({ keys: [], values: [] });
      room = STATEMENT_CHARACTERS;
    }
    parts.at(-1)?.keys.push(key);
    parts.at(-1)?.values.push(value);
    room -= value.length;
  }
  return parts;
}
