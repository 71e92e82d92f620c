import type { SettleJob } from "../push/job.ts";
import type { Outcome, SettleAnswer } from "../push/rpc.ts";
import { callPush } from "./push-call.ts";

/** No outcome waits longer than this to be settled: what a crash can leave in doubt. */
const SETTLE_WITHIN_MS = 1_000;

/** A queue message holds 128 KB; an outcome, at most 2 KB with the longest reply in the longest characters. */
const OUTCOMES_A_MESSAGE = 50;

/** Whoever has outcomes with a settler, and waits for them to be settled. */
export interface Unsettled {
  /** One of its outcomes has been settled. */
  settled(): void;
}

/**
 * Reports the outcomes of one claim to the ledger, in groups: every `groupSize`, every second, when somebody needs
 * room, and at the end. One call at a time.
 */
export class Settler {
  /** What the ledger said of deliveries to be retried: delivery to seconds. */
  readonly later = new Map<number, number>();
  /** The ledger wants no more mails begun under this claim. */
  stopped = false;

  readonly #env: Env;
  readonly #push: string;
  readonly #token: string;
  readonly #groupSize: number;
  #waiting: { outcome: Outcome; owner: Unsettled | null }[] = [];
  #calling: Promise<void> | null = null;
  #pulse: Promise<void> | null = null;
  /** When the ledger last said whether to go on; a settler is made with the claim. Epoch milliseconds. */
  #heardAt = Date.now();
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(env: Env, push: string, token: string, groupSize: number) {
    this.#env = env;
    this.#push = push;
    this.#token = token;
    this.#groupSize = groupSize;
  }

  report(outcome: Outcome, owner: Unsettled | null = null): void {
    this.#waiting.push({ outcome, owner });
    if (this.#waiting.length >= this.#groupSize) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), SETTLE_WITHIN_MS);
  }

  /** Settles what there is, now or right after the call that is under way. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#calling ??= this.#drain().finally(() => {
      this.#calling = null;
      // Whoever was told of room has reported again meanwhile, and its flush found us still at it.
      if (this.#waiting.length > 0) this.flush();
    });
  }

  /** How long ago the ledger last said whether to go on. */
  silentMs(): number {
    return Date.now() - this.#heardAt;
  }

  /**
   * Asks the ledger whether to go on, for whoever waits and has nothing to settle: a pause must not wait for that.
   * Callers share one call.
   */
  pulse(): Promise<void> {
    this.#pulse ??= this.#settle([]).then((answer) => {
      this.stopped ||= answer.stop;
      this.#pulse = null;
    });
    return this.#pulse;
  }

  /** Resolves when everything reported is settled, or on the queue to be. */
  async end(): Promise<void> {
    while (this.#waiting.length > 0 || this.#calling !== null) {
      this.flush();
      await this.#calling;
    }
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      const answer = await this.#settle(group.map((one) => one.outcome));
      for (const { id, delaySeconds } of answer.later) this.later.set(id, delaySeconds);
      this.stopped ||= answer.stop;
      for (const { owner } of group) owner?.settled();
    }
  }

  async #settle(outcomes: readonly Outcome[]): Promise<SettleAnswer> {
    try {
      const answer = await callPush(this.#env, this.#push, (push) => push.settle({ token: this.#token, outcomes }));
      this.#heardAt = Date.now();
      return answer;
    } catch (error) {
      console.error(
        JSON.stringify({ at: "settle", push: this.#push, outcomes: outcomes.length, error: String(error) }),
      );
    }
    if (outcomes.length === 0) return { later: [], stop: true };
    // The outcomes are known and must not be lost with this invocation: the queue keeps them until the object answers.
    const parts = Math.ceil(outcomes.length / OUTCOMES_A_MESSAGE);
    const jobs = Array.from({ length: parts }, (_, part): SettleJob => {
      const settle = outcomes.slice(part * OUTCOMES_A_MESSAGE, (part + 1) * OUTCOMES_A_MESSAGE);
      return { push: this.#push, token: this.#token, settle };
    });
    try {
      for (const job of jobs) await this.#env.MAIL.send(job);
    } catch (error) {
      // Both ways are shut: the lease will run out, and these are in doubt.
      console.error(JSON.stringify({ at: "settle by queue", push: this.#push, outcomes, error: String(error) }));
    }
    return { later: [], stop: true };
  }
}
