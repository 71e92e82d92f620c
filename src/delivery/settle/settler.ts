import { logError } from "../../log.ts";
import { callPush } from "../../push/call.ts";
import type { SettleJob } from "../../push/job.ts";
import type { Outcome, SettleAnswer } from "../../push/rpc.ts";
import { settleDelaySeconds } from "./settle-job.ts";

/** Maximum wait of an outcome before its settle; bounds what a crash leaves in doubt. */
const SETTLE_WITHIN_MS = 1_000;

/** A queue message holds 128 KB; an outcome is at most 2 KB (500 characters of 4 bytes). */
const OUTCOMES_A_MESSAGE = 50;

/** Owner of reported outcomes that are not yet settled. */
export interface Unsettled {
  /** Called once for each settled outcome. */
  settled(): void;
}

/**
 * Settles the outcomes of one claim in groups: every `groupSize`, every second, on `flush`, and at the end. One call at
 * a time.
 */
export class Settler {
  /** Deliveries to retry: id to delay in seconds. */
  readonly later = new Map<number, number>();
  /** Sessions that the relay refused while others worked, not told to the ledger yet. */
  #sessionsRefused = 0;
  /** True: start no more mails under this claim. */
  stopped = false;
  /** Awaited with each group of outcomes before it is settled. Must not throw. */
  beforeSettle: ((outcomes: readonly Outcome[]) => Promise<void>) | null = null;

  readonly #env: Env;
  readonly #push: string;
  readonly #token: string;
  readonly #groupSize: number;
  #waiting: { outcome: Outcome; owner: Unsettled | null }[] = [];
  #calling: Promise<void> | null = null;
  #pulse: Promise<void> | null = null;
  /** Time of the ledger's last answer, at first that of the claim. Epoch milliseconds. */
  #answeredAt = Date.now();
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

  /** Counts sessions that the relay refused while others worked; the next settle or pulse tells the ledger. */
  refusedSessions(count: number): void {
    this.#sessionsRefused += count;
  }

  /** Settles all reported outcomes, now or right after the current call. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#calling ??= this.#drain().finally(() => {
      this.#calling = null;
      // New outcomes may have arrived during this call; their flush did nothing, so start again.
      if (this.#waiting.length > 0) this.flush();
    });
  }

  /** Milliseconds since the ledger's last answer. */
  silentMs(): number {
    return Date.now() - this.#answeredAt;
  }

  /**
   * Asks the ledger whether to continue, with an empty settle, so that a pause reaches sessions with nothing to settle.
   * Concurrent callers share one call.
   */
  pulse(): Promise<void> {
    this.#pulse ??= this.#settle([]).then((answer) => {
      this.stopped ||= answer.stop;
      this.#pulse = null;
    });
    return this.#pulse;
  }

  /** Resolves when all outcomes are settled, or queued to be settled. */
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
      const outcomes = group.map((one) => one.outcome);
      await this.beforeSettle?.(outcomes);
      const answer = await this.#settle(outcomes);
      for (const { id, delaySeconds } of answer.later) this.later.set(id, delaySeconds);
      this.stopped ||= answer.stop;
      for (const { owner } of group) owner?.settled();
    }
  }

  async #settle(outcomes: readonly Outcome[]): Promise<SettleAnswer> {
    const sessionsRefused = this.#sessionsRefused;
    this.#sessionsRefused = 0;
    try {
      const request = { token: this.#token, outcomes, sessionsRefused };
      const answer = await callPush(this.#env, this.#push, (push) => push.settle(request));
      this.#answeredAt = Date.now();
      return answer;
    } catch (error) {
      logError({ at: "settle", push: this.#push, outcomes: outcomes.length, error: String(error) });
    }
    if (outcomes.length === 0) {
      this.#sessionsRefused += sessionsRefused;
      return { later: [], stop: true };
    }
    // The outcomes must survive this invocation: the queue keeps them until the object answers.
    const parts = Math.ceil(outcomes.length / OUTCOMES_A_MESSAGE);
    const jobs = Array.from({ length: parts }, (_, part): SettleJob => {
      const settle = outcomes.slice(part * OUTCOMES_A_MESSAGE, (part + 1) * OUTCOMES_A_MESSAGE);
      const job = { push: this.#push, token: this.#token, settle };
      return part === 0 && sessionsRefused > 0 ? { ...job, sessionsRefused } : job;
    });
    try {
      const delaySeconds = settleDelaySeconds(this.#env);
      for (const job of jobs) await this.#env.MAIL.send(job, { delaySeconds });
    } catch (error) {
      // RPC and queue both failed: the lease will expire, and these deliveries become in doubt.
      logError({ at: "settle by queue", push: this.#push, outcomes, error: String(error) });
    }
    return { later: [], stop: true };
  }
}
