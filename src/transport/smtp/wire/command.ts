import type { Reply, Stage } from "../../../core/reply.ts";
import type { Connection } from "./connection.ts";
import { type Ending, SessionLost, wordsOf } from "./lost.ts";

/** Sends one command, reads its reply. A 421 (RFC 5321 section 3.8) ends the session. */
export async function ask(connection: Connection, stage: Stage, command: string): Promise<Reply> {
  connection.outbox.text(`${command}\r\n`);
  connection.flush();
  const reply = await connection.reply(stage);
  if (reply.code === 421) throw refused(stage, "the server closes the session", reply);
  return reply;
}

/** The error for a reply that ends the session. */
export function refused(stage: Stage, what: string, reply: Reply, ending?: Ending): SessionLost {
  return new SessionLost(stage, `${what}: ${wordsOf(reply)}`, reply, ending);
}
