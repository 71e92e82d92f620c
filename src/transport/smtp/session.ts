import type { Reply, Stage } from "../../core/reply.ts";
import type { Feed, Outgoing, SessionLimits } from "../transport.ts";
import type { Capabilities } from "./capabilities.ts";
import { type WireContent, wireContent } from "./exchange/content.ts";
import { mailCommand, obstacle, rcptCommand } from "./exchange/envelope.ts";
import type { RelayMemory } from "./relay-memory.ts";
import { isEarly, type Progress, refusesJoining, refusesSession } from "./relay-traits.ts";
import { refused } from "./wire/command.ts";
import type { Connection } from "./wire/connection.ts";
import { NoReply, SessionLost, wordsOf } from "./wire/lost.ts";

/** Servers delay a client with more refusals, then hang up (Postfix: from the sixth, at the eleventh). */
const MAX_REFUSALS = 4;

/** More than one async function nested in another needs. */
const MICROTASK_TURNS = 10;

/** A message that this session has taken from its feed. */
export interface Flight {
  readonly message: Outgoing;
  readonly content: WireContent;
  /** Epoch milliseconds: the message's deadline. */
  readonly by: number;
  /** Offset in the outbox where its content ends; Infinity until queued. */
  endsAt: number;
  /** Its first command was written behind a content that was not answered yet. */
  joined: boolean;
  /** RSET was written before its MAIL. */
  reset: boolean;
}

/** How sessions with this relay are to be. */
export interface SessionOptions {
  readonly maxMessages: number;
  /** False: never write MAIL behind an unanswered content. */
  readonly mayJoin: boolean;
  /** How long to wait for the reply to such a MAIL, while it is unknown whether the relay answers it. */
  readonly joinedMs: number;
}

/** Takes messages from the feed, interprets the server's replies, and reports each message's outcome. */
export class Session {
  readonly connection: Connection;
  readonly #capabilities: Capabilities;
  readonly #feed: Feed;
  readonly #limits: SessionLimits;
  readonly #memory: RelayMemory;
  readonly #options: SessionOptions;
  readonly #unreported = new Set<Flight>();
  /** The call of `feed.next` that has not resolved yet. */
  #pending: Promise<unknown> | null = null;
  #taken = 0;
  #refusals = 0;
  /** Messages whose MAIL was accepted, and messages accepted. */
  #begun = 0;
  #accepted = 0;
  #full = false;
  /** RSET was refused, and no reply has come since. */
  #resetRefused = false;
  /** How many messages the server answered. */
  answered = 0;
  /** Why `take` gave null: see `SessionEnd`. */
  end: "done" | "renew" = "done";

  constructor(
    connection: Connection,
    capabilities: Capabilities,
    feed: Feed,
    limits: SessionLimits,
    memory: RelayMemory,
    options: SessionOptions,
  ) {
    this.connection = connection;
    this.#capabilities = capabilities;
    this.#feed = feed;
    this.#limits = limits;
    this.#memory = memory;
    this.#options = options;
  }

  /** The relay takes no more messages in this session, but may in another one. It has taken some. */
  get full(): boolean {
    return this.#full;
  }

  /** True if MAIL may be written behind an unanswered content. */
  get joins(): boolean {
    return this.#options.mayJoin && this.#memory.traits.joining !== "breaks";
  }

  /** The next message that this server can be sent; null: end the session. A promise if the feed gives one. */
  take(): Flight | null | Promise<Flight | null> {
    while (this.#mayTake()) {
      const offered = this.#feed.next();
      if (offered instanceof Promise) return this.#takeAsync(offered);
      if (offered === null) return null;
      const flight = this.#begin(offered);
      if (flight !== null) return flight;
    }
    return null;
  }

