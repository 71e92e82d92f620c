import type { Reply, Stage } from "../../core/reply.ts";

/**
 * The session is over: the connection failed, a wait timed out, or a reply ended the session. Thrown by the connection
 * and the handshake; caught only in `deliver`, which converts it to a `SessionFault`.
 */
export class SessionLost extends Error {
  readonly stage: Stage;
  /** The reply that ended the session, if one did. */
  readonly reply: Reply | null;

  constructor(stage: Stage, message: string, reply: Reply | null = null) {
    super(message);
    this.name = "SessionLost";
    this.stage = stage;
    this.reply = reply;
  }

  /** A 421 (RFC 5321 section 3.8): the server closes the connection and has taken nothing further. */
  get closing(): boolean {
    return this.reply?.code === 421;
  }
}

/** A reply as text, for an error. */
export function wordsOf(reply: Reply): string {
  return [reply.code, reply.enhanced, reply.text].filter((part) => part !== null && part !== "").join(" ");
}
