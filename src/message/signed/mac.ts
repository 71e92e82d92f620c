import { createHmac } from "node:crypto";

/** 96 bits: cannot be guessed. */
const MAC_HEX_DIGITS = 24;

/**
 * HMAC-SHA-256 truncated to 96 bits, in hex. `purpose` separates domains: a code for one purpose is not valid for
 * another.
 */
export function macOf(signingKey: string, purpose: string, subject: string): string {
  return fullMacOf(signingKey, purpose, subject).slice(0, MAC_HEX_DIGITS);
}

/** The whole HMAC, 64 hex digits. Synchronous: Web Crypto would await once for every mail. */
export function fullMacOf(signingKey: string, purpose: string, subject: string): string {
  return createHmac("sha256", signingKey).update(`${purpose}\n${subject}`).digest("hex");
}
