import { blanked } from "../../core/blanked.ts";

/** For this long an attempt without an answer may still run. No request takes longer, but for an import. */
export const ATTEMPT_MS = 60_000;
/** Rows are kept for a day. */
export const KEPT_MS = 86_400_000;
/** Rows deleted by one statement. */
const DELETED_AT_ONCE = 5_000;

/** One request with a key. Times in epoch milliseconds. */
export interface KeyedRequest {
  /** The id of the caller's token. */
  readonly token: string;
  readonly key: string;
  /** Of method, path and body. */
  readonly hash: string;
}

/** An answer as it is kept: no secret is in it. */
export interface KeptAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/**
 * What is to be done with a request:
 * - `attempt`: carry it out; what it creates gets `id`. `isRepeat`: an earlier attempt may have done so, fully or in part.
 * - `answered`: give this answer. `running`: another attempt began so long ago.
 * - `different`: the key belongs to another request.
 */
export type Admission =
  | { readonly kind: "attempt"; readonly id: string; readonly isRepeat: boolean }
  | { readonly kind: "answered"; readonly answer: KeptAnswer }
  | { readonly kind: "running"; readonly sinceMs: number }
  | { readonly kind: "different" };

interface Row {
  readonly hash: string;
  readonly id: string;
  readonly attempted_at: number;
  readonly answer: string | null;
}

/**
 * Admits one attempt at a time for each token and key; the attempt is known by its time `now`. After a minute without an
 * answer the next one is admitted, under the same id.
 * @param id for the first attempt, chosen by its caller and never used before
 */
export async function admit(db: D1Database, request: KeyedRequest, id: string, now: number): Promise<Admission> {
  const { token, key, hash } = request;
  const [, read] = await db.batch<Row>([
    db
      .prepare(
        `INSERT INTO idempotency (token, key, hash, id, created_at, attempted_at) VALUES (?1, ?2, ?3, ?4, ?5, ?5)
         ON CONFLICT (token, key) DO NOTHING`,
      )
      .bind(token, key, hash, id, now),
    db.prepare("SELECT hash, id, attempted_at, answer FROM idempotency WHERE token = ?1 AND key = ?2").bind(token, key),
  ]);
  const row = read?.results[0];
  if (row === undefined) throw new Error("the row of an idempotency key is gone in the transaction that wrote it");
  if (row.hash !== hash) return { kind: "different" };
  if (row.id === id) return { kind: "attempt", id, isRepeat: false };
  if (row.answer !== null) return { kind: "answered", answer: JSON.parse(row.answer) };
  const sinceMs = now - row.attempted_at;
  if (sinceMs < ATTEMPT_MS) return { kind: "running", sinceMs: Math.max(0, sinceMs) };
  const { meta } = await db
    .prepare(
      `UPDATE idempotency SET attempted_at = ?4
       WHERE token = ?1 AND key = ?2 AND id = ?3 AND attempted_at = ?5 AND answer IS NULL`,
    )
    .bind(token, key, row.id, now, row.attempted_at)
    .run();
  // Else another one was admitted in between.
  return meta.changes > 0 ? { kind: "attempt", id: row.id, isRepeat: true } : { kind: "running", sinceMs: 0 };
}

/** Keeps an attempt's answer, unless there is one. */
export async function keepAnswer(db: D1Database, request: KeyedRequest, id: string, answer: KeptAnswer): Promise<void> {
  await db
    .prepare("UPDATE idempotency SET answer = ?4 WHERE token = ?1 AND key = ?2 AND id = ?3 AND answer IS NULL")
    .bind(request.token, request.key, id, JSON.stringify(answer))
    .run();
}

/** Ends the attempt that began at `now`, whose outcome is unknown: the next one comes at once, under the same id. */
export async function endAttempt(db: D1Database, request: KeyedRequest, id: string, now: number): Promise<void> {
  await db
    .prepare(
      `UPDATE idempotency SET attempted_at = 0
       WHERE token = ?1 AND key = ?2 AND id = ?3 AND attempted_at = ?4 AND answer IS NULL`,
    )
    .bind(request.token, request.key, id, now)
    .run();
}

/** Forgets a request that was refused in the attempt that began at `now`: its key may be used again. */
export async function forget(db: D1Database, request: KeyedRequest, id: string, now: number): Promise<void> {
  await db
    .prepare(
      "DELETE FROM idempotency WHERE token = ?1 AND key = ?2 AND id = ?3 AND attempted_at = ?4 AND answer IS NULL",
    )
    .bind(request.token, request.key, id, now)
    .run();
}

/** Deletes the rows that are older than a day. */
export async function deleteOld(db: D1Database, now: number): Promise<void> {
  for (let deleted = DELETED_AT_ONCE; deleted === DELETED_AT_ONCE; ) {
    const { meta } = await db
      .prepare(
        `DELETE FROM idempotency WHERE (token, key) IN
         (SELECT token, key FROM idempotency WHERE created_at < ?1 ORDER BY created_at LIMIT ?2)`,
      )
      .bind(now - KEPT_MS, DELETED_AT_ONCE)
      .run();
    deleted = meta.changes;
  }
}

/** Blanks an address in the kept answers. The rows stay: without one a repeated request would be carried out again. */
export async function eraseFromAnswers(db: D1Database, address: string): Promise<void> {
  const { results } = await db
    .prepare("SELECT token, key, answer FROM idempotency WHERE instr(lower(answer), lower(?1))")
    .bind(inText(address))
    .all<{ token: string; key: string; answer: string }>();
  const changes = results.map(({ token, key, answer }) => {
    return db
      .prepare("UPDATE idempotency SET answer = ?3 WHERE token = ?1 AND key = ?2")
      .bind(token, key, blanked(answer, address));
  });
  if (changes.length > 0) await db.batch(changes);
}

/** The address as it stands in JSON, or the part of it that is the same at any depth: its domain. */
function inText(address: string): string {
  return /["\\]/.test(address) ? address.slice(address.lastIndexOf("@")) : address;
}
