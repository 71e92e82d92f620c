import { connect } from "cloudflare:sockets";
import type { Reply, Stage } from "../../core/reply.ts";
import type { RelayConfig, Timeouts } from "../transport.ts";
import { Deadline } from "./deadline.ts";
import { SessionLost } from "./lost.ts";
import { Outbox } from "./outbox.ts";
import { ReplyReader } from "./reply-reader.ts";

/** How long a server that no longer takes our bytes is still listened to: it may have said why. */
const LAST_WORDS_MS = 1_000;
/** How long the reply to QUIT is waited for: nothing depends on it. */
const GOODBYE_MS = 2_000;

/** What is being waited for: `ms` after the last progress on the line, and never past `by` (epoch milliseconds). */
interface Wait {
  readonly stage: Stage;
  readonly ms: number;
  readonly by: number;
}

/**
 * A line to a server: what is put into `outbox` goes out with `flush`, replies come back in order. Every wait has its
 * time limit; the end of the line is a `SessionLost`, thrown where replies are waited for.
 *
 * Never waits for `socket.closed`, which may stay unsettled, and does not count on `close` to end a read.
 */
export class Connection {
  readonly outbox = new Outbox();
  readonly #relay: RelayConfig;
  readonly #timeouts: Timeouts;
  #socket: Socket;
  #reader: ReadableStreamDefaultReader<Uint8Array>;
  #writer: WritableStreamDefaultWriter<Uint8Array>;
  #replies = new ReplyReader();
  #wait: Wait | null = null;
  readonly #deadline = new Deadline(() => this.#timeIsUp());
  #flushing = false;
  #writeFailed = false;
  #lost: SessionLost | null = null;
  readonly #interrupts = new Set<(lost: SessionLost) => void>();

  private constructor(socket: Socket, relay: RelayConfig, timeouts: Timeouts) {
    this.#relay = relay;
    this.#timeouts = timeouts;
    this.#socket = socket;
    this.#reader = socket.readable.getReader();
    this.#writer = socket.writable.getWriter();
    quiet(socket);
  }

  /** Connects, with TLS from the start where the relay wants it. Throws `SessionLost` at stage connect. */
  static async open(relay: RelayConfig, timeouts: Timeouts): Promise<Connection> {
    const secureTransport = relay.security === "tls" ? "on" : relay.security === "starttls" ? "starttls" : "off";
    let socket: Socket;
    try {
      socket = connect({ hostname: relay.host, port: relay.port }, { secureTransport, allowHalfOpen: false });
    } catch (error) {
      throw new SessionLost("connect", notOpened("connect", relay, error));
    }
    const connection = new Connection(socket, relay, timeouts);
    await connection.#opened("connect", timeouts.connectMs);
    return connection;
  }

  /** Nothing more can be sent; replies that are on their way may still be read. */
  get broken(): boolean {
    return this.#lost !== null || this.#writeFailed;
  }

