import type { Reply, Stage } from "../../../core/reply.ts";

/**
 * What the loss means beyond its message:
 * - `fault`: nothing is known of messages without a reply.
 * - `closing`: the server said that it takes nothing more of them.
 * - `renew`: the next session will do otherwise: open it at once.
 * - `incompatible`: the relay does not offer what our settings require; waiting does not help.
 */
export type Ending = "fault" | "closing" | "renew" | "incompatible";

/**
 * The session is over: the connection failed, a wait timed out, or a reply ended the session. Thrown by the connection
 * and the handshake; caught only in `deliver`, which converts it to a `SessionEnd`.
 */
export class SessionLost extends Error {
  readonly stage: Stage;
  /** The reply that ended the session, if one did. */
  readonly reply: Reply | null;
  readonly ending: Ending;

  /** By default a 421 (RFC 5321 section 3.8) is `closing`, all else a `fault`. */
  constructor(stage: Stage, message: string, reply: Reply | null = null, ending?: Ending) {
    super(message);
    this.name = "SessionLost";
    this.stage = stage;
    this.reply = reply;
    this.ending = ending ?? (reply?.code === 421 ? "closing" : "fault");
  }

  /** The server has taken no message that it did not answer. */
  get closing(): boolean {
    return this.ending === "closing";
  }
}

/** A wait that timed out. */
export class NoReply extends SessionLost {}

/** A reply as text, for an error. */
export function wordsOf(reply: Reply): string {
  return [reply.code, reply.enhanced, reply.text].filter((part) => part !== null && part !== "").join(" ");
}
