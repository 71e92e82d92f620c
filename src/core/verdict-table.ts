import { PROVIDER_ROWS } from "./verdict/provider-codes.ts";
import { RECIPIENT_ROWS } from "./verdict/recipient.ts";
import type { VerdictRow } from "./verdict/row.ts";
import { SENDER_ROWS } from "./verdict/sender.ts";
import { SESSION_ROWS } from "./verdict/session.ts";
import { TEMPORARY_ROWS } from "./verdict/temporary.ts";

/**
 * The first matching row decides. Order: session failures; providers' codes; temporary refusals; our network,
 * authentication and sender; the content; the recipient last, so that no recipient is classified as unknown through a
 * fault of ours.
 */
export const VERDICT_TABLE: readonly VerdictRow[] = [
  ...SESSION_ROWS,
  ...PROVIDER_ROWS,
  ...TEMPORARY_ROWS,
  ...SENDER_ROWS,
  ...RECIPIENT_ROWS,
];
