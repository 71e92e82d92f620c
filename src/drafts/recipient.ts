import type { Personal } from "../message/template/template.ts";
import { addressKey } from "../recipients/address.ts";
import { recallErased } from "../recipients/erased.ts";
import { findSuppressions, type SuppressionReason } from "../recipients/suppressions.ts";

/** Somebody who is in no list, for a preview (RFC 2606). */
export const MADE_UP: Personal = { address: "recipient@example.com", username: "", area: "", attributes: {} };

/**
 * Why an address gets no mail; null: it does. One that an erased person had counts as it did before.
 *
 * @param list false: an unsubscribe does not count, see `Content`
 */
export async function suppressionOf(db: D1Database, address: string, list: boolean): Promise<SuppressionReason | null> {
  await recallErased(db, [addressKey(address)]);
  const found = await findSuppressions(db, address);
  return found.find(({ reason }) => list || reason !== "unsubscribed")?.reason ?? null;
}
