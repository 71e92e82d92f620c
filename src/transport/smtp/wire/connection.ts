import { connect } from "cloudflare:sockets";
import type { Reply, Stage } from "../../../core/reply.ts";
import type { RelayConfig, Timeouts } from "../../transport.ts";
import { Deadline } from "./deadline.ts";
import { NoReply, SessionLost } from "./lost.ts";
import { Outbox } from "./outbox.ts";
import { ReplyReader } from "./reply-reader.ts";

/** How long to read on after a failed write: the server may have sent the reason. */
const FINAL_REPLY_MS = 1_000;
/** Time limit of the reply to QUIT; nothing depends on it. */
const QUIT_REPLY_MS = 2_000;

/** The current wait: ends `ms` after the last progress, and never later than `by`. Times in epoch milliseconds. */
interface Wait {
  readonly stage: Stage;
  readonly ms: number;
  readonly by: number;
  readonly since: number;
}

/**
 * A connection to a server: `flush` writes the bytes in `outbox`; replies arrive in order. Every wait has a time
 * limit. A lost connection is a `SessionLost`, thrown where replies are awaited.
 *
 * Never awaits `socket.closed`, which may stay unsettled, and does not rely on `close` to end a read.
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
  readonly #deadline = new Deadline(() => this.#onTimeout());
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
    ignoreRejections(socket);
  }

  /** Connects, with implicit TLS if so configured. Throws `SessionLost` at stage connect. */
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

  /** Nothing more can be sent; replies in transit may still be read. */
  get broken(): boolean {
    return this.#lost !== null || this.#writeFailed;
  }

  /** Rejects current and later waits with the first `lost` given; returns it. */
  lose(lost: SessionLost): SessionLost {
    if (this.#lost !== null) return this.#lost;
    this.#lost = lost;
    this.close();
    for (const interrupt of this.#interrupts) interrupt(lost);
    return lost;
  }

  /**
   * Writes the outbox, including bytes added meanwhile; resolves when the socket has taken them, or at once if a flush
   * is already running. Never rejects: a failed write surfaces where replies are awaited, perhaps with the server's
   * reply. On a dead connection it may never resolve.
   */
  async flush(): Promise<void> {
    if (this.#flushing) return;
    this.#flushing = true;
    while (!this.broken) {
      const chunk = this.outbox.take();
      if (chunk === null) break;
      try {
        await this.#writer.write(chunk);
        if (this.#wait !== null) this.#startWait(this.#wait);
      } catch {
        this.#writeFailed = true;
        if (this.#wait !== null) this.#startWait({ ...this.#wait, ms: FINAL_REPLY_MS });
      }
    }
    this.#flushing = false;
  }

  /** The next reply if already received, else null. Throws `SessionLost` if malformed. */
  arrived(stage: Stage): Reply | null {
    if (this.#lost !== null) throw this.#lost;
    const next = this.#replies.next();
    if (next.ok) return next.value;
    throw this.lose(new SessionLost(stage, next.error));
  }

  /**
   * The next reply. Waits the stage's timeout after the last bytes read or written, never past `by` (epoch
   * milliseconds); by default the timeout limits the whole wait, however slowly bytes arrive. Throws `NoReply` if the
   * time is over.
   */
  async reply(stage: Stage, by?: number): Promise<Reply> {
    const since = Date.now();
    const ms = this.#timeoutOf(stage);
    for (;;) {
      const reply = this.arrived(stage);
      if (reply !== null) return reply;
      this.#replies.push(await this.#read({ stage, ms, by: by ?? since + ms, since }));
    }
  }

  /**
   * Upgrades to TLS (RFC 3207). Drops plaintext bytes received after the reply to STARTTLS, together with their
   * reader: an attacker on the path could have injected them (CVE-2011-0411).
   */
  async startTls(): Promise<void> {
    try {
      this.#reader.releaseLock();
      this.#writer.releaseLock();
      this.#socket = this.#socket.startTls();
    } catch (error) {
      throw this.lose(new SessionLost("starttls", notOpened("starttls", this.#relay, error)));
    }
    ignoreRejections(this.#socket);
    this.#reader = this.#socket.readable.getReader();
    this.#writer = this.#socket.writable.getWriter();
    this.#replies = new ReplyReader();
    await this.#opened("starttls", this.#timeouts.commandMs);
  }

  /** Sends QUIT and closes; errors are ignored. */
  async quit(): Promise<void> {
    this.outbox.text("QUIT\r\n");
    this.flush();
    await this.reply("mail", Date.now() + QUIT_REPLY_MS).catch(() => {});
    this.close();
  }

  /** Closes the connection; does not wait. */
  close(): void {
    this.#wait = null;
    this.#deadline.clear();
    this.#socket.close().catch(() => {});
  }

  async #opened(stage: "connect" | "starttls", ms: number): Promise<void> {
    this.#startWait({ stage, ms, by: Infinity, since: Date.now() });
    try {
      await this.unlessLost(this.#socket.opened);
    } catch (error) {
      throw this.lose(new SessionLost(stage, notOpened(stage, this.#relay, error)));
    }
    this.#endWait();
  }

  async #read(wait: Wait): Promise<Uint8Array> {
    this.#startWait(this.#writeFailed ? { ...wait, ms: FINAL_REPLY_MS } : wait);
    let result: ReadableStreamReadResult<Uint8Array>;
    try {
      result = await this.unlessLost(this.#reader.read());
    } catch (error) {
      throw this.lose(new SessionLost(wait.stage, `the line was lost${because(error)}`));
    }
    this.#endWait();
    if (!result.done) return result.value;
    // Some servers hang up within a refusal.
    if (this.#replies.end()) return NO_BYTES;
    throw this.lose(new SessionLost(wait.stage, "the server closed the line"));
  }

  #timeoutOf(stage: Stage): number {
    if (stage === "greeting") return this.#timeouts.greetingMs;
    return stage === "content" ? this.#timeouts.contentMs : this.#timeouts.commandMs;
  }

  #startWait(wait: Wait): void {
    const now = Date.now();
    this.#wait = wait;
    this.#deadline.set(Math.min(now + wait.ms, wait.by), now);
  }

  #endWait(): void {
    this.#wait = null;
    this.#deadline.set(Infinity, 0);
  }

  #onTimeout(): void {
    if (this.#wait === null) return;
    const { stage } = this.#wait;
    const text = this.#writeFailed ? "the server takes no more bytes" : timeoutText(this.#wait, Date.now());
    this.lose(new NoReply(stage, text));
  }

  /** `work`, but `lose` rejects it too: the platform may not end a read on a closed socket. */
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

const NO_BYTES = new Uint8Array();

/** Names the time that ended the wait: the stage's own, or what was left of the mail's. */
function timeoutText({ stage, ms, by, since }: Wait, now: number): string {
  if (now < by || by === since + ms) return `${TIMEOUT_TEXTS[stage]} within ${ms / 1000} s`;
  const waited = Math.max(0.1, Math.round((by - since) / 100) / 10);
  return `${TIMEOUT_TEXTS[stage]} within the last ${waited} s of this mail's time`;
}

const TIMEOUT_TEXTS: Record<Stage, string> = {
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

/** A session may end without awaiting these promises; a rejection must not end the invocation. */
function ignoreRejections(socket: Socket): void {
  socket.opened.catch(() => {});
  socket.closed.catch(() => {});
}

/** The platform reports neither certificate errors nor the server's TLS alert, so the text names both as possible. */
function notOpened(stage: "connect" | "starttls", relay: RelayConfig, error: unknown): string {
  const certificate = `its certificate is not valid for ${relay.host} (another name, expired, or an unknown authority)`;
  const alert = "it refused the handshake with a TLS alert (its own TLS settings, or no common version)";
  if (stage === "starttls") return `the TLS handshake failed: ${certificate}, or ${alert}${because(error)}`;
  const failure = `could not connect to ${relay.host}:${relay.port}`;
  if (relay.security !== "tls") return `${failure}${because(error)}`;
  return `${failure} with TLS: nobody listens, or it speaks no TLS there, or ${certificate}, or ${alert}${because(error)}`;
}

/** The platform's message, unless it only refers to its own log. */
function because(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.startsWith("internal error") ? "" : `: ${text}`;
}
