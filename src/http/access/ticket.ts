import { Buffer } from "node:buffer";
import { timingSafeEqual } from "node:crypto";
import { macOf } from "../../message/signed/mac.ts";
import type { SigningKeys } from "../../message/signed/signing-keys.ts";

/** Long enough to connect with. */
export const TICKET_MS = 60_000;

/** What a ticket says: who may watch which push until when. */
export interface TicketClaims {
  readonly push: string;
  /** The id of the token that it was given to. */
  readonly token: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

const RADIX = 36;
const TICKET = /^([0-9a-z]{1,11})\.([\w-]{1,64})\.[0-9a-f]{24}$/;

/**
 * A ticket `expiry.token.mac` that lets whoever has it watch one push, in a URL: browsers cannot send Authorization with
 * a WebSocket. It needs no look-up, and may be used more than once until it expires.
 */
export function signTicket({ push, token, expiresAt }: TicketClaims, key: string): string {
  const expiry = expiresAt.toString(RADIX);
  return `${expiry}.${token}.${macOf(key, "live-ticket", `${push}\n${token}\n${expiry}`)}`;
}

/** The claims of a ticket for this push; null: it is no such ticket, or has expired. Compares in constant time. */
export function verifyTicket(ticket: string, push: string, keys: SigningKeys, now: number): TicketClaims | null {
  const [, expiry = "", token = ""] = TICKET.exec(ticket) ?? [];
  const expiresAt = Number.parseInt(expiry, RADIX);
  // One that is valid for longer than we give was signed with a clock that is wrong.
  if (!(expiresAt > now && expiresAt <= now + 2 * TICKET_MS)) return null;
  const claims = { push, token, expiresAt };
  const given = Buffer.from(ticket);
  const verified = [keys.current, keys.previous ?? keys.current].map((key) => {
    const expected = Buffer.from(signTicket(claims, key));
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
  return verified.includes(true) ? claims : null;
}
