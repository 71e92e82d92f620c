import { setTimeout as sleep } from "node:timers/promises";
import { ApiError } from "../../scripts/api.ts";
import { describeTallies, type PushView } from "../../scripts/progress.ts";
import type { Stack } from "../../scripts/stack.ts";
import { type DeliveryState, totalOf } from "../../src/core/states.ts";

/** A row of GET /api/pushes/:id/deliveries. */
export interface Delivery {
  readonly id: number;
  readonly address: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly class: string | null;
  readonly reply: string | null;
  readonly dueAt: string | null;
}

// Below the rate limit of the API.
const POLL_MS = 50;
const ANSWER_WITHIN_MS = 10_000;
const PAGE = 1_000;
/** Longer than any wait in a push with the short times of a run. */
const STUCK_AFTER_MS = 90_000;

/** Polls one push through its public API, and holds every answer against the invariant. */
export class Watch {
  polls = 0;
  /** Answers that broke the invariant, in words. */
  readonly broken: string[] = [];
  readonly #stack: Stack;
  readonly #id: string;
  readonly #expected: number;
  #last = "";
  #movedAt = Date.now();

  constructor(stack: Stack, id: string, expected: number) {
    this.#stack = stack;
    this.#id = id;
    this.#expected = expected;
  }

  /**
   * Polls until `done`.
   *
   * @throws when the push pauses by itself, or nothing moves any more, with what its rows say
   */
  async until(done: (push: PushView) => boolean): Promise<PushView> {
    for (;;) {
      const push = await this.#poll();
      if (push !== null) {
        if (done(push)) return push;
        if (push.status === "paused") throw new Error(`the push paused: ${push.reason}\n${await this.describe()}`);
      }
      if (Date.now() - this.#movedAt > STUCK_AFTER_MS) throw new Error(`nothing moves:\n${await this.describe()}`);
      await sleep(POLL_MS);
    }
  }

  /** Null: no answer, or none in time. */
  async #poll(): Promise<PushView | null> {
    let push: PushView;
    try {
      push = await Promise.race([this.#stack.api<PushView>("GET", this.#path()), late()]);
    } catch (error) {
      if (error instanceof ApiError && error.status < 500) throw error;
      return null;
    }
    this.polls++;
    this.#check(push);
    const state = JSON.stringify([push.status, push.tallies]);
    if (state !== this.#last) this.#movedAt = Date.now();
    this.#last = state;
    return push;
  }

  #check({ total, tallies, snapshotDone }: PushView): void {
    const sum = totalOf(tallies);
    if (sum !== total) this.broken.push(`total ${total}, tallies ${sum}: ${describeTallies(tallies)}`);
    if (snapshotDone && total !== this.#expected) this.broken.push(`snapshot done with ${total} of ${this.#expected}`);
  }

  /** All of the ledger's rows, or those in one state. */
  async deliveries(state: DeliveryState | null = null): Promise<Delivery[]> {
    const all: Delivery[] = [];
    for (let after: string | null = ""; after !== null; ) {
      const query = `limit=${PAGE}${after && `&after=${after}`}${state === null ? "" : `&state=${state}`}`;
      const page: { data: Delivery[]; next: string | null } = await this.#stack.api(
        "GET",
        `${this.#path()}/deliveries?${query}`,
      );
      all.push(...page.data);
      after = page.next;
    }
    return all;
  }

  resolve(ids: readonly number[], as: "sent" | "failed"): Promise<{ resolved: number }> {
    return this.#stack.api("POST", `${this.#path()}/resolve`, { ids, as });
  }

  retry(ids: readonly number[]): Promise<{ retried: number }> {
    return this.#stack.api("POST", `${this.#path()}/retry`, { ids });
  }

  /** Where it stands: the push, and a few rows of each open state. */
  async describe(): Promise<string> {
    const push = await this.#stack.api("GET", this.#path()).catch(String);
    const open = ["pending", "queued", "sending", "deferred", "in_doubt"] as const;
    const rows = await Promise.all(open.map((state) => this.deliveries(state).catch(() => [])));
    const samples = rows.flatMap((some) => some.slice(0, 3)).map((row) => JSON.stringify(row));
    return [JSON.stringify(push), ...samples].join("\n");
  }

  #path(): string {
    return `/api/pushes/${this.#id}`;
  }
}

async function late(): Promise<never> {
  await sleep(ANSWER_WITHIN_MS, undefined, { ref: false });
  throw new Error(`no answer within ${ANSWER_WITHIN_MS / 1000} s`);
}
