import { fullMacOf } from "../message/signed/mac.ts";
import { addressKey } from "./address.ts";

// People who were erased, and the suppressions of theirs that must outlast their addresses.

/** Removes a recipient and their address from D1, in one transaction; a repeat changes nothing. */
export async function eraseRecipient(db: D1Database, id: number, address: string, now: number): Promise<void> {
  await db.batch([
    db.prepare("INSERT OR IGNORE INTO erasures (recipient, erased_at) VALUES (?1, ?2)").bind(id, now),
    db.prepare("DELETE FROM recipients WHERE id = ?1").bind(id),
    ...(await forgetting(db, [address])),
  ]);
}

/** Replaces the suppressions of these addresses by hashes, unless a recipient has the address. */
export async function forgetAddresses(db: D1Database, addresses: readonly string[]): Promise<void> {
  if (addresses.length > 0) await db.batch(await forgetting(db, addresses));
}

/**
 * The key for MACs of addresses that outlive the addresses. It never changes.
 *
 * @throws if D1's migrations are incomplete
 */
export async function readMacKey(db: D1Database): Promise<string> {
  const key = await db.prepare("SELECT key FROM erasure_key").first<string>("key");
  if (key === null) throw new Error("D1 has no erasure key: its migrations are incomplete");
  return key;
}

async function forgetting(db: D1Database, addresses: readonly string[]): Promise<D1PreparedStatement[]> {
  const key = await readMacKey(db);
  const rows = JSON.stringify(addresses.map(addressKey).map((address) => [address, hashOf(key, address)]));
  const theirs = `address_key IN (
    SELECT value ->> 0 FROM json_each(?1) WHERE value ->> 0 NOT IN (SELECT address_key FROM recipients))`;
  return [
    db
      .prepare(
        `INSERT INTO erased_suppressions (hash, reason, created_at)
         SELECT erased.value ->> 1, reason, created_at
           FROM suppressions JOIN json_each(?1) AS erased ON erased.value ->> 0 = address_key
          WHERE ${theirs} ON CONFLICT DO NOTHING`,
      )
      .bind(rows),
    db.prepare(`DELETE FROM suppressions WHERE ${theirs}`).bind(rows),
    db.prepare(`DELETE FROM lifted_suppressions WHERE ${theirs}`).bind(rows),
  ];
}

/**
 * Suppresses the addresses that erased people had, and for which they were suppressed. Call before a recipient gets one
 * of these addresses. Computes hashes only if there are any to compare with.
 *
 * @param keys address keys
 */
export async function recallErased(db: D1Database, keys: readonly string[]): Promise<void> {
  const key = await db
    .prepare("SELECT key FROM erasure_key WHERE EXISTS (SELECT 1 FROM erased_suppressions)")
    .first<string>("key");
  if (key === null) return;
  for (let start = 0; start < keys.length; start += KEYS_A_STATEMENT) {
    const rows = keys.slice(start, start + KEYS_A_STATEMENT).map((address) => [address, hashOf(key, address)]);
    await db.batch([
      db
        .prepare(
          `INSERT INTO suppressions (address_key, reason, created_at)
           SELECT given.value ->> 0, reason, created_at
             FROM json_each(?1) AS given JOIN erased_suppressions ON hash = given.value ->> 1
            WHERE true ON CONFLICT DO NOTHING`,
        )
        .bind(JSON.stringify(rows)),
      db
        .prepare("DELETE FROM erased_suppressions WHERE hash IN (SELECT value ->> 1 FROM json_each(?1))")
        .bind(JSON.stringify(rows)),
    ]);
  }
}

/** A bound value holds at most 2 MB; an address up to 320 characters. */
const KEYS_A_STATEMENT = 2_000;

function hashOf(key: string, address: string): string {
  return fullMacOf(key, "erased", address);
}
