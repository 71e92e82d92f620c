import type { Reply, Stage } from "../../core/reply.ts";

/**
 * The session is over: the line failed, a wait ran out, or the server said something after which nothing can follow.
 * Thrown by the connection and the handshake, caught in one place (`deliver`), which makes a `SessionFault` of it.
 */
export class SessionLost extends Error {
  readonly stage: Stage;
  /** The server's words, where a reply ended the session. */
  readonly reply: Reply | null;

  constructor(stage: Stage, message: string, reply: Reply | null = null) {
    super(message);
    this.name = "SessionLost";
    this.stage = stage;
    this.reply = reply;
  }

  /** A 421 (RFC 5321 section 3.8): the server closes the line, and what was written behind it was not taken. */
  get closing(): boolean {
    return this.reply?.code === 421;
  }
}

/** A reply in words, for an error. */
export function wordsOf(reply: Reply): string {
  return [reply.code, reply.enhanced, reply.text].filter((part) => part !== null && part !== "").join(" ");
}
