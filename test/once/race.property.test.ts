import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { expect, it } from "vitest";
import { RESERVE_WITHIN_MS } from "../../src/once/call.ts";
import { Register } from "../../src/once/register.ts";
import type { Asked, GiveBackRequest, ReserveRequest } from "../../src/once/rpc.ts";
import { Ledger } from "../../src/push/ledger/ledger.ts";
import {
  doubtedAmong,
  nextReturning,
  postponeReturning,
  removeReturned,
} from "../../src/push/ledger/once/give-back.ts";
import { ONCE, type OnceClaim, type Outcome, UNRESERVED } from "../../src/push/rpc.ts";
import { cancel } from "../../src/push/steering/commands.ts";
import { LIMITS, outcome, World } from "../push/world.ts";

// Few, so that they meet often.
const PUSHES = ["a", "b"] as const;
const PEOPLE = 2;
const IDS = Array.from({ length: PEOPLE }, (_, n) => n + 1);
const LIMITS_HERE = { breaker: { first: 1e6, streak: 1e6, spamShare: 2 }, leaseMs: 900_000 };

/** A consumer under one claim. */
interface Consumer {
  readonly push: number;
  readonly token: string;
  readonly once: OnceClaim;
  readonly until: number;
  readonly ids: readonly number[];
  /** Whom it may mail, and under which address; null: it has not reserved yet. */
  left: Asked[] | null;
}

/** A call that is under way for longer than its caller waits. */
type Late =
  | { readonly reserve: ReserveRequest }
  | { readonly giveBack: GiveBackRequest }
  | { readonly push: number; readonly token: string; readonly outcomes: readonly Outcome[] };

const Fate = fc.constantFrom("well", "well", "well", "lost", "answerLost", "late", "twice");
const Step = fc.record({
  what: fc.constantFrom(
    ...["claim", "claim", "claim", "reserve", "reserve", "reserve", "mail", "mail", "mail", "alarm", "alarm"],
    ...["arrive", "pass", "pass", "retry", "cancel", "restart", "die", "move", "move"],
  ),
  which: fc.nat(1_000),
  fate: Fate,
  reply: fc.constantFrom("sent", "sent", "failed", "failed", "deferred", "untried", "in_doubt", "lostAfter"),
  ms: fc.constantFrom(1_000, 9_000, 29_000, 31_000, 120_000, 901_000, 7_200_000),
});
type Step = Readonly<typeof Step extends fc.Arbitrary<infer T> ? T : never>;

/** Two pushes for the same people under one key, each ledger and the key in an object's real storage. */
class Network {
  now = 1_000_000_000_000;
  readonly #name = crypto.randomUUID();
  readonly #worlds: World[] = [];
  #register: Register | null = null;
  #consumers: Consumer[] = [];
  #late: Late[] = [];
  #tokens = 0;
  /** By recipient: who has their address now. */
  readonly #persons = new Map(IDS.map((id) => [id, `${id}`]));
  /** By person: the pushes whose mail they may have got. */
  readonly mailed = new Map<string, Set<string>>();

  async begin(): Promise<void> {
    for (const push of PUSHES.keys()) await this.#inPush(push, () => {});
    await this.#inOnce(() => {});
  }

