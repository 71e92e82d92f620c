import type { Reply, Stage } from "../core/reply.ts";

/** One mail, composed: its envelope (RFC 5321) and its content (RFC 5322). */
export interface Outgoing {
  /** The delivery it belongs to; the transport only hands it back. */
  readonly id: number;
  /** Envelope addresses: no angle brackets, no CR, LF or NUL, the domain in A-labels. */
  readonly from: string;
  readonly to: string;
  /** The whole message with CRLF line ends, ending in CRLF, not dot-stuffed. */
  readonly content: Uint8Array;
  /** True if `content` has bytes above 127 (so 8BITMIME is asked for where it is offered). */
  readonly eightBit: boolean;
}

/** What became of one `Outgoing`. The transport reports facts; `core/verdict.ts` judges them. */
export type Outcome =
  /** The server answered for this message: 250 after its content, or the first refusal in the order MAIL, RCPT, DATA, content. */
  | { readonly id: number; readonly kind: "answered"; readonly stage: Stage; readonly reply: Reply }
  /** We can't send it to this server, and it was not offered: needs SMTPUTF8, larger than SIZE. For good. */
  | { readonly id: number; readonly kind: "unsendable"; readonly reason: string }
  /** It was not handed over: the session ended before its content was complete. */
  | { readonly id: number; readonly kind: "untried" }
  /** Its content was written to the end and no reply came: nobody knows. */
  | { readonly id: number; readonly kind: "in_doubt"; readonly reason: string };

/** Why a session ended before its feed did. */
export interface SessionFault {
  readonly stage: Stage;
  /** What happened, in words for a person: "connection refused", "no reply to RCPT within 60 s". */
  readonly error: string;
  /** The server's words, where it was a reply that ended the session (a 4xx greeting, AUTH refused, 421). */
  readonly reply: Reply | null;
  /** How many messages this session answered before. None, twice in a row, is an outage. */
  readonly answered: number;
}

/** Where a session gets its messages, and where it puts what became of them. Driven by `delivery/`. */
export interface Feed {
  /**
   * The next message, or null when there is no more for this session. It may wait (for room among the unsettled), so
   * a session with replies outstanding must go on reading while it waits. What is at hand is best given without waiting:
   * it goes out in the same write as the message before it.
   */
  next(): Outgoing | null | Promise<Outgoing | null>;
  /** Exactly one report for each message that `next` gave, in any order, before `deliver` resolves. */
  report(outcome: Outcome): void;
}

/**
 * How a session ended. `done`: the feed gave null, or `beginBefore` has passed. `renew`: said goodbye early, and nothing
 * is wrong: enough messages or refusals for one session; open another one at once and go on with the same feed. A
 * transport that never ends a session early just never says it. `fault`: the line or the server failed.
 */
export type SessionEnd =
  | { readonly kind: "done" }
  | { readonly kind: "renew" }
  | { readonly kind: "fault"; readonly fault: SessionFault };

/**
 * Hands mail to a relay. `deliver` opens one session, sends what the feed gives until it gives null, says goodbye,
 * and resolves to how it ended (after `renew` or a fault, whoever calls may open another one). Every wait inside is
 * bounded; it never rejects for what a server does, and never hangs.
 */
export interface Transport {
  /** As given in TRANSPORT. */
  readonly name: string;
  deliver(feed: Feed, limits: SessionLimits): Promise<SessionEnd>;
}

export interface SessionLimits {
  /** Epoch milliseconds: no message is begun after this. */
  readonly beginBefore: number;
  /** The most that one message may take from MAIL to the last reply, in milliseconds. */
  readonly messageTimeoutMs: number;
}

/** What a transport is told about the relay. Checked by `config.ts`. */
export interface RelayConfig {
  readonly host: string;
  readonly port: number;
  readonly security: "tls" | "starttls" | "none";
  /** Empty: no AUTH. */
  readonly username: string;
  readonly password: string;
  readonly ehloName: string;
}

/** How long a transport waits at each step, in milliseconds. Tests make them small. */
export interface Timeouts {
  readonly connectMs: number;
  readonly greetingMs: number;
  readonly commandMs: number;
  /** After the final dot or BDAT LAST. RFC 5321 section 4.5.3.2.6 says ten minutes: a short one makes doubt. */
  readonly contentMs: number;
}

export const TIMEOUTS: Timeouts = { connectMs: 15_000, greetingMs: 30_000, commandMs: 60_000, contentMs: 300_000 };
