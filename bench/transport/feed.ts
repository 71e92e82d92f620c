import { SESSION_GROUP } from "../../src/delivery/feed.ts";
import type { Feed, Outcome, Outgoing } from "../../src/transport/transport.ts";
import { SENDER, wholeMessage } from "./content.ts";
import { addressOf, type Order } from "./order.ts";

/** The mails of an order, shared by its sessions. */
export class Work {
  accepted = 0;
  readonly #run: string;
  readonly #end: number;
  #next: number;
  readonly #content = new TextEncoder().encode(wholeMessage());

  constructor({ run, first, mails }: Order) {
    this.#run = run;
    this.#next = first;
    this.#end = first + mails;
  }

  take(): Outgoing | null {
    if (this.#next === this.#end) return null;
    const id = this.#next++;
    return {
      id,
      from: SENDER,
      to: addressOf(this.#run, id),
      content: this.#content,
      eightBit: false,
      envelopeId: null,
    };
  }

  report(outcome: Outcome): void {
    // The sink refuses nothing: whatever else it was, the measurement is void.
    if (outcome.kind !== "answered" || outcome.reply.code !== 250) throw new Error(JSON.stringify(outcome));
    this.accepted++;
  }
}

/** The feed of one session: it holds back where the real one does, and makes room by halves, as settling does. */
export class BenchFeed implements Feed {
  readonly #work: Work;
  #inFlight = 0;
  #wake: (() => void) | null = null;

  constructor(work: Work) {
    this.#work = work;
  }

  next(): Outgoing | null | Promise<Outgoing | null> {
    if (this.#inFlight >= SESSION_GROUP) return this.#whenRoom();
    const mail = this.#work.take();
    if (mail !== null) this.#inFlight++;
    return mail;
  }

  report(outcome: Outcome): void {
    this.#inFlight--;
    this.#work.report(outcome);
    if (this.#inFlight > SESSION_GROUP / 2) return;
    this.#wake?.();
    this.#wake = null;
  }

  async #whenRoom(): Promise<Outgoing | null> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    return this.next();
  }
}
