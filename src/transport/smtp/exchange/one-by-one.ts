import type { Flight, Session } from "../session.ts";
import { dotStuffed } from "./content.ts";

/** Sends to a server without PIPELINING (RFC 5321 section 4.1.4): one command, one reply. */
export async function oneByOne(session: Session): Promise<void> {
  let refused = false;
  for (let flight = await session.take(); flight !== null; flight = await session.take()) {
    if (refused) {
      send(session, "RSET\r\n");
      await session.resetReply(flight);
    }
    refused = !(await offer(session, flight));
  }
}

/** Sends one message; false: refused, and the transaction may still be open. */
async function offer(session: Session, flight: Flight): Promise<boolean> {
  const [mail, rcpt] = session.envelope(flight).split(/(?<=\n)/) as [string, string];
  send(session, mail);
  if (!(await session.reply(flight, "mail"))) return false;
  send(session, rcpt);
  if (!(await session.reply(flight, "rcpt"))) return false;
  send(session, "DATA\r\n");
  if (!(await session.reply(flight, "data"))) return false;
  const { outbox } = session.connection;
  outbox.bytes(dotStuffed(flight.content));
  outbox.bytes(flight.content.tail);
  outbox.text(".\r\n");
  flight.endsAt = outbox.queued;
  session.connection.flush();
  return await session.reply(flight, "content");
}

function send(session: Session, command: string): void {
  session.connection.outbox.text(command);
  session.connection.flush();
}
