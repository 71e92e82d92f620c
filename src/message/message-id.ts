import { createHmac } from "node:crypto";

/** 96 bits: nobody guesses one. */
const MAC_HEX_DIGITS = 24;

/**
 * A code that only the holder of the signing key can make, in hex. `purpose` keeps codes made for one thing from being
 * good for another.
 */
export function macOf(signingKey: string, purpose: string, subject: string): string {
  return createHmac("sha256", signingKey).update(`${purpose}\n${subject}`).digest("hex").slice(0, MAC_HEX_DIGITS);
}

/** `<push.recipient.mac@domain>`: the same at every attempt, and not to be forged by who gets one. */
export function messageId(signingKey: string, push: string, recipient: number, domain: string): string {
  return `<${push}.${recipient}.${macOf(signingKey, "message-id", `${push}.${recipient}`)}@${domain}>`;
}