  async step({ what, which, fate, reply, ms }: Step): Promise<void> {
    const push = which % PUSHES.length;
    const consumer = this.#consumers[which % Math.max(1, this.#consumers.length)];
    switch (what) {
      case "claim":
        return this.#claim(push, which);
      case "reserve":
        return consumer?.left === null ? this.#reserve(consumer, fate) : undefined;
      case "mail":
        return consumer?.left == null ? undefined : this.#mail(consumer, reply, fate);
      case "alarm":
        return this.#alarm(push, fate);
      case "arrive":
        return this.#arrive(which);
      case "pass":
        this.now += ms;
        return;
      case "retry":
        return this.#inPush(push, (world) => {
          const skipped = IDS.filter((id) => world.row(id).state === "skipped");
          world.retry({ states: ["failed", "in_doubt", "skipped"], skipped });
        });
      case "move": {
        const id = IDS[which % PEOPLE] as number;
        const other = IDS[(which + 1) % PEOPLE] as number;
        const [mine, theirs] = [this.#persons.get(id) ?? "", this.#persons.get(other) ?? ""];
        // To an address of one's own, or in exchange.
        if (which % 3 === 0) this.#persons.set(id, theirs).set(other, mine);
        else this.#persons.set(id, ["1", "2"].includes(mine) ? `new ${id}` : mine);
        return;
      }
      case "cancel":
        return which % 5 > 0 ? undefined : this.#inPush(push, (world) => void cancel(world.ledger, world.push));
      case "restart":
        if (which % 3 === PUSHES.length) this.#register = null;
        else {
          await this.#inPush(push, (world, storage) => {
            Object.assign(world, { ledger: new Ledger(storage) });
          });
        }
        return;
      case "die":
        this.#consumers = this.#consumers.filter((one) => one !== consumer);
    }
  }

  /** No more faults: all that is under way arrives, the pushes end, and what is to be given back is. */
  async end(): Promise<void> {
    while (this.#late.length > 0) await this.#arrive(0);
    this.#consumers = [];
    for (const push of PUSHES.keys()) {
      this.now += 901_000;
      await this.#inPush(push, (world) => world.sweep());
      await this.#inPush(push, (world) => {
        cancel(world.ledger, world.push);
        world.sweep();
      });
    }
    this.now += 120_000;
    for (const push of PUSHES.keys()) await this.#alarm(push, "well");
  }

  /** Who is still reserved, as "push person". */
  async held(): Promise<{ reservation: string; delivery: string }[]> {
    return this.#inOnce((_register, storage) => {
      const query = "SELECT push, recipient, person FROM reservation ORDER BY push, recipient";
      if (!this.#hasUsed(storage)) return [];
      const rows = storage.sql.exec(query).toArray();
      return rows.map(({ push, recipient, person }) => ({
        reservation: `${push} ${person}`,
        delivery: `${push} ${recipient}`,
      }));
    });
  }

  /** Deliveries of which nobody knows whether a mail has arrived, as "push recipient". */
  async doubted(): Promise<string[]> {
    const all: string[] = [];
    for (const [push, name] of PUSHES.entries()) {
      await this.#inPush(push, ({ ledger }) => {
        all.push(...doubtedAmong(ledger.sql, IDS).map((id) => `${name} ${id}`));
      });
    }
    return all;
  }

  #hasUsed(storage: DurableObjectStorage): boolean {
    return storage.sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'reservation'").toArray().length > 0;
  }

  async #claim(push: number, which: number): Promise<void> {
    await this.#inPush(push, (world) => {
      world.sweep();
      world.release();
      const queued = IDS.filter((id) => ["queued", "deferred"].includes(world.row(id).state));
      const ids = queued.filter((_id, at) => at === 0 || (which >> at) % 2 === 0);
      const claimed = ids.length === 0 ? null : world.claim(ids, `t${this.#tokens++}`);
      if (claimed === null || claimed.send.length === 0 || claimed.once === null) return;
      const { token, once } = claimed;
      this.#consumers.push({ push, token, once, until: this.now + LIMITS_HERE.leaseMs, ids: claimed.send, left: null });
    });
  }

  async #reserve(consumer: Consumer, fate: Step["fate"]): Promise<void> {
    const { push, once, ids } = consumer;
    const until = Math.min(this.now + RESERVE_WITHIN_MS, consumer.until);
    const request = {
      push: PUSHES[push] as string,
      claim: once.claim,
      until,
      people: ids.map((id): Asked => {
        const one = { recipient: id, person: this.#persons.get(id) ?? "" };
        return once.doubted?.includes(id) ? one : { ...one, replaces: true };
      }),
    };
    const call = () => this.#inOnce((register) => register.reserve(request, this.now));
    const answer = fate === "lost" || fate === "late" ? null : await call();
    if (fate === "twice") await call();
    if (fate === "late" || fate === "twice") this.#late.push({ reserve: request });
    if (answer === null || fate === "answerLost") {
      const down = { class: UNRESERVED, address: null, reply: "no answer" };
      await this.#settle(
        consumer,
        ids.map((id) => outcome(id, "outage", down)),
        "well",
      );
      this.#consumers = this.#consumers.filter((one) => one !== consumer);
      return;
    }
    const taken = new Set(answer.taken.map(({ recipient }) => recipient));
    consumer.left = request.people.filter(({ recipient }) => !taken.has(recipient));
    await this.#settle(
      consumer,
      [...taken].map((id) => outcome(id, "skipped", { class: ONCE })),
      "well",
    );
  }

  async #mail(consumer: Consumer, reply: Step["reply"], fate: Step["fate"]): Promise<void> {
    const next = consumer.left?.shift();
    if (next === undefined || this.now >= consumer.until) return;
    const arrived = reply === "sent" || reply === "in_doubt" || reply === "lostAfter";
    const { recipient: id, person } = next;
    if (arrived) this.mailed.set(person, (this.mailed.get(person) ?? new Set()).add(PUSHES[consumer.push] as string));
    // The consumer dies after the relay took the mail.
    if (reply === "lostAfter") this.#consumers = this.#consumers.filter((one) => one !== consumer);
    else await this.#settle(consumer, [outcome(id, reply)], fate);
  }

  async #settle({ push, token }: Consumer, outcomes: readonly Outcome[], fate: Step["fate"]): Promise<void> {
    if (outcomes.length === 0) return;
    // A settle without an answer goes onto the queue.
    if (fate !== "well") this.#late.push({ push, token, outcomes });
    if (fate !== "lost" && fate !== "late") await this.#inPush(push, (world) => void world.settle(token, ...outcomes));
  }

  async #alarm(push: number, fate: Step["fate"]): Promise<void> {
    await this.#inPush(push, (world) => world.sweep());
    const returning = await this.#inPush(push, ({ ledger }) => nextReturning(ledger, 1, 100, this.now));
    if (returning === null) return;
    const request = { push: PUSHES[push] as string, deliveries: returning.deliveries };
    if (fate !== "lost" && fate !== "late") await this.#inOnce((register) => register.giveBack(request));
    if (fate === "late" || fate === "twice") this.#late.push({ giveBack: request });
    await this.#inPush(push, ({ ledger }) => {
      if (fate === "well" || fate === "twice") removeReturned(ledger, returning);
      else postponeReturning(ledger, 1, this.now);
    });
  }

  async #arrive(which: number): Promise<void> {
    const [call] = this.#late.splice(which % Math.max(1, this.#late.length), 1);
    if (call === undefined) return;
    if ("reserve" in call) await this.#inOnce((register) => void register.reserve(call.reserve, this.now));
    else if ("giveBack" in call) await this.#inOnce((register) => register.giveBack(call.giveBack));
    else await this.#inPush(call.push, (world) => void world.settle(call.token, ...call.outcomes));
  }

  #inPush<T>(push: number, work: (world: World, storage: DurableObjectStorage) => T): Promise<T> {
    const object = env.PUSH.getByName(`${this.#name} ${push}`);
    return runInDurableObject(object, (_object, { storage }) =>
      storage.transactionSync(() => {
        const terms = { id: PUSHES[push] as string, once: { key: "k", macKey: "m" }, expiresInSeconds: 14_400 };
        this.#worlds[push] ??= new World(storage, PEOPLE, terms, { ...LIMITS, ...LIMITS_HERE }, this.now);
        const world = this.#worlds[push] as World;
        world.now = this.now;
        return work(world, storage);
      }),
    );
  }

  #inOnce<T>(work: (register: Register, storage: DurableObjectStorage) => T): Promise<T> {
    return runInDurableObject(env.ONCE.getByName(this.#name), (_object, { storage }) => {
      this.#register ??= new Register(storage);
      return work(this.#register, storage);
    });
  }
}

