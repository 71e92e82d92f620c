import { wakeFacts } from "../../src/push/alarm/facts.ts";
import { nextWake } from "../../src/push/alarm/plan.ts";
import type { Outcome } from "../../src/push/rpc.ts";
import { outcome, type World } from "./world.ts";

/** What a relay does with one mail at a time of the world's clock. */
export type Relay = (id: number, now: number) => Pick<Outcome, "kind"> & Partial<Outcome>;

const BATCH = 100;

/** Runs a push with one consumer and an honest queue on the world's clock; counts how often each delivery was tried. */
export class Simulation {
  readonly tries = new Map<number, number>();
  readonly world: World;
  readonly #relay: Relay;
  readonly #msPerMail: number;
  readonly #group: number;
  /** From release to claim, for the nth delivery on the queue. */
  readonly #queueMs: (nth: number) => number;
  readonly #patienceMs: number | undefined;
  /** Deliveries released. */
  queued = 0;
  /** Time that the consumer waited for the first slots of its claims. */
  waitedMs = 0;
  #queue: { id: number; at: number }[] = [];

  constructor(
    world: World,
    relay: Relay,
    msPerMail = 1,
    group = 25,
    queueMs: number | ((nth: number) => number) = 0,
    patienceMs?: number,
  ) {
    this.world = world;
    this.#relay = relay;
    this.#msPerMail = msPerMail;
    this.#group = group;
    this.#queueMs = typeof queueMs === "number" ? () => queueMs : queueMs;
    this.#patienceMs = patienceMs;
  }

  get triedTwice(): number {
    return [...this.tries.values()].filter((times) => times > 1).length;
  }

  /** Until the push no longer runs, or for this long. Throws if it makes no progress. */
  run(forMs = 48 * 3_600_000): void {
    const { world } = this;
    const until = world.now + forMs;
    for (let steps = 0; world.push.status === "running" && world.now < until; steps++) {
      if (steps > 20_000)
        throw new Error(
          `the push does not come to rest: ${JSON.stringify([world.now, world.ledger.tallies(), world.push.health])}`,
        );
      world.sweep();
      for (const id of world.release()) this.#queue.push({ id, at: world.now + this.#queueMs(this.queued++) });
      const due = this.#queue.filter((one) => one.at <= world.now).slice(0, BATCH);
      if (due.length > 0) this.#deliver(due);
      else this.#sleep(until);
    }
  }

  #deliver(due: readonly { id: number; at: number }[]): void {
    const { world } = this;
    this.#queue = this.#queue.filter((one) => !due.includes(one));
    const claimed = world.claim([...new Set(due.map((one) => one.id))], undefined, this.#patienceMs);
    this.#requeue(claimed.later);
    const left = [...claimed.send];
    this.waitedMs += claimed.sendTimes?.startInMs ?? 0;
    world.pass(claimed.sendTimes?.startInMs ?? 0);
    const gap = claimed.sendTimes?.gapMs ?? this.#msPerMail;
    let stop = false;
    while (left.length > 0 && !stop) {
      // Every 25 outcomes, or as many as asked for, or every second.
      const group: Outcome[] = [];
      const since = world.now;
      while (left.length > 0 && group.length < this.#group && world.now - since < 1_000) {
        const id = left.shift() as number;
        this.tries.set(id, (this.tries.get(id) ?? 0) + 1);
        const { kind, ...more } = this.#relay(id, world.now);
        group.push(outcome(id, kind, more));
        world.pass(gap);
        if (kind === "throttled" || kind === "quota" || kind === "outage") break;
      }
      const answer = world.settle(claimed.token, ...group);
      this.#requeue(answer.later);
      stop = answer.stop || group.some(({ kind }) => kind === "throttled" || kind === "quota" || kind === "outage");
    }
    const untried = left.map((id) => outcome(id, "untried", { address: null, class: null, reply: null }));
    if (untried.length > 0) world.settle(claimed.token, ...untried);
  }

  #requeue(later: readonly { id: number; delaySeconds: number }[]): void {
    for (const { id, delaySeconds } of later) this.#queue.push({ id, at: this.world.now + delaySeconds * 1000 });
  }

  #sleep(until: number): void {
    const { world } = this;
    world.report();
    const facts = wakeFacts(world.ledger, world.push, world.limits, world.now);
    // Nothing here writes to D1.
    const wake = nextWake({ ...facts, mirrorAt: null, suppressAt: null, retentionEndsAt: null }, world.now);
    const next = Math.min(until, wake ?? until, ...this.#queue.map((one) => one.at));
    world.now = Math.max(world.now + 1, next);
  }
}