  /** MAIL and RCPT, for one write. */
  envelope(flight: Flight): string {
    const { message, content } = flight;
    return mailCommand(message, content.size, this.#capabilities) + rcptCommand(message, this.#capabilities);
  }

  /** Reads the reply to one of this message's commands, for `hear`. No promise if already received. */
  reply(flight: Flight, stage: Stage): boolean | Promise<boolean> {
    const reply = this.connection.arrived(stage);
    if (reply === null) return this.#awaitReply(flight, stage);
    this.#resetRefused = false;
    return this.hear(flight, stage, reply);
  }

  async #awaitReply(flight: Flight, stage: Stage): Promise<boolean> {
    return this.hear(flight, stage, await this.#received(flight, stage));
  }

  /**
   * Awaits the reply to the RSET before this message's envelope. A refusal ends the session (Exim: "554 Too many
   * nonmail commands"); what is in flight may be answered all the same.
   */
  async resetReply(flight: Flight): Promise<void> {
    const reply = await this.#received(flight, "mail");
    if (reply.code === 250) return;
    if (reply.code < 400) throw this.#outOfPlace("mail", reply);
    this.#full = true;
    this.#resetRefused = true;
    if (flight.joined && refusesJoining(reply)) this.#learnJoined(false);
    if (reply.code === 421 || flight.endsAt === Infinity) throw this.#ended("mail", "RSET was refused", reply);
  }

  /** The next reply. Without one to a joined command, the relay may have swallowed it. */
  async #received(flight: Flight, stage: Stage): Promise<Reply> {
    const joined = flight.joined && stage === "mail";
    // If its content is written too, ending the session early would put it in doubt.
    const tentative = joined && this.#memory.traits.joining === "unknown" && flight.endsAt === Infinity;
    const by = tentative ? Math.min(flight.by, Date.now() + this.#options.joinedMs) : flight.by;
    try {
      const reply = await this.connection.reply(stage, by);
      this.#resetRefused = false;
      return reply;
    } catch (error) {
      if (joined && (tentative || error instanceof NoReply)) {
        this.#full = true;
        this.#learnJoined(false);
      }
      throw error;
    }
  }

  /**
   * Processes a reply: the first refusal, or the reply to the content, is the message's outcome. True: the reply was
   * positive. Throws `SessionLost` for a 421, and for a reply that can't belong to this command.
   */
  hear(flight: Flight, stage: Stage, reply: Reply): boolean {
    const { code } = reply;
    if (flight.joined && stage === "mail") this.#heardJoined(flight, reply);
    if (this.#refusesSession(flight, stage, reply)) this.#reportUntried(flight);
    if (code === 421) {
      if (stage === "content") this.#answer(flight, stage, reply);
      throw this.connection.lose(refused(stage, "the server closes the session", reply));
    }
    const positive = stage === "data" ? code >= 300 && code < 400 : code < 300;
    if (positive && stage === "mail") this.#begun++;
    if ((!positive && code < 400) || (positive && stage === "content" && this.#isPremature(flight))) {
      throw this.#outOfPlace(stage, reply);
    }
    if (!positive || stage === "content") this.#answer(flight, stage, reply);
    return positive;
  }

  /**
   * Reports messages without an outcome at the session's end: in doubt if the socket took the whole content,
   * unless a 421 said that the server took nothing more; else untried. `lost` null: an error of our own.
   */
  async settle(lost: SessionLost | null): Promise<void> {
    this.#reportUnresolved(lost);
    await this.#pending;
    this.#reportUnresolved(lost);
  }

  #reportUnresolved(lost: SessionLost | null): void {
    const reason = lost?.message ?? "the session was broken off";
    // A line that is closed right after RSET was refused: the server took nothing behind it.
    const nothingTaken = lost?.closing === true || (this.#resetRefused && lost !== null && !(lost instanceof NoReply));
    for (const { message, endsAt } of this.#unreported) {
      const handedOver = endsAt <= this.connection.outbox.taken && !nothingTaken;
      this.#feed.report(
        handedOver ? { id: message.id, kind: "in_doubt", reason } : { id: message.id, kind: "untried" },
      );
    }
    this.#unreported.clear();
  }

  /** A server can't have accepted incomplete content. */
  #isPremature(flight: Flight): boolean {
    return this.#unreported.has(flight) && flight.endsAt > this.connection.outbox.taken;
  }

  #outOfPlace(stage: Stage, reply: Reply): SessionLost {
    return this.connection.lose(new SessionLost(stage, `a reply out of place: ${wordsOf(reply)}`));
  }

