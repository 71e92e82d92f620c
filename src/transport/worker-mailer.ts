import { LogLevel, WorkerMailer, type WorkerMailerOptions } from "worker-mailer";
import type { Reply, Stage } from "../core/reply.ts";
import { type Capabilities, capabilitiesOf, NO_CAPABILITIES } from "./smtp/capabilities.ts";
import { dotStuffed, type WireContent, wireContent } from "./smtp/exchange/content.ts";
import { mailCommand, obstacle, rcptCommand } from "./smtp/exchange/envelope.ts";
import { SessionLost, wordsOf } from "./smtp/wire/lost.ts";
import { ReplyReader } from "./smtp/wire/reply-reader.ts";
import {
  type Feed,
  type Outcome,
  type Outgoing,
  type RelayConfig,
  type SessionEnd,
  type SessionLimits,
  TIMEOUTS,
  type Timeouts,
  type Transport,
} from "./transport.ts";
import { within } from "./within.ts";

/** Time limit of the reply to QUIT; nothing depends on it. */
const QUIT_REPLY_MS = 2_000;
/** Servers delay a client with more refusals, then hang up (Postfix: from the sixth, at the eleventh). */
const MAX_REFUSALS = 4;
/** So that a write's time limit is one of a piece. */
const PIECE_BYTES = 128 * 1024;
const FINAL_DOT = new TextEncoder().encode(".\r\n");
const encoder = new TextEncoder();

/**
 * The transport over the package worker-mailer: one command at a time, four round trips a mail. The package keeps the
 * socket and the command order; this file replaces all that could hang the isolate, alter a message or leak
 * credentials.
 */
export function workerMailer(relay: RelayConfig, options: { readonly timeouts?: Partial<Timeouts> } = {}): Transport {
  const timeouts = { ...TIMEOUTS, ...options.timeouts };
  return { name: "worker-mailer", deliver: (feed, limits) => deliver(relay, timeouts, feed, limits) };
}

async function deliver(relay: RelayConfig, timeouts: Timeouts, feed: Feed, limits: SessionLimits): Promise<SessionEnd> {
  let session: ContainedMailer;
  try {
    session = await ContainedMailer.open(relay, timeouts);
  } catch (error) {
    return faultOf(error, 0);
  }
  try {
    return await sendAll(session, feed, limits);
  } finally {
    session.hangUp();
  }
}

async function sendAll(session: ContainedMailer, feed: Feed, limits: SessionLimits): Promise<SessionEnd> {
  let answered = 0;
  let refusals = 0;
  while (Date.now() < limits.beginBefore) {
    if (refusals >= MAX_REFUSALS) {
      await session.quit();
      return { kind: "renew" };
    }
    const message = await feed.next();
    if (message === null) break;
    const { outcome, lost } = await attempt(session, message, limits);
    feed.report(outcome);
    if (outcome.kind === "answered") {
      answered += 1;
      if (outcome.reply.code >= 400) refusals += 1;
    }
    if (lost !== null) return faultOf(lost, answered);
  }
  await session.quit();
  return { kind: "done" };
}

function faultOf(error: unknown, answered: number): SessionEnd {
  if (!(error instanceof SessionLost)) throw error;
  return { kind: "fault", fault: { stage: error.stage, error: error.message, reply: error.reply, answered } };
}

/** Sends one message; `lost`: why the session ended, if it did. */
async function attempt(
  session: ContainedMailer,
  message: Outgoing,
  limits: SessionLimits,
): Promise<{ outcome: Outcome; lost: SessionLost | null }> {
  const { id } = message;
  const now = Date.now();
  if (now >= limits.beginBefore) return { outcome: { id, kind: "untried" }, lost: null };
  try {
    return { outcome: await session.sendMessage(message, now + limits.messageTimeoutMs), lost: null };
  } catch (error) {
    const lost = error instanceof SessionLost ? error : new SessionLost("mail", messageOf(error));
    return { outcome: outcomeOf(id, lost, session.dotWritten), lost };
  }
}

function outcomeOf(id: number, lost: SessionLost, dotWritten: boolean): Outcome {
  if (lost.stage === "content" && lost.reply !== null) {
    return { id, kind: "answered", stage: "content", reply: lost.reply };
  }
  return dotWritten ? { id, kind: "in_doubt", reason: lost.message } : { id, kind: "untried" };
}

/** The private members of WorkerMailer used here. Its queue, loop and MIME composer are not used. */
interface Internals {
  socket: Socket;
  reader: ReadableStreamDefaultReader<Uint8Array>;
  writer: WritableStreamDefaultWriter<Uint8Array>;
  /** Read only by `body`. */
  emailSending: { getEmailData(): Uint8Array } | null;
  supportsStartTls: boolean;
  allowAuth: boolean;
  authTypeSupported: string[];
  readTimeout(): Promise<string>;
  write(data: string | Uint8Array): Promise<void>;
  writeLine(line: string): Promise<void>;
  greet(): Promise<void>;
  ehlo(): Promise<void>;
  tls(): Promise<void>;
  auth(): Promise<void>;
  data(): Promise<void>;
  body(): Promise<void>;
  rset(): Promise<void>;
}

