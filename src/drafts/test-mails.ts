import type { Result } from "../core/result.ts";
import { MAX_IN_FLIGHT_BYTES } from "../delivery/allowance.ts";
import { composeFor, type PersonalMail } from "../delivery/content/compose.ts";
import type { Personal } from "../message/template/template.ts";
import type { Transport } from "../transport/transport.ts";
import type { Draft } from "./draft.ts";
import type { RelayBudget, Rest, Turn } from "./relay-budget.ts";
import { type Answered, sendAlone } from "./send-alone.ts";

/** How long a test waits for its relay. */
const ANSWER_SECONDS = 30;
const LATE = `no answer within ${ANSWER_SECONDS} s`;
const MARK = "[Test] ";

/** What became of one test mail. */
export type TestAnswer = Answered & { readonly to: string };

/** How test mails go out. */
export interface Way {
  readonly transport: Transport;
  readonly budget: RelayBudget;
  /** Sessions at once, if the relay allows as many. */
  readonly connections: number;
}

/**
 * Sends a draft's mail to each of these at their `address`, marked as a test, as the relay's budget allows. Nothing is
 * tried twice, and nothing is kept of it. Resolves within 30 seconds and a little, in the order of `recipients`.
 */
export async function sendTests(draft: Draft, recipients: readonly Personal[], way: Way): Promise<TestAnswer[]> {
  const run = new Run(draft, recipients, way, Date.now() + ANSWER_SECONDS * 1000);
  try {
    return await run.all();
  } finally {
    await way.budget.end();
  }
}

class Run {
  readonly #draft: Draft;
  readonly #recipients: readonly Personal[];
  readonly #way: Way;
  readonly #endsAt: number;
  readonly #answers: TestAnswer[] = [];
  #next = 0;
  /** The size of the largest mail so far. */
  #bytes = 1;

  constructor(draft: Draft, recipients: readonly Personal[], way: Way, endsAt: number) {
    this.#draft = draft;
    this.#recipients = recipients;
    this.#way = way;
    this.#endsAt = endsAt;
  }

  async all(): Promise<TestAnswer[]> {
    // The mails of one draft are alike: the size of the first says how many may be in memory at once.
    if (this.#recipients.length > 0) this.#compose(0);
    while (this.#next < this.#recipients.length) {
      const given = await this.#way.budget.ask(this.#recipients.length - this.#next);
      if (given.kind === "turn") await this.#send(given);
      else if (given.kind === "stopped" || Date.now() + given.forMs >= this.#endsAt) this.#giveUp(given);
      else await sleep(given.forMs);
    }
    return this.#answers;
  }

  async #send({ mails, sessions, startInMs, gapMs }: Turn): Promise<void> {
    const first = this.#next;
    const startAt = Date.now() + startInMs;
    this.#next += mails;
    let begun = 0;
    const lane = async () => {
      while (begun < mails) {
        const nth = begun++;
        await sleep(startAt + nth * gapMs - Date.now());
        await this.#sendOne(first + nth);
      }
    };
    const fitting = Math.max(1, Math.floor(MAX_IN_FLIGHT_BYTES / this.#bytes));
    const lanes = Math.min(this.#way.connections, sessions, fitting, mails);
    await this.#way.budget.during(
      lanes,
      Promise.all(Array.from({ length: lanes }, lane)).then(() => {}),
    );
  }

  async #sendOne(at: number): Promise<void> {
    const made = this.#compose(at);
    const answered = made.ok
      ? await sendAlone(this.#way.transport, made.value.mail, this.#endsAt, LATE, Date.now())
      : { accepted: false, class: "template", reply: made.error };
    this.#way.budget.count(answered);

    this.#answer(at, answered);
  }

  #giveUp({ words }: Rest): void {
    const reply = `not begun: ${words ?? LATE}`;
    for (; this.#next < this.#recipients.length; this.#next++) {
      this.#answer(this.#next, { accepted: false, class: null, reply });
    }
  }

  #answer(at: number, answered: Answered): void {
    this.#answers[at] = { to: this.#recipients[at]?.address ?? "", ...answered };
  }

  #compose(at: number): Result<PersonalMail> {
    const { relay, ready, headers, allowance } = this.#draft;
    const recipient = this.#recipients[at] as Personal;
    const made = composeFor(ready, relay, { ...recipient, id: at }, allowance, headers, (subject) => MARK + subject);
    if (made.ok) this.#bytes = Math.max(this.#bytes, made.value.mail.content.length);
    return made;
  }
}

function sleep(ms: number): Promise<void> {
  return ms <= 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms));
}