  /** Nothing that was not answered is taken. */
  #ended(stage: Stage, what: string, reply: Reply): SessionLost {
    return this.connection.lose(refused(stage, what, reply, "closing"));
  }

  #heardJoined(flight: Flight, reply: Reply): void {
    const answered = !refusesJoining(reply);
    this.#learnJoined(answered);
    if (answered) return;
    this.#full = true;
    this.#reportUntried(flight);
    if (flight.endsAt < Infinity) return; // in flight with others: their replies follow
    throw this.#ended("mail", "the relay takes no MAIL in one write with a content", reply);
  }

  #learnJoined(answered: boolean): void {
    if (answered && this.#memory.traits.joining !== "unknown") return;
    this.#memory.learn({ kind: "joined", answered });
  }

  #reportUntried(flight: Flight): void {
    if (this.#unreported.delete(flight)) this.#feed.report({ id: flight.message.id, kind: "untried" });
  }

  /** True: the relay takes no more messages in this session, and did not take this one. */
  #refusesSession(flight: Flight, stage: Stage, reply: Reply): boolean {
    if (reply.code < 400 || !this.#unreported.has(flight)) return false;
    if (this.#full) return stage === "mail";
    const before: Progress = { begun: this.#begun - (stage === "mail" ? 0 : 1), accepted: this.#accepted };
    const now = Date.now();
    this.#full = refusesSession(this.#memory.traits, stage, reply, before, now);
    if (this.#full) this.#memory.learn({ kind: "session-limit", progress: before, reply });
    else if (stage === "mail" && reply.code < 500) {
      if (before.begun === 0) this.#memory.learn({ kind: "first-mail-refused" });
      else if (before.accepted > 0 && isEarly(this.#memory.traits, before, now)) {
        this.#memory.learn({ kind: "refused-early", progress: before });
      }
    }
    return this.#full;
  }

  #mayTake(): boolean {
    if (this.connection.broken || Date.now() >= this.#limits.beginBefore) return false;
    const room = !this.#full && this.#taken < this.#options.maxMessages;
    if (room && this.#refusals < MAX_REFUSALS) return true;
    this.end = "renew";
    return false;
  }

  async #takeAsync(offered: Promise<Outgoing | null>): Promise<Flight | null> {
    this.#pending = offered;
    const message = await offered;
    this.#pending = null;
    return message === null ? null : (this.#begin(message) ?? this.take());
  }

  #begin(message: Outgoing): Flight | null {
    const now = Date.now();
    if (this.connection.broken || now >= this.#limits.beginBefore) {
      this.#feed.report({ id: message.id, kind: "untried" });
      return null;
    }
    const content = wireContent(message);
    const found = obstacle(message, content.size, this.#capabilities);
    if (found !== null) {
      this.#feed.report({ id: message.id, kind: "unsendable", ...found });
      return null;
    }
    const by = now + this.#limits.messageTimeoutMs;
    const flight: Flight = { message, content, by, endsAt: Infinity, joined: false, reset: false };
    this.#unreported.add(flight);
    this.#taken++;
    return flight;
  }

  #answer(flight: Flight, stage: Stage, reply: Reply): void {
    if (!this.#unreported.delete(flight)) return;
    this.answered++;
    if (reply.code >= 400) this.#refusals++;
    else this.#accepted++;
    this.#feed.report({ id: flight.message.id, kind: "answered", stage, reply });
  }
}

/**
 * The value that the feed has ready; undefined if the feed waits. An async `next` takes a few microtask turns even
 * with a message ready, and a ready message goes out in the same write as the previous one.
 */
export async function atHand<T extends object | null>(taken: T | Promise<T>): Promise<T | undefined> {
  if (!(taken instanceof Promise)) return taken;
  let given: T | undefined;
  const watch = (value: T) => {
    given = value;
  };
  taken.then(watch, () => {});
  for (let turn = 0; turn < MICROTASK_TURNS && given === undefined; turn++) await undefined;
  return given;
}