const Base = WorkerMailer as unknown as new (options: WorkerMailerOptions) => Internals;

class ContainedMailer extends Base {
  /** The current message's final dot may have been sent: without a reply, in doubt. */
  dotWritten = false;
  readonly #relay: RelayConfig;
  readonly #timeouts: Timeouts;
  #replies = new ReplyReader();
  #capabilities: Capabilities = NO_CAPABILITIES;
  #stage: Stage = "connect";
  /** The last command's reply; the package's errors hold only text. */
  #reply: Reply | null = null;
  /** The last message was refused; its transaction may still be open. */
  #transactionOpen = false;
  /** Epoch milliseconds: limit of every wait. */
  #by = Infinity;

  private constructor(relay: RelayConfig, timeouts: Timeouts) {
    super({
      host: relay.host,
      port: relay.port,
      secure: relay.security === "tls",
      startTls: relay.security === "starttls",
      credentials: { username: binary(relay.username), password: binary(relay.password) },
      authType: ["plain", "login"],
      logLevel: LogLevel.NONE,
    });
    this.#relay = relay;
    this.#timeouts = timeouts;
    this.#ignoreRejections();
  }

  /** Connects and authenticates. Throws `SessionLost`. */
  static async open(relay: RelayConfig, timeouts: Timeouts): Promise<ContainedMailer> {
    let session: ContainedMailer;
    try {
      session = new ContainedMailer(relay, timeouts);
    } catch (error) {
      throw new SessionLost("connect", messageOf(error));
    }
    try {
      await session.#shakeHands();
    } catch (error) {
      session.hangUp();
      throw error;
    }
    return session;
  }

  async #shakeHands(): Promise<void> {
    await this.#bounded(this.socket.opened, this.#timeouts.connectMs);
    await this.#require("greeting", () => this.greet());
    await this.#require("ehlo", () => this.ehlo());
    if (this.#relay.security === "starttls") {
      await this.#secure();
      await this.#require("ehlo", () => this.ehlo());
    }
    if (this.#relay.username !== "") await this.#require("auth", () => this.#authenticate());
  }