  /** Ends every wait, now and from now on, with this; the first one counts. */
  lose(lost: SessionLost): SessionLost {
    if (this.#lost !== null) return this.#lost;
    this.#lost = lost;
    this.close();
    for (const interrupt of this.#interrupts) interrupt(lost);
    return lost;
  }

  /**
   * Writes all that is in the outbox, and what comes into it meanwhile; resolves when the socket has taken it, or at
   * once where this is going on already. Never rejects: why a line takes no more is learned where replies are waited
   * for, perhaps in the server's own words. On a dead line it may never resolve.
   */
  async flush(): Promise<void> {
    if (this.#flushing) return;
    this.#flushing = true;
    while (!this.broken) {
      const chunk = this.outbox.take();
      if (chunk === null) break;
      try {
        await this.#writer.write(chunk);
        if (this.#wait !== null) this.#await(this.#wait);
      } catch {
        this.#writeFailed = true;
        if (this.#wait !== null) this.#await({ ...this.#wait, ms: LAST_WORDS_MS });
      }
    }
    this.#flushing = false;
  }

  /** The next reply if it has come already. Throws `SessionLost` for what is no reply. */
  arrived(stage: Stage): Reply | null {
    if (this.#lost !== null) throw this.#lost;
    const next = this.#replies.next();
    if (next.ok) return next.value;
    throw this.lose(new SessionLost(stage, next.error));
  }

  /**
   * The next reply, waited for as long as its stage allows since the last bytes came or went, and never past `by`, epoch
   * milliseconds; without that no longer in all, however slowly the bytes trickle in.
   */
  async reply(stage: Stage, by = Date.now() + this.#patience(stage)): Promise<Reply> {
    for (;;) {
      const reply = this.arrived(stage);
      if (reply !== null) return reply;
      this.#replies.push(await this.#read({ stage, ms: this.#patience(stage), by }));
    }
  }

  /**
   * TLS from here on (RFC 3207). Bytes that came in clear behind the reply to STARTTLS are forgotten with the reader
   * that holds them: anyone on the way could have put them there (CVE-2011-0411).
   */
  async startTls(): Promise<void> {
    try {
      this.#reader.releaseLock();
      this.#writer.releaseLock();
      this.#socket = this.#socket.startTls();
    } catch (error) {
      throw this.lose(new SessionLost("starttls", notOpened("starttls", this.#relay, error)));
    }
    quiet(this.#socket);
    this.#reader = this.#socket.readable.getReader();
    this.#writer = this.#socket.writable.getWriter();
    this.#replies = new ReplyReader();
    await this.#opened("starttls", this.#timeouts.commandMs);
  }

  /** QUIT, and closes. Whatever goes wrong here is of no importance. */
  async quit(): Promise<void> {
    this.outbox.text("QUIT\r\n");
    this.flush();
    await this.reply("mail", Date.now() + GOODBYE_MS).catch(() => {});
    this.close();
  }

  /** Closes the line, without waiting for it. */
  close(): void {
    this.#wait = null;
    this.#deadline.clear();
    this.#socket.close().catch(() => {});
  }

  async #opened(stage: "connect" | "starttls", ms: number): Promise<void> {
    this.#await({ stage, ms, by: Infinity });
    try {
      await this.unlessLost(this.#socket.opened);
    } catch (error) {
      throw this.lose(new SessionLost(stage, notOpened(stage, this.#relay, error)));
    }
    this.#rest();
  }

  async #read(wait: Wait): Promise<Uint8Array> {
    this.#await(this.#writeFailed ? { ...wait, ms: LAST_WORDS_MS } : wait);
    let result: ReadableStreamReadResult<Uint8Array>;
    try {
      result = await this.unlessLost(this.#reader.read());
    } catch (error) {
      throw this.lose(new SessionLost(wait.stage, `the line was lost${because(error)}`));
    }
    if (result.done) throw this.lose(new SessionLost(wait.stage, "the server closed the line"));
    this.#rest();
    return result.value;
  }

  #patience(stage: Stage): number {
    if (stage === "greeting") return this.#timeouts.greetingMs;
    return stage === "content" ? this.#timeouts.contentMs : this.#timeouts.commandMs;
  }

  #await(wait: Wait): void {
    const now = Date.now();
    this.#wait = wait;
    this.#deadline.set(Math.min(now + wait.ms, wait.by), now);
  }

  #rest(): void {
    this.#wait = null;
    this.#deadline.set(Infinity, 0);
  }

  #timeIsUp(): void {
    if (this.#wait === null) return;
    const { stage, ms } = this.#wait;
    const words = this.#writeFailed ? "the server takes no more bytes" : `${AWAITED[stage]} within ${ms / 1000} s`;
    this.lose(new SessionLost(stage, words));
  }

  /** The same promise, but `lose` ends it too, whatever the platform does with a read on a closed socket. */
  unlessLost<T>(work: Promise<T>): Promise<T> {
    if (this.#lost !== null) return Promise.reject(this.#lost);
    return new Promise((resolve, reject) => {
      this.#interrupts.add(reject);
      work.then(
        (value) => {
          this.#interrupts.delete(reject);
          resolve(value);
        },
        (error) => {
          this.#interrupts.delete(reject);
          reject(error);
        },
      );
    });
  }
}

/** How a wait that ran out is told. */
const AWAITED: Record<Stage, string> = {
  connect: "no connection",
  greeting: "no greeting",
  ehlo: "no reply to EHLO",
  starttls: "no reply to STARTTLS, or no TLS handshake,",
  auth: "no reply to AUTH",
  mail: "no reply to MAIL",
  rcpt: "no reply to RCPT",
  data: "no reply to DATA",
  content: "no reply to the content",
};

/** In some of the ways a session ends nobody looks at these promises; that must not end the invocation. */
function quiet(socket: Socket): void {
  socket.opened.catch(() => {});
  socket.closed.catch(() => {});
}

/** The platform does not say what was wrong with a certificate, so these words have to name it as a possibility. */
function notOpened(stage: "connect" | "starttls", relay: RelayConfig, error: unknown): string {
  const certificate = `its certificate is not valid for ${relay.host} (another name, expired, or an unknown authority)`;
  if (stage === "starttls") return `the TLS handshake failed: most often ${certificate}${because(error)}`;
  const alone = `could not connect to ${relay.host}:${relay.port}`;
  if (relay.security !== "tls") return `${alone}${because(error)}`;
  return `${alone} with TLS: nobody listens, or it speaks no TLS there, or ${certificate}${because(error)}`;
}

/** The platform's words, unless they are a reference to its own log. */
function because(error: unknown): string {
  const words = error instanceof Error ? error.message : String(error);
  return words.startsWith("internal error") ? "" : `: ${words}`;
}
