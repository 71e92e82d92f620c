import { createHmac } from "node:crypto";

/** 96 bits: cannot be guessed. */
const MAC_HEX_DIGITS = 24;

/**
 * HMAC-SHA-256 truncated to 96 bits, in hex. `purpose` separates domains: a code for one purpose is not valid for
 * another.
 */
export function macOf(signingKey: string, purpose: string, subject: string): string {
  return createHmac("sha256", signingKey).update(`${purpose}\n${subject}`).digest("hex").slice(0, MAC_HEX_DIGITS);
}

/** `<push.recipient.mac@domain>`: the same at every attempt; recipients cannot forge another. */
export function messageId(signingKey: string, push: string, recipient: number, domain: string): string {
  return `<${push}.${recipient}.${macOf(signingKey, "message-id", `${push}.${recipient}`)}@${domain}>`;
}
