import { atHand, type Flight, type Session } from "../session.ts";

/**
 * Limits of the messages in flight (AIMD): plus one for each accepted, halved after a refusal, since those behind it
 * may be refused too, and servers hang up after many refusals. The feed may limit them further.
 */
const FIRST_WINDOW = 10;
const MIN_WINDOW = 4;
const MAX_WINDOW = 64;
/** Messages are batched to writes of about this size. */
const WRITE_BYTES = 64 * 1024;

/**
 * Sends to a server with CHUNKING (RFC 3030) and PIPELINING. Several whole messages are in flight, since BDAT waits
 * for no 354. RSET precedes an envelope unless the message before it is known to be accepted, so that a refusal cannot
 * affect the next message. Accepted: a surplus reply shifts all later ones, and without a 354 this is not detected; set
 * SMTP_CHUNKING = "off" for such a server.
 */
export function chunked(session: Session): Promise<void> {
  return new Chunked(session).run();
}

class Chunked {
  readonly #session: Session;
  /** Sent, last reply outstanding; in the order of the replies. */
  readonly #inFlight: Flight[] = [];
  /** The message answered last was refused: its transaction may still be open. */
  #refused = false;
  #window = FIRST_WINDOW;
  #reading: Promise<void> | null = null;
  /** Reading failed: no more replies, and no wake-up for room in the window. */
  #readFailed = false;
  #onRoom: (() => void) | null = null;

  constructor(session: Session) {
    this.#session = session;
  }

  async run(): Promise<void> {
    const { connection } = this.#session;
    for (let flight = await this.#next(); flight !== null; flight = await this.#next()) {
      this.#send(flight);
      if (connection.outbox.waiting >= WRITE_BYTES) await connection.unlessLost(connection.flush());
    }
    connection.flush();
    await this.#reading;
  }

  /** The next message, once the window has room. Flushes the outbox before each wait. */
  async #next(): Promise<Flight | null> {
    const { connection } = this.#session;
    if (this.#inFlight.length >= this.#window && !this.#readFailed) {
      connection.flush();
      await new Promise<void>((resolve) => {
        this.#onRoom = resolve;
      });
    }
    if (this.#readFailed) await this.#reading;
    const taken = this.#session.take();
    const flight = await atHand(taken);
    if (flight !== undefined) return flight;
    connection.flush();
    return await connection.unlessLost(Promise.resolve(taken));
  }

  #send(flight: Flight): void {
    const { outbox } = this.#session.connection;
    const { bytes, tail, size } = flight.content;
    flight.joined = this.#inFlight.length > 0;
    flight.reset = flight.joined || this.#refused;
    outbox.text(`${flight.reset ? "RSET\r\n" : ""}${this.#session.envelope(flight)}BDAT ${size} LAST\r\n`);
    outbox.bytes(bytes);
    outbox.bytes(tail);
    flight.endsAt = outbox.queued;
    this.#inFlight.push(flight);
    if (this.#reading === null) {
      this.#reading = this.#read();
      // `run` awaits this promise, perhaps later.
      this.#reading.catch(() => {});
    }
  }

  /** Reads replies while messages are in flight. */
  async #read(): Promise<void> {
    try {
      for (let flight = this.#inFlight[0]; flight !== undefined; flight = this.#inFlight[0]) {
        const accepted = await this.#replies(flight);
        this.#refused = !accepted;
        this.#window = accepted ? Math.min(this.#window + 1, MAX_WINDOW) : Math.max(this.#window / 2, MIN_WINDOW);
        this.#inFlight.shift();
        // Not for each message, so that several go out in one write.
        if (this.#inFlight.length <= this.#window / 2) this.#wake();
      }
      this.#reading = null;
    } catch (error) {
      this.#readFailed = true;
      throw error;
    } finally {
      this.#wake();
    }
  }

  /** True: the message was accepted. */
  async #replies(flight: Flight): Promise<boolean> {
    if (flight.reset) await this.#session.resetReply(flight);
    const mail = await this.#session.reply(flight, "mail");
    const rcpt = await this.#session.reply(flight, "rcpt");
    const content = await this.#session.reply(flight, "content");
    return mail && rcpt && content;
  }

  #wake(): void {
    this.#onRoom?.();
    this.#onRoom = null;
  }
}
