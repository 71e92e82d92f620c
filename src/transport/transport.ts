import type { Reply, Stage } from "../core/reply.ts";

/** A composed mail: envelope (RFC 5321) and content (RFC 5322). */
export interface Outgoing {
  /** The delivery's id; the transport only returns it. */
  readonly id: number;
  /**
   * Envelope addresses: no angle brackets, no CR, LF or NUL, the domain in A-labels, the local part without quotes
   * (`wireAddress` adds them).
   */
  readonly from: string;
  readonly to: string;
  /**
   * What a delivery report names this mail by (RFC 3461 section 4.4, xtext); the transport asks for reports where the
   * server offers DSN. null: none are asked for.
   */
  readonly envelopeId: string | null;
  /** The message, or its start if there is a `tail`: with CRLF line ends, ending in CRLF, not dot-stuffed. */
  readonly content: Uint8Array;
  /**
   * The rest of the message, one buffer for all mails of a push, never copied for each of them. Lines that end in CRLF,
   * none beginning with a dot, all ASCII.
   */
  readonly tail?: Uint8Array;
  /** True if `content` has bytes above 127 (8BITMIME is used if offered). */
  readonly eightBit: boolean;
}

/** The outcome of one `Outgoing`: facts, which `core/verdict.ts` classifies. */
export type Outcome =
  /** The server's answer: 250 after the content, or the first refusal in the order MAIL, RCPT, DATA, content. */
  | { readonly id: number; readonly kind: "answered"; readonly stage: Stage; readonly reply: Reply }
  /** Permanent: this server can't take it, so it was not offered. `address`: needs SMTPUTF8; `size`: exceeds SIZE. */
  | { readonly id: number; readonly kind: "unsendable"; readonly cause: "address" | "size"; readonly reason: string }
  /** Not sent: the session ended before its content was complete. */
  | { readonly id: number; readonly kind: "untried" }
  /** Its content was written completely, but no reply came. */
  | { readonly id: number; readonly kind: "in_doubt"; readonly reason: string };

/** Why a session ended before its feed did. */
export interface SessionFault {
  readonly stage: Stage;
  /** The cause, as text for a person: "connection refused", "no reply to RCPT within 60 s". */
  readonly error: string;
  /** The reply that ended the session, if one did (a 4xx greeting, AUTH refused, 421). */
  readonly reply: Reply | null;
  /** How many messages the server answered before. 0 twice in a row is an outage. */
  readonly answered: number;
  /** The relay does not offer what our settings require (AUTH, STARTTLS): waiting does not help. */
  readonly incompatible?: boolean;
}

/** Supplies a session's messages and receives their outcomes. Implemented by `delivery/`. */
export interface Feed {
  /**
   * The next message, or null when there is no more for this session. May wait for unsettled outcomes to be settled,
   * so a session with replies outstanding must keep reading. A message given without a wait goes out in the same
   * write as the previous one.
   */
  next(): Outgoing | null | Promise<Outgoing | null>;
  /** Called exactly once for each message from `next`, in any order, before `deliver` resolves. */
  report(outcome: Outcome): void;
}

/**
 * How a session ended. `done`: the feed gave null, or `beginBefore` has passed. `renew`: normal early end, after enough
 * messages or refusals; open another session at once with the same feed. Optional for a transport. `fault`: the
 * connection or the server failed.
 */
export type SessionEnd =
  | { readonly kind: "done" }
  | { readonly kind: "renew" }
  | { readonly kind: "fault"; readonly fault: SessionFault };

/**
 * Sends mail to a relay. `deliver` opens one session, sends the feed's messages until null, quits, and resolves to the
 * session's end (after `renew` or a fault the caller may open another one). Every wait is bounded. A server's behaviour
 * never makes `deliver` reject or hang.
 */
export interface Transport {
  /** As set in TRANSPORT. */
  readonly name: string;
  deliver(feed: Feed, limits: SessionLimits): Promise<SessionEnd>;
}

export interface SessionLimits {
  /** Epoch milliseconds: no message is begun after this. */
  readonly beginBefore: number;
  /** Time limit of one message from MAIL to the last reply, in milliseconds. */
  readonly messageTimeoutMs: number;
}

/** A transport's settings for the relay. Checked by `config/`. */
export interface RelayConfig {
  readonly host: string;
  readonly port: number;
  readonly security: "tls" | "starttls" | "none";
  /** Empty: no AUTH. */
  readonly username: string;
  readonly password: string;
  readonly ehloName: string;
}

/** Time limits of a transport's steps, in milliseconds. Tests make them small. */
export interface Timeouts {
  readonly connectMs: number;
  readonly greetingMs: number;
  readonly commandMs: number;
  /** After the final dot or BDAT LAST. RFC 5321 section 4.5.3.2.6: ten minutes; less leaves mail in doubt. */
  readonly contentMs: number;
  /**
   * For the first MAIL that was written behind a content, once the content is answered: some servers swallow it.
   * Servers that only are slow cost one round trip a mail from then on.
   */
  readonly joinedMs: number;
}

export const TIMEOUTS: Timeouts = {
  connectMs: 15_000,
  greetingMs: 30_000,
  commandMs: 60_000,
  contentMs: 300_000,
  joinedMs: 3_000,
};
