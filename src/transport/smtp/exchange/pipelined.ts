import { atHand, type Flight, type Session } from "../session.ts";
import { dotStuffed } from "./content.ts";

/**
 * Sends to a server with PIPELINING (RFC 2920): MAIL, RCPT and DATA in one write, and the content in one write with the
 * next message's MAIL, RCPT and DATA: one round trip a message. Two if the relay does not take what is joined to a
 * content.
 */
export async function pipelined(session: Session): Promise<void> {
  const { connection } = session;
  let current = await session.take();
  if (current !== null) connection.outbox.text(envelope(session, current));
  while (current !== null) {
    connection.flush();
    const { refused, content } = await envelopeReplies(session, current);
    if (content) putContent(session, current, refused);
    const upcoming = content && !session.joins ? null : { next: session.take() };
    let next: Flight | null | undefined = upcoming === null ? undefined : await atHand(upcoming.next);
    if (next) {
      Object.assign(next, { joined: content, reset: refused });
      connection.outbox.text(envelope(session, next));
    }
    connection.flush();
    if (content) await session.reply(current, "content");
    if (next === undefined) {
      next = await (upcoming?.next ?? session.take());
      if (next !== null) {
        next.reset = refused;
        connection.outbox.text(envelope(session, next));
      }
    }
    if (next?.reset) await resetReply(session, next);
    current = next;
  }
}

function envelope(session: Session, flight: Flight): string {
  return `${flight.reset ? "RSET\r\n" : ""}${session.envelope(flight)}DATA\r\n`;
}

async function resetReply(session: Session, flight: Flight): Promise<void> {
  session.connection.flush();
  await session.resetReply(flight);
}

/** Reads all three replies. `content`: the server now waits for content, even if it refused MAIL or RCPT. */
async function envelopeReplies(session: Session, flight: Flight): Promise<{ refused: boolean; content: boolean }> {
  const mail = await session.reply(flight, "mail");
  const rcpt = await session.reply(flight, "rcpt");
  const content = await session.reply(flight, "data");
  return { refused: !(mail && rcpt && content), content };
}

/** For a refused message only a dot: the server awaits content, and will refuse it (RFC 2920 section 3.1). */
function putContent(session: Session, flight: Flight, refused: boolean): void {
  const { outbox } = session.connection;
  if (!refused) {
    outbox.bytes(dotStuffed(flight.content));
    outbox.bytes(flight.content.tail);
  }
  outbox.text(".\r\n");
  if (!refused) flight.endsAt = outbox.queued;
}
