import { type SignedDelivery, type TokenPurpose, verifyToken } from "../../message/signed/delivery-token.ts";
import { type InboundAddress, tokenInAddress } from "../../message/signed/return-path.ts";
import type { SigningKeys } from "../../message/signed/signing-keys.ts";
import type { Evidence } from "./report.ts";

/** What verifies the tokens of inbound mail. */
export interface Verifier {
  readonly keys: SigningKeys;
  /** RETURN_PATH; null: not set, so that no address of ours has tokens. */
  readonly inbound: InboundAddress | null;
}

/** The delivery whose token of `purpose` an address has; null: none of ours. */
export function deliveryIn(address: string, purpose: TokenPurpose, { keys, inbound }: Verifier): SignedDelivery | null {
  const token = inbound === null ? null : tokenInAddress(inbound, address);
  return token === null ? null : verifyToken(purpose, token, keys);
}

/**
 * The delivery that a report is about: by the return path that it was sent to, by the envelope id, by the returned
 * message's id or envelope sender. Each is believed only with its signature; null: nothing of ours.
 */
export function deliveryOf(envelopeRecipient: string, evidence: Evidence, verifier: Verifier): SignedDelivery | null {
  const byReturnPath = (address: string): SignedDelivery | null => deliveryIn(address, "return-path", verifier);
  const byEnvelopeId = (id: string): SignedDelivery | null => verifyToken("return-path", id, verifier.keys);
  const byMessageId = (id: string): SignedDelivery | null =>
    verifyToken("message-id", id.slice(0, id.lastIndexOf("@")), verifier.keys);
  return (
    byReturnPath(envelopeRecipient) ??
    first(evidence.envelopeIds, byEnvelopeId) ??
    first(evidence.messageIds, byMessageId) ??
    first(evidence.returnPaths, byReturnPath)
  );
}

function first(values: readonly string[], find: (value: string) => SignedDelivery | null): SignedDelivery | null {
  for (const value of values) {
    const found = find(value);
    if (found !== null) return found;
  }
  return null;
}
