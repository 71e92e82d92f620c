import type { Reply, Stage } from "../../core/reply.ts";
import type { Connection } from "./connection.ts";
import { SessionLost, wordsOf } from "./lost.ts";

/** One command by itself, and its reply. A 421 (RFC 5321 section 3.8) ends the session. */
export async function ask(connection: Connection, stage: Stage, command: string): Promise<Reply> {
  connection.outbox.text(`${command}\r\n`);
  connection.flush();
  const reply = await connection.reply(stage);
  if (reply.code === 421) throw refused(stage, "the server closes the session", reply);
  return reply;
}

/** The end of a session by the server's own words. */
export function refused(stage: Stage, what: string, reply: Reply): SessionLost {
  return new SessionLost(stage, `${what}: ${wordsOf(reply)}`, reply);
}
