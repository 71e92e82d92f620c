import { type PublicKey, publicKeyOf } from "./receipt-key.ts";

/** Keeps a public key for good, before the key signs: its receipts can be checked after it was changed. */
export async function keepKey(db: D1Database, { kid, x }: PublicKey, now: number): Promise<void> {
  await db
    .prepare("INSERT INTO receipt_keys (kid, x, created_at) VALUES (?1, ?2, ?3) ON CONFLICT (kid) DO NOTHING")
    .bind(kid, x, now)
    .run();
}

/** All keys that may have signed a receipt, the newest first. */
export async function listKeys(db: D1Database): Promise<PublicKey[]> {
  const { results } = await db
    .prepare("SELECT x FROM receipt_keys ORDER BY created_at DESC, kid LIMIT 100")
    .all<{ x: string }>();
  return Promise.all(results.map(({ x }) => publicKeyOf(x)));
}
