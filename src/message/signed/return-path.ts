import type { Mailbox } from "../../recipients/mailbox.ts";

/** Where mail to this Worker arrives: `bounce@bounces.example.com`, and by subaddressing `bounce+TOKEN@…` (RFC 5233). */
export type InboundAddress = Mailbox["address"];

/** With a token of 49 characters and the `+`, 62 of the 64 that a local part may have (RFC 5321 section 4.5.3.1.1). */
export const MAX_INBOUND_LOCAL_CHARACTERS = 12;

/**
 * An address that names a delivery: with a `return-path` token its envelope sender (VERP: a bounce names the delivery by
 * where it is sent to), with an `unsubscribe` token that of List-Unsubscribe's mailto.
 */
export function subaddress(inbound: InboundAddress, token: string): string {
  const { local, domain } = partsOf(inbound);
  return `${local}+${token}${domain}`;
}

/**
 * The token in an envelope recipient; null: the address has none, or is not ours. Ignores case. Try it with
 * `verifyToken` for `unsubscribe` and for `return-path`: only one of them fits.
 */
export function tokenInAddress(inbound: InboundAddress, address: string): string | null {
  const given = address.toLowerCase();
  const { local, domain } = partsOf(inbound.toLowerCase());
  if (!given.startsWith(`${local}+`) || !given.endsWith(domain)) return null;
  return given.slice(local.length + 1, -domain.length);
}

/** `domain` with its @. */
function partsOf(address: string): { local: string; domain: string } {
  const at = address.lastIndexOf("@");
  return { local: address.slice(0, at), domain: address.slice(at) };
}
