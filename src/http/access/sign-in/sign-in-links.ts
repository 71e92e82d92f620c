import { hashOf, randomText } from "../token-store.ts";

// Codes in D1 that sign in once, as API_TOKEN. Only a hash is stored, of the code and of the API_TOKEN that it was made
// with: another API_TOKEN ends it.

/** Enough to start a browser; the link may stay on a screen, or in a terminal's history. */
export const LINK_MS = 15 * 60_000;

/** A log that holds one shows `[secret]`, as for a token. */
const PREFIX = "mp_link_";

/** Stores a new code, and removes those that have expired. @param master the hash of API_TOKEN */
export async function addCode(db: D1Database, master: string, now: number): Promise<string> {
  const code = `${PREFIX}${randomText()}`;
  await db.batch([
    db.prepare("DELETE FROM sign_in_links WHERE expires_at <= ?1").bind(now),
    db
      .prepare("INSERT INTO sign_in_links (hash, expires_at) VALUES (?1, ?2)")
      .bind(await hashOfCode(code, master), now + LINK_MS),
  ]);
  return code;
}

/** Whether this code was still good; it is no more. Of calls at once, one gets true. */
export async function useCode(db: D1Database, code: string, master: string, now: number): Promise<boolean> {
  const { meta } = await db
    .prepare("DELETE FROM sign_in_links WHERE hash = ?1 AND expires_at > ?2")
    .bind(await hashOfCode(code, master), now)
    .run();
  return meta.changes > 0;
}

function hashOfCode(code: string, master: string): Promise<string> {
  return hashOf(`${code}\n${master}`);
}
