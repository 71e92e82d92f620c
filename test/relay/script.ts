/** How a relay behaves: plain data, so that it travels as JSON from a test inside workerd. */
export interface RelayScript {
  /** Where to listen on 127.0.0.1. Default: a free port. */
  port?: number;
  /** Reply to EHLO after the first line. Default: none at all. "SIZE n" is kept, "STARTTLS" and "AUTH" work. */
  capabilities?: string[];
  /** What EHLO answers inside TLS. Default: `capabilities` without STARTTLS. */
  tlsCapabilities?: string[];
  /** PEM. `implicit` speaks TLS from the first byte; otherwise only after STARTTLS. */
  tls?: { key: string; cert: string; implicit?: boolean };
  /** The only credentials that AUTH takes. Default: any. */
  credentials?: { username: string; password: string };
  /** MAIL without AUTH gets 530. */
  requireAuth?: boolean;
  /** The first rule that matches speaks; without one the relay behaves. */
  rules?: Rule[];
  /** Seed of the rules' probabilities. */
  seed?: number;
  /** Above this many accepted recipients a second, RCPT gets 450 4.7.1. `burst` defaults to a tenth of a second's worth. */
  rateLimit?: { perSecond: number; burst?: number; reply?: string };
  /** The first attempt for an address, and all within `afterMs` of it, get 451 4.7.1. */
  greylist?: { afterMs: number };
  /** More sessions than this at once get 421. */
  maxSessions?: number;
  /** These are answered so, though they are offered. */
  refusedMechanisms?: { mechanisms: string[]; reply: string };
  /** The mail after this many in a session gets `sessionFullReply` (421); a 421 ends the session. */
  maxMailsPerSession?: number;
  sessionFullReply?: string;
  /** More RSET than this without a mail taken between get 554, and the session ends, as Exim's do. */
  maxResets?: number;
  /** What comes in one write behind a content: every command gets 503 (Haraka), or it is swallowed (chasquid). */
  behindContent?: "refuse" | "swallow";
  /** The refusal of what is behind a content; a 421 ends the session. */
  behindContentReply?: string;
  /** After this many refusals in a session it gets 421 and ends. */
  maxRefusalsPerSession?: number;
  /** DATA gets 354 though no recipient was accepted; the content then gets 554. */
  dataWithoutRecipients?: boolean;
  /** Every byte of every reply goes out in a packet of its own. */
  bytewise?: boolean;
  /** Replies are held back this long and go out together. */
  coalesceMs?: number;
  /** Every reply, and the greeting, comes this much later: a round trip's length. */
  rttMs?: number;
  /**
   * `content` keeps mails and commands whole, `digest` keeps mails without their content, `count` only how many
   * each address got. Default: content.
   */
  keep?: "content" | "digest" | "count";
}

/** `body` is when the first bytes after 354 arrive; `content` is the final dot or BDAT LAST; `chunk` a BDAT before it. */
export type RelayStage =
  | "greeting"
  | "ehlo"
  | "helo"
  | "starttls"
  | "auth"
  | "mail"
  | "rcpt"
  | "data"
  | "body"
  | "chunk"
  | "content"
  | "rset"
  | "quit";

export interface Rule extends Action {
  stage: RelayStage;
  /** What `Relay.acted` counts it under. */
  name?: string;
  /** Regular expression on the recipient; after RCPT on any recipient of the message. */
  recipient?: string;
  /** Regular expression on the envelope sender. */
  sender?: string;
  /** Of those that match so far: only the nth (from 1), every nth, from the nth on, or each with this probability. */
  nth?: number;
  every?: number;
  from?: number;
  probability?: number;
  /** Only in the nth session of the relay (from 1). */
  session?: number;
  /** Count `nth`, `every` and `from` in each session, for each recipient, anew. */
  perSession?: boolean;
  perRecipient?: boolean;
}

/** What a rule does, in this order: wait, say, end. Nothing but `delayMs`: the usual reply, late. */
export interface Action {
  delayMs?: number;
  /** Whole lines, verbatim, without line ends: "550 5.1.1 no such user", ["250-a", "250 b"]. */
  reply?: string | string[];
  /** Any bytes, one a character, in place of a reply. */
  raw?: string;
  /** One line that never ends, or a multi-line reply without a last line, until the other side leaves. */
  endless?: "line" | "reply";
  bytewise?: boolean;
  /** After what was said nothing more, until the other side leaves. Alone: instead of any reply. */
  stall?: boolean;
  /** Close the connection (FIN), or reset it (RST), after what was said. Alone: instead of any reply. */
  end?: "drop" | "reset";
  /** At `content`, without a 2xx reply: the mail counts as taken all the same. */
  taken?: boolean;
}

/** A mail that the relay took. */
export interface TakenMail {
  session: number;
  from: string;
  to: string[];
  /** Bytes after dot-unstuffing. */
  size: number;
  messageId: string | null;
  /** SHA-1 of the content, in hex. */
  hash: string;
  /** One character a byte; only under `keep: "content"`. */
  content: string | null;
  /** Epoch milliseconds. */
  at: number;
}

export interface SessionRecord {
  /** From 1. */
  session: number;
  tls: boolean;
  /** As received, without line ends, credentials included; only the verbs' count under `digest` and `count`. */
  commands: string[];
  mails: number;
  username: string | null;
  password: string | null;
  /** It said QUIT. */
  quit: boolean;
  startedAt: number;
  endedAt: number | null;
}

/** Something the client must not do. */
export interface Violation {
  session: number;
  kind:
    | "bare-lf"
    | "bare-cr"
    | "long-line"
    | "long-command"
    | "order"
    | "syntax"
    | "unknown-command"
    | "pipelining"
    | "parameter"
    | "eight-bit"
    | "dot-stuffing";
  detail: string;
}

export interface RelaySummary {
  port: number;
  /** All there have been, and those open now. */
  sessions: number;
  open: number;
  mails: number;
  /** Different addresses that got at least one mail, and how many got more than one. */
  addresses: number;
  doubled: number;
  /** Replies of 4xx and 5xx to MAIL, RCPT, DATA or content. */
  refusals: number;
  /** Of each command verb, how many. */
  commands: Record<string, number>;
  firstMailAt: number | null;
  lastMailAt: number | null;
  violations: Violation[];
}