  /** The package continues in plaintext if STARTTLS is not offered; here it is required. */
  async #secure(): Promise<void> {
    if (!this.supportsStartTls) {
      throw new SessionLost("starttls", "TLS is required, and the server does not offer STARTTLS");
    }
    await this.#require("starttls", () => this.tls());
    this.#ignoreRejections();
    // An attacker on the path may have injected plaintext capabilities or replies (CVE-2011-0411).
    this.#replies = new ReplyReader();
    this.#capabilities = NO_CAPABILITIES;
    this.allowAuth = false;
    this.authTypeSupported = [];
    await this.#bounded(this.socket.opened, this.#timeouts.commandMs);
  }

  /** The package silently skips AUTH if not offered. */
  #authenticate(): Promise<void> {
    if (this.allowAuth) return this.auth();
    throw new SessionLost("auth", "a username is configured, and the server offers no AUTH");
  }

  /** Sends one message. Throws `SessionLost`; `dotWritten`: it may have arrived. */
  async sendMessage(message: Outgoing, by: number): Promise<Outcome> {
    const { id } = message;
    const content = wireContent(message);
    this.dotWritten = false;
    const found = obstacle(message, content.size, this.#capabilities);
    if (found !== null) return { id, kind: "unsendable", ...found };
    this.#by = by;
    if (this.#transactionOpen) await this.#require("mail", () => this.rset());
    const outcome = await this.#transact(message, content);
    this.#by = Infinity;
    return outcome;
  }

  async #transact(message: Outgoing, content: WireContent): Promise<Outcome> {
    const { id } = message;
    this.emailSending = { getEmailData: () => FINAL_DOT };
    const steps: [Stage, () => Promise<unknown>][] = [
      // The package's MAIL and RCPT have a space before the path, no parameters, and NOTIFY=NEVER with DSN.
      ["mail", () => this.#command(mailCommand(message, content.size, this.#capabilities))],
      ["rcpt", () => this.#command(rcptCommand(message, this.#capabilities))],
      ["data", () => this.data()],
    ];
    for (const [stage, step] of steps) {
      const reply = await this.#ask(stage, step);
      // The package accepts any 2xx and 3xx.
      const inPlace = stage === "data" ? reply.code >= 300 : reply.code < 300 || reply.code >= 400;
      if (!inPlace) throw new SessionLost(stage, `a reply out of place: ${wordsOf(reply)}`);
      this.#transactionOpen = reply.code >= 400;
      if (this.#transactionOpen) return { id, kind: "answered", stage, reply };
    }
    return { id, kind: "answered", stage: "content", reply: await this.#ask("content", () => this.#content(content)) };
  }

  /** The package would join the parts: a copy of the message. */
  async #content(content: WireContent): Promise<void> {
    await this.write(dotStuffed(content));
    await this.write(content.tail);
    await this.body();
  }

  async #command(command: string): Promise<void> {
    await this.write(command);
    await this.readTimeout();
  }

  /** Runs a step and returns its reply, positive or a refusal. Throws `SessionLost` if there is none. */
  async #ask(stage: Stage, step: () => Promise<unknown>): Promise<Reply> {
    this.#stage = stage;
    this.#reply = null;
    const refusal = await step().then(
      () => null,
      (error: unknown) => error,
    );
    if (refusal instanceof SessionLost) throw refusal;
    const reply = this.#reply as Reply | null;
    if (reply === null) throw new SessionLost(stage, messageOf(refusal));
    if (refusal !== null && reply.code < 400) throw new SessionLost(stage, `not a reply to this: ${wordsOf(reply)}`);
    return reply;
  }

  /** `#ask`, but a refusal ends the session. */
  async #require(stage: Stage, step: () => Promise<unknown>): Promise<void> {
    const reply = await this.#ask(stage, step);
    if (reply.code >= 400) throw new SessionLost(stage, `refused: ${wordsOf(reply)}`, reply);
  }

  /** Sends QUIT; errors are ignored. */
  async quit(): Promise<void> {
    this.#by = Date.now() + QUIT_REPLY_MS;
    await this.#command("QUIT\r\n").catch(() => {});
  }

  /** Not awaited: `close` and `closed` may stay unsettled. */
  hangUp(): void {
    this.socket.close().catch(() => {});
  }

  /** The package's version loops for ever on `done`, and never clears its timers. */
  override async readTimeout(): Promise<string> {
    const by = Date.now() + this.#stageTimeout();
    for (;;) {
      const next = this.#replies.next();
      if (!next.ok) throw new SessionLost(this.#stage, next.error);
      if (next.value !== null) return this.#received(next.value);
      const { done, value } = await this.#bounded(this.reader.read(), by - Date.now());
      if (!done) this.#replies.push(value);
      else if (!this.#replies.end()) throw new SessionLost(this.#stage, "the server closed the line");
    }
  }

  #received(reply: Reply): string {
    this.#reply = reply;
    if (reply.code === 421) throw new SessionLost(this.#stage, `the server closes: ${wordsOf(reply)}`, reply);
    if (this.#stage === "ehlo") {
      // The package tries HELO after any refusal; a 4xx is transient.
      if (reply.code < 500 && reply.code >= 400) throw new SessionLost("ehlo", `refused: ${wordsOf(reply)}`, reply);
      this.#capabilities = capabilitiesOf(reply);
    }
    return linesOf(reply);
  }

  /** Replaces EHLO 127.0.0.1. */
  override writeLine(line: string): Promise<void> {
    return this.write(`${line.replace(/^(EHLO|HELO) .*/, `$1 ${this.#relay.ehloName}`)}\r\n`);
  }

  override async write(data: string | Uint8Array): Promise<void> {
    const bytes = typeof data === "string" ? encoder.encode(data) : data;
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      const piece = bytes.subarray(at, at + PIECE_BYTES);
      this.dotWritten = bytes === FINAL_DOT;
      await this.#bounded(this.writer.write(piece), this.#stageTimeout());
    }
  }

  #stageTimeout(): number {
    if (this.#stage === "greeting") return this.#timeouts.greetingMs;
    return this.#stage === "content" ? this.#timeouts.contentMs : this.#timeouts.commandMs;
  }

  /** Awaits `work` for at most `ms`; throws `SessionLost`. */
  async #bounded<T>(work: Promise<T>, ms: number): Promise<T> {
    const stage = this.#stage;
    const limit = Math.max(0, Math.min(ms, this.#by - Date.now()));
    const late = () => new SessionLost(stage, `no answer at ${stage} within ${limit / 1_000} s`);
    try {
      return await within(limit, work, late);
    } catch (error) {
      throw error instanceof SessionLost ? error : new SessionLost(stage, `the line was lost: ${messageOf(error)}`);
    }
  }

  /** A session may end without awaiting these promises; a rejection must not end the invocation. */
  #ignoreRejections(): void {
    this.socket.opened.catch(() => {});
    this.socket.closed.catch(() => {});
    this.writer.closed.catch(() => {});
    this.reader.closed.catch(() => {});
  }
}

/** The reply as the server sent it, for the package. */
function linesOf({ code, text }: Reply): string {
  const lines = text.split("\n");
  return lines.map((line, at) => `${code}${at < lines.length - 1 ? "-" : " "}${line}\r\n`).join("");
}

/** One character per UTF-8 byte, for `btoa`, which the package calls on credentials. */
function binary(text: string): string {
  return String.fromCharCode(...encoder.encode(text));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
