import { LogLevel, WorkerMailer, type WorkerMailerOptions } from "worker-mailer";
import type { Reply, Stage } from "../core/reply.ts";
import { type Capabilities, capabilitiesOf, NO_CAPABILITIES } from "./smtp/capabilities.ts";
import { canonical, dotStuffed, type WireContent } from "./smtp/content.ts";
import { mailCommand, obstacle, rcptCommand } from "./smtp/envelope.ts";
import { SessionLost, wordsOf } from "./smtp/lost.ts";
import { ReplyReader } from "./smtp/reply-reader.ts";
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

/** How long the reply to QUIT is waited for: nothing depends on it. */
const GOODBYE_MS = 2_000;
/** Servers slow down on a client with more refusals than this, then hang up (Postfix: from the sixth, at the eleventh). */
const REFUSALS_A_SESSION = 4;
/** Content goes out in pieces, so that only the last one, with the final dot in it, can leave a doubt. */
const PIECE_BYTES = 128 * 1024;
const FINAL_DOT = new TextEncoder().encode(".\r\n");
const encoder = new TextEncoder();

/**
 * The transport over the package worker-mailer: one command at a time, four round trips a mail. The package keeps the
 * socket and the order of the session; this file takes from it everything that could hang the isolate, change a
 * message or give credentials away.
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
    if (refusals >= REFUSALS_A_SESSION) {
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

/** One message, to its outcome, and why the session is over where it is. */
async function attempt(
  session: ContainedMailer,
  message: Outgoing,
  limits: SessionLimits,
): Promise<{ outcome: Outcome; lost: SessionLost | null }> {
  const { id } = message;
  const now = Date.now();
  if (now >= limits.beginBefore) return { outcome: { id, kind: "untried" }, lost: null };
  try {
    return { outcome: await session.hand(message, now + limits.messageTimeoutMs), lost: null };
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

/** What of WorkerMailer is used here; it declares these private. Its queue, its loop and its MIME composer are not. */
interface Internals {
  socket: Socket;
  reader: ReadableStreamDefaultReader<Uint8Array>;
  writer: WritableStreamDefaultWriter<Uint8Array>;
  /** Only `body` reads it here. */
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
  /** The final dot of the current message may have left: from here on silence is a doubt. */
  dotWritten = false;
  readonly #relay: RelayConfig;
  readonly #timeouts: Timeouts;
  #replies = new ReplyReader();
  #capabilities: Capabilities = NO_CAPABILITIES;
  #stage: Stage = "connect";
  /** The reply to the last command; its errors hold it only as text. */
  #reply: Reply | null = null;
  /** The last message was refused, and its transaction may still be open. */
  #open = false;
  /** Epoch milliseconds: no wait goes past it. */
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
    this.#quiet();
  }

  /** Connects and shakes hands. Throws `SessionLost`. */
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
    await this.#demand("greeting", () => this.greet());
    await this.#demand("ehlo", () => this.ehlo());
    if (this.#relay.security === "starttls") {
      await this.#secure();
      await this.#demand("ehlo", () => this.ehlo());
    }
    if (this.#relay.username !== "") await this.#demand("auth", () => this.#authenticate());
  }

  /** It takes STARTTLS when it is offered and goes on in clear when it is not: here it is required. */
  async #secure(): Promise<void> {
    if (!this.supportsStartTls) {
      throw new SessionLost("starttls", "TLS is required, and the server does not offer STARTTLS");
    }
    await this.#demand("starttls", () => this.tls());
    this.#quiet();
    // What was offered in clear, or came in clear behind the reply, anyone on the way may have said (CVE-2011-0411).
    this.#replies = new ReplyReader();
    this.#capabilities = NO_CAPABILITIES;
    this.allowAuth = false;
    this.authTypeSupported = [];
    await this.#bounded(this.socket.opened, this.#timeouts.commandMs);
  }

  /** It skips AUTH in silence where the server does not offer it. */
  #authenticate(): Promise<void> {
    if (this.allowAuth) return this.auth();
    throw new SessionLost("auth", "a username is configured, and the server offers no AUTH");
  }

  /** One message. Throws `SessionLost`; `dotWritten` then tells whether it may have arrived. */
  async hand(message: Outgoing, by: number): Promise<Outcome> {
    const { id } = message;
    const content = canonical(message.content);
    this.dotWritten = false;
    const reason = obstacle(message, content.bytes.length, this.#capabilities);
    if (reason !== null) return { id, kind: "unsendable", reason };
    this.#by = by;
    if (this.#open) await this.#demand("mail", () => this.rset());
    const outcome = await this.#transact(message, content);
    this.#by = Infinity;
    return outcome;
  }

  async #transact(message: Outgoing, content: WireContent): Promise<Outcome> {
    const { id } = message;
    this.emailSending = { getEmailData: () => joined(dotStuffed(content), FINAL_DOT) };
    const steps: [Stage, () => Promise<unknown>][] = [
      // Its own MAIL and RCPT have a space before the path, no parameters, and NOTIFY=NEVER where DSN is offered.
      ["mail", () => this.#say(mailCommand(message, content.bytes.length, this.#capabilities))],
      ["rcpt", () => this.#say(rcptCommand(message))],
      ["data", () => this.data()],
    ];
    for (const [stage, step] of steps) {
      const reply = await this.#ask(stage, step);
      // Its own checks let any 2xx and 3xx pass.
      const inPlace = stage === "data" ? reply.code >= 300 : reply.code < 300 || reply.code >= 400;
      if (!inPlace) throw new SessionLost(stage, `a reply out of place: ${wordsOf(reply)}`);
      this.#open = reply.code >= 400;
      if (this.#open) return { id, kind: "answered", stage, reply };
    }
    return { id, kind: "answered", stage: "content", reply: await this.#ask("content", () => this.body()) };
  }

  async #say(command: string): Promise<void> {
    await this.write(command);
    await this.readTimeout();
  }

  /** Runs a step that ends with a reply, and gives it: positive, or a refusal. Throws `SessionLost` where neither came. */
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

  /** The same where a refusal ends the session. */
  async #demand(stage: Stage, step: () => Promise<unknown>): Promise<void> {
    const reply = await this.#ask(stage, step);
    if (reply.code >= 400) throw new SessionLost(stage, `refused: ${wordsOf(reply)}`, reply);
  }

  /** QUIT. Whatever goes wrong here is of no importance. */
  async quit(): Promise<void> {
    this.#by = Date.now() + GOODBYE_MS;
    await this.#say("QUIT\r\n").catch(() => {});
  }

  /** Never waited for: `close` and `closed` may stay unsettled. */
  hangUp(): void {
    this.socket.close().catch(() => {});
  }

  /** It takes `done` for an empty chunk and spins for ever, and its timers are never cleared. */
  override async readTimeout(): Promise<string> {
    const by = Date.now() + this.#patience();
    for (;;) {
      const next = this.#replies.next();
      if (!next.ok) throw new SessionLost(this.#stage, next.error);
      if (next.value !== null) return this.#heard(next.value);
      const { done, value } = await this.#bounded(this.reader.read(), by - Date.now());
      if (done) throw new SessionLost(this.#stage, "the server closed the line");
      this.#replies.push(value);
    }
  }

  #heard(reply: Reply): string {
    this.#reply = reply;
    if (reply.code === 421) throw new SessionLost(this.#stage, `the server closes: ${wordsOf(reply)}`, reply);
    if (this.#stage === "ehlo") {
      // It would try HELO after any refusal; a 4xx is about the moment, not about EHLO.
      if (reply.code < 500 && reply.code >= 400) throw new SessionLost("ehlo", `refused: ${wordsOf(reply)}`, reply);
      this.#capabilities = capabilitiesOf(reply);
    }
    return linesOf(reply);
  }

  /** It greets as 127.0.0.1. */
  override writeLine(line: string): Promise<void> {
    return this.write(`${line.replace(/^(EHLO|HELO) .*/, `$1 ${this.#relay.ehloName}`)}\r\n`);
  }

  override async write(data: string | Uint8Array): Promise<void> {
    const bytes = typeof data === "string" ? encoder.encode(data) : data;
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      const piece = bytes.subarray(at, at + PIECE_BYTES);
      this.dotWritten = this.#stage === "content" && at + PIECE_BYTES >= bytes.length;
      await this.#bounded(this.writer.write(piece), this.#patience());
    }
  }

  #patience(): number {
    if (this.#stage === "greeting") return this.#timeouts.greetingMs;
    return this.#stage === "content" ? this.#timeouts.contentMs : this.#timeouts.commandMs;
  }

  /** Waits for the socket, so long and no longer; throws `SessionLost`. */
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

  /** In some of the ways a session ends nobody looks at these promises; that must not end the invocation. */
  #quiet(): void {
    this.socket.opened.catch(() => {});
    this.socket.closed.catch(() => {});
    this.writer.closed.catch(() => {});
    this.reader.closed.catch(() => {});
  }
}

/** As the server sent it, for the eyes of the package. */
function linesOf({ code, text }: Reply): string {
  const lines = text.split("\n");
  return lines.map((line, at) => `${code}${at < lines.length - 1 ? "-" : " "}${line}\r\n`).join("");
}

/** One character a byte of UTF-8: what `btoa` wants, which the package calls on credentials. */
function binary(text: string): string {
  return String.fromCharCode(...encoder.encode(text));
}

function joined(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const whole = new Uint8Array(head.length + tail.length);
  whole.set(head);
  whole.set(tail, head.length);
  return whole;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
