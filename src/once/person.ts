import { macOf } from "../message/signed/mac.ts";
import { addressKey } from "../recipients/address.ts";

/**
 * A person as an `onceKey` knows them: a MAC of the address, in any case. Its key stays in D1 and in the ledgers, and never
 * changes: `SIGNING_KEY` may.
 */
export function personOf(macKey: string, address: string): string {
  return macOf(macKey, "once", addressKey(address));
}