function step(what: Step["what"], more: Partial<Step> = {}): Step {
  return { what, which: 0, fate: "well", reply: "sent", ms: 1_000, ...more };
}

/** Courses that chance finds rarely. */
const RARE: readonly Step[][] = [
  // What was to give a person back arrives while their retry is mailed.
  [
    step("claim"),
    step("reserve"),
    step("mail", { reply: "failed" }),
    step("pass", { ms: 31_000 }),
    step("alarm", { fate: "late" }),
    step("retry"),
    step("claim"),
    step("reserve", { which: 1 }),
    step("arrive"),
    step("claim", { which: 1 }),
    step("reserve", { which: 2 }),
    step("mail", { which: 2 }),
    step("mail", { which: 1 }),
  ],
  // The address changes between two tries, and the reservation of the first arrives after that of the second.
  [
    step("claim"),
    step("reserve", { fate: "twice" }),
    step("mail", { reply: "untried" }),
    step("mail", { reply: "untried" }),
    step("move", { which: 4 }),
    step("claim"),
    step("reserve", { which: 1 }),
    step("arrive"),
    step("mail", { which: 1 }),
    step("mail", { which: 1 }),
  ],
  // A reservation arrives after its people were given back, …
  [
    step("claim"),
    step("reserve", { fate: "late" }),
    step("cancel"),
    step("alarm"),
    step("pass", { ms: 31_000 }),
    step("alarm"),
    step("arrive"),
  ],
  // … or just before that.
  [step("claim"), step("reserve", { fate: "late" }), step("cancel"), step("alarm"), step("alarm"), step("arrive")],
];

it("whatever is lost, late, repeated or restarted: no two pushes mail one person, and nobody stays reserved in vain", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(Step, { minLength: 20, maxLength: 80, size: "max" }), async (steps) => {
      const network = new Network();
      await network.begin();
      for (const step of steps) {
        await network.step(step);
        for (const pushes of network.mailed.values()) expect([...pushes].length).toBeLessThanOrEqual(1);
      }
      await network.end();
      for (const pushes of network.mailed.values()) expect([...pushes].length).toBeLessThanOrEqual(1);
      const held = await network.held();
      const mailed = [...network.mailed].flatMap(([person, pushes]) => [...pushes].map((push) => `${push} ${person}`));
      expect(held.map(({ reservation }) => reservation)).toEqual(expect.arrayContaining(mailed));
      const doubted = await network.doubted();
      const inVain = held.filter((one) => !mailed.includes(one.reservation) && !doubted.includes(one.delivery));
      expect(inVain).toEqual([]);
    }),
    { numRuns: 60, examples: RARE.map((steps) => [steps]) },
  );
}, 120_000);
