import type { Mailbox } from "../recipients/mailbox.ts";
import { signToken } from "./delivery-token.ts";

/** Where mail to this Worker arrives: `bounce@bounces.example.com`, and by subaddressing `bounce+TOKEN@…` (RFC 5233). */
export type InboundAddress = Mailbox["address"];

/** With a token of 49 characters and the `+`, 62 of the 64 that a local part may have (RFC 5321 section 4.5.3.1.1). */
export const MAX_INBOUND_LOCAL_CHARACTERS = 12;

/** The envelope sender of one delivery (VERP): a bounce names the delivery by where it is sent to. */
export function returnPath(inbound: InboundAddress, push: string, recipient: number, key: string): string {
  return subaddress(inbound, signToken("return-path", push, recipient, key));
}

/** The address of List-Unsubscribe's mailto of one delivery: another token than the return path's. */
export function unsubscribeAddress(inbound: InboundAddress, push: string, recipient: number, key: string): string {
  return subaddress(inbound, signToken("unsubscribe", push, recipient, key));
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

function subaddress(inbound: InboundAddress, token: string): string {
  const { local, domain } = partsOf(inbound);
  return `${local}+${token}${domain}`;
}

/** `domain` with its @. */
function partsOf(address: string): { local: string; domain: string } {
  const at = address.lastIndexOf("@");
  return { local: address.slice(0, at), domain: address.slice(at) };
}
