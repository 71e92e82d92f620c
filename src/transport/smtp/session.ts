import type { Reply, Stage } from "../../core/reply.ts";
import type { Feed, Outgoing, SessionLimits } from "../transport.ts";
import type { Capabilities } from "./capabilities.ts";
import { refused } from "./command.ts";
import type { Connection } from "./connection.ts";
import { canonical, type WireContent } from "./content.ts";
import { mailCommand, obstacle, rcptCommand } from "./envelope.ts";
import { SessionLost, wordsOf } from "./lost.ts";

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
}

/** Takes messages from the feed, interprets the server's replies, and reports each message's outcome. */
export class Session {
  readonly connection: Connection;
  readonly #capabilities: Capabilities;
  readonly #feed: Feed;
  readonly #limits: SessionLimits;
  readonly #maxMessages: number;
  readonly #unreported = new Set<Flight>();
  /** The call of `feed.next` that has not resolved yet. */
  #pending: Promise<unknown> | null = null;
  #taken = 0;
  #refusals = 0;
  /** How many messages the server answered. */
  answered = 0;
  /** Why `take` gave null: see `SessionEnd`. */
  end: "done" | "renew" = "done";

  constructor(
    connection: Connection,
    capabilities: Capabilities,
    feed: Feed,
    limits: SessionLimits,
    maxMessages: number,
  ) {
    this.connection = connection;
    this.#capabilities = capabilities;
    this.#feed = feed;
    this.#limits = limits;
    this.#maxMessages = maxMessages;
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
    return mailCommand(flight.message, flight.content.bytes.length, this.#capabilities) + rcptCommand(flight.message);
  }

  /** Reads the reply to one of this message's commands, for `hear`. No promise if already received. */
  reply(flight: Flight, stage: Stage): boolean | Promise<boolean> {
    const reply = this.connection.arrived(stage);
    return reply === null ? this.#awaitReply(flight, stage) : this.hear(flight, stage, reply);
  }

  async #awaitReply(flight: Flight, stage: Stage): Promise<boolean> {
    return this.hear(flight, stage, await this.connection.reply(stage, flight.by));
  }

  /** Awaits the reply to the RSET before this message's envelope. */
  async resetReply(flight: Flight): Promise<void> {
    this.heardReset(await this.connection.reply("mail", flight.by));
  }

  heardReset(reply: Reply): void {
    if (reply.code !== 250) throw this.connection.lose(refused("mail", "RSET was refused", reply));
  }

  /**
   * Processes a reply: the first refusal, or the reply to the content, is the message's outcome. True: the reply was
   * positive. Throws `SessionLost` for a 421, and for a reply that can't belong to this command.
   */
  hear(flight: Flight, stage: Stage, reply: Reply): boolean {
    const { code } = reply;
    if (code === 421) {
      if (stage === "content") this.#answer(flight, stage, reply);
      throw this.connection.lose(refused(stage, "the server closes the session", reply));
    }
    const positive = stage === "data" ? code >= 300 && code < 400 : code < 300;
    if ((!positive && code < 400) || (positive && stage === "content" && this.#isPremature(flight))) {
      throw this.connection.lose(new SessionLost(stage, `a reply out of place: ${wordsOf(reply)}`));
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
    for (const { message, endsAt } of this.#unreported) {
      const handedOver = endsAt <= this.connection.outbox.taken && lost?.closing !== true;
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

  #mayTake(): boolean {
    if (this.connection.broken || Date.now() >= this.#limits.beginBefore) return false;
    if (this.#taken < this.#maxMessages && this.#refusals < MAX_REFUSALS) return true;
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
    const content = canonical(message.content);
    const reason = obstacle(message, content.bytes.length, this.#capabilities);
    if (reason !== null) {
      this.#feed.report({ id: message.id, kind: "unsendable", reason });
      return null;
    }
    const flight = { message, content, by: now + this.#limits.messageTimeoutMs, endsAt: Infinity };
    this.#unreported.add(flight);
    this.#taken++;
    return flight;
  }

  #answer(flight: Flight, stage: Stage, reply: Reply): void {
    if (!this.#unreported.delete(flight)) return;
    this.answered++;
    if (reply.code >= 400) this.#refusals++;
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
