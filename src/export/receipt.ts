import { Buffer } from "node:buffer";
import type { DeliveryState, PushState } from "../core/states.ts";
import type { ReceiptKey } from "./receipt-key.ts";
import type { Written } from "./stream.ts";

/** What a receipt says: what was so when the file was written. A later file may differ. */
export interface Receipt extends Written {
  readonly push: string;
  /** When the export began, ISO 8601. */
  readonly exportedAt: string;
  /** The push's status then, and the number of changes of its row in D1. */
  readonly status: PushState;
  readonly version: number;
  /** What was selected. */
  readonly filters: { readonly state: DeliveryState | null };
}

/** The last line of a file: the receipt, and its signature over the ASCII of `payload`. */
export async function receiptLine(receipt: Receipt, key: ReceiptKey): Promise<string> {
  const payload = Buffer.from(JSON.stringify(receipt)).toString("base64url");
  return `${JSON.stringify({ payload, signature: await key.sign(payload), kid: key.publicKey.kid })}\n`;
}
