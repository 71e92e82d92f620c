import { Buffer } from "node:buffer";
import { timingSafeEqual } from "node:crypto";
import { fullMacOf, macOf } from "./mac.ts";
import type { SigningKeys } from "./signing-keys.ts";

/**
 * What a token is for; signed too, so that a token of one purpose is worth nothing for another.
 * - `unsubscribe`: the link and the mailto address of List-Unsubscribe.
 * - `return-path`: the envelope sender.
 * - `message-id`: the local part of the Message-ID.
 * - `event`: what a provider's webhook gives back.
 */
export type TokenPurpose = "unsubscribe" | "return-path" | "message-id" | "event";

/** The delivery that a token names. */
export interface SignedDelivery {
  readonly push: string;
  readonly recipient: number;
}

/** The longest token of a push id of 16 characters and a recipient up to 2^53, `message-id` aside: 49. */
export const MAX_TOKEN_CHARACTERS = 64;

const RADIX = 32;
/** 100 bits in digits of five bits; 25 hex digits. */
const MAC_DIGITS = 20;
const MAC_HEX_DIGITS = 25;
const TOKEN = /^([\w-]+)\.([0-9a-v]{1,11})\.[0-9a-v]{20}$/;
const MESSAGE_ID = /^([\w-]+)\.(\d{1,16})\.[0-9a-f]{24}$/;

/**
 * A token `push.recipient.mac` that names a delivery, unforgeable and the same at every call. Needs no look-up and never
 * expires. Digits, lower-case letters and two dots, so that it may stand in a URL's path and in a local part, whose case
 * servers change: 49 characters at most (for `message-id` 58).
 */
export function signToken(purpose: TokenPurpose, push: string, recipient: number, key: string): string {
  // As in earlier versions: the Message-ID of a mail must not change between two attempts.
  if (purpose === "message-id") {
    return `${push}.${recipient}.${macOf(key, purpose, `${push}.${recipient}`)}`;
  }
  const mac = BigInt(`0x${fullMacOf(key, purpose, `${push}.${recipient}`).slice(0, MAC_HEX_DIGITS)}`);
  return `${push}.${recipient.toString(RADIX)}.${mac.toString(RADIX).padStart(MAC_DIGITS, "0")}`;
}

/**
 * The delivery that a token names; null: not a token of this purpose, or signed with neither key. Ignores case.
 * Compares in constant time.
 */
export function verifyToken(purpose: TokenPurpose, token: string, keys: SigningKeys): SignedDelivery | null {
  const given = token.toLowerCase();
  if (given.length > MAX_TOKEN_CHARACTERS) return null;
  const parts = (purpose === "message-id" ? MESSAGE_ID : TOKEN).exec(given);
  if (parts === null) return null;
  const [, push = "", digits = ""] = parts;
  const recipient = Number.parseInt(digits, purpose === "message-id" ? 10 : RADIX);
  if (!Number.isSafeInteger(recipient)) return null;
  // Both keys each time: how long this takes does not tell which one it was.
  const verified = [keys.current, keys.previous ?? keys.current].map((key) =>
    isEqual(given, signToken(purpose, push, recipient, key)),
  );
  return verified.includes(true) ? { push, recipient } : null;
}

function isEqual(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
