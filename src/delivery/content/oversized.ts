import { judge, tooLarge, untried } from "../settle/judge.ts";
import type { Settler } from "../settle/settler.ts";

/** So many mails over the relay's SIZE, and none that fits: the push's content is too large, not one recipient's. */
const ALIKE = 3;

interface Mail {
  readonly id: number;
  readonly address: string;
  /** The size and the relay's limit. */
  readonly reason: string;
}

/**
 * The mails of one claim that exceed the relay's SIZE, held back until it is known whether all do. If another mail
 * fits, each of them fails alone. If none does, one fails as `too-large`, which pauses the push, and the others go back.
 */
export class Oversized {
  readonly #settler: Settler;
  readonly #held: Mail[] = [];
  #anyFits = false;
  #concluded = false;

  constructor(settler: Settler) {
    this.#settler = settler;
  }

  add(mail: Mail): void {
    if (this.#anyFits) this.#fail(mail);
    else if (this.#concluded) this.#settler.report(untried(mail.id));
    else if (this.#held.push(mail) >= ALIKE) this.conclude();
  }

  /** The relay answered for a mail of this claim. */
  otherFits(): void {
    this.#anyFits = true;
    for (const mail of this.#held.splice(0)) this.#fail(mail);
  }

  /** No more mails of this claim will be tried. */
  conclude(): void {
    const [first, ...others] = this.#held.splice(0);
    if (first === undefined) return;
    this.#concluded = true;
    this.#settler.stopped = true;
    this.#settler.report(tooLarge(first.id, first.reason, first.address));
    for (const { id } of others) this.#settler.report(untried(id));
  }

  #fail({ id, reason, address }: Mail): void {
    this.#settler.report(judge({ id, kind: "unsendable", cause: "size", reason }, address));
  }
}
