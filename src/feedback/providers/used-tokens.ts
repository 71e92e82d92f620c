import { SIGNATURE_LIFETIME_MS } from "./provider.ts";

// Mailgun's tokens that were used, for as long as their signatures are valid.

/** At most so many forgotten rows a call: the table shrinks faster than it grows, and no call does much. */
const FORGOTTEN_A_CALL = 20;

/**
 * Whether a call may be taken: its token is new, or it is the very call that was not finished before, which Mailgun sends
 * again. Two calls at once with one token: the first one in D1 takes it.
 */
export async function takeToken(db: D1Database, token: string, digest: string, now: number): Promise<boolean> {
  const [, , found] = await db.batch<{ digest: string; done: number }>([
    db
      .prepare(
        `DELETE FROM mailgun_tokens WHERE token IN
           (SELECT token FROM mailgun_tokens WHERE used_at < ?1 ORDER BY used_at LIMIT ?2)`,
      )
      .bind(now - SIGNATURE_LIFETIME_MS, FORGOTTEN_A_CALL),
    db
      .prepare(`INSERT INTO mailgun_tokens (token, digest, used_at) VALUES (?1, ?2, ?3) ON CONFLICT (token) DO NOTHING`)
      .bind(token, digest, now),
    db.prepare("SELECT digest, done FROM mailgun_tokens WHERE token = ?1").bind(token),
  ]);
  const row = found?.results[0];
  return row !== undefined && row.digest === digest && row.done === 0;
}

/** The call's events are on the queue: its token is worth nothing any more. */
export async function spendToken(db: D1Database, token: string): Promise<void> {
  await db.prepare("UPDATE mailgun_tokens SET done = 1 WHERE token = ?1").bind(token).run();
}
