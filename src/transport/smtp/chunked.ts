import { atHand, type Flight, type Session } from "./session.ts";

/**
 * How many messages may be in flight: one more with each that is accepted, half as many after a refusal, since those
 * behind it may be refused too, and servers hang up on a client with many refusals. The feed may hold back sooner.
 */
const FIRST_WINDOW = 10;
const LEAST_WINDOW = 4;
const MOST_WINDOW = 64;
/** Messages are gathered to writes of about this size. */
const WRITE_BYTES = 64 * 1024;

/**
 * The conversation with a server that has CHUNKING (RFC 3030) and PIPELINING: whole messages are in flight, several at
 * once, since BDAT waits for no 354. RSET heads every envelope after the first, so that a refusal can't leak into the
 * next one. Accepted: a server that says more than it was asked shifts all later replies, and without a 354 among them
 * nothing shows it; SMTP_CHUNKING = "off" is for such a server.
 */
export function chunked(session: Session): Promise<void> {
  return new Chunked(session).run();
}

class Chunked {
  readonly #session: Session;
  /** Sent, and their last reply has not come: in the order of the replies. */
  readonly #inFlight: Flight[] = [];
  /** The first message of a session has no RSET before it. */
  #first: Flight | null = null;
  #window = FIRST_WINDOW;
  #reading: Promise<void> | null = null;
  /** Reading has failed: no reply will be taken any more, and nobody will be told of room. */
  #deaf = false;
  #roomCame: (() => void) | null = null;

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

  /** The next message, when there is room for it. What was gathered goes out before anything is waited for. */
  async #next(): Promise<Flight | null> {
    const { connection } = this.#session;
    if (this.#inFlight.length >= this.#window && !this.#deaf) {
      connection.flush();
      await new Promise<void>((resolve) => {
        this.#roomCame = resolve;
      });
    }
    if (this.#deaf) await this.#reading;
    const taken = this.#session.take();
    const flight = await atHand(taken);
    if (flight !== undefined) return flight;
    connection.flush();
    return await connection.unlessLost(Promise.resolve(taken));
  }

  #send(flight: Flight): void {
    const { outbox } = this.#session.connection;
    const { bytes } = flight.content;
    const reset = this.#first === null ? "" : "RSET\r\n";
    this.#first ??= flight;
    outbox.text(`${reset}${this.#session.envelope(flight)}BDAT ${bytes.length} LAST\r\n`);
    outbox.bytes(bytes);
    flight.endsAt = outbox.queued;
    this.#inFlight.push(flight);
    if (this.#reading === null) {
      this.#reading = this.#read();
      // Looked at where `run` ends, which may be later.
      this.#reading.catch(() => {});
    }
  }

  /** Reads replies for as long as there are messages in flight. */
  async #read(): Promise<void> {
    try {
      for (let flight = this.#inFlight[0]; flight !== undefined; flight = this.#inFlight[0]) {
        const accepted = await this.#replies(flight);
        this.#window = accepted ? Math.min(this.#window + 1, MOST_WINDOW) : Math.max(this.#window / 2, LEAST_WINDOW);
        this.#inFlight.shift();
        // Not for each: what there is room for goes out in one write.
        if (this.#inFlight.length <= this.#window / 2) this.#wake();
      }
      this.#reading = null;
    } catch (error) {
      this.#deaf = true;
      throw error;
    } finally {
      this.#wake();
    }
  }

  /** True: the message was accepted. */
  async #replies(flight: Flight): Promise<boolean> {
    if (flight !== this.#first) await this.#session.resetReply(flight);
    const mail = await this.#session.reply(flight, "mail");
    const rcpt = await this.#session.reply(flight, "rcpt");
    const content = await this.#session.reply(flight, "content");
    return mail && rcpt && content;
  }

  #wake(): void {
    this.#roomCame?.();
    this.#roomCame = null;
  }
}
