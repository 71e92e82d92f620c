import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { expect, it } from "vitest";
import { DELIVERY_STATES, type DeliveryState, totalOf } from "../../src/core/states.ts";
import type { FeedbackEvent } from "../../src/feedback/event.ts";
import { suppressionsOf } from "../../src/feedback/suppressions.ts";
import { releaseFacts } from "../../src/push/alarm/facts.ts";
import { releaseCount } from "../../src/push/alarm/plan.ts";
import { openCanary } from "../../src/push/canary/canary.ts";
import { claim } from "../../src/push/ledger/claim.ts";
import { conclude } from "../../src/push/ledger/conclude.ts";
import { returnDeadLetters } from "../../src/push/ledger/dead-letters.ts";
import { applyFeedback } from "../../src/push/ledger/feedback.ts";
import { Ledger, type PushRow } from "../../src/push/ledger/ledger.ts";
import { markReleased, type Release, undoRelease } from "../../src/push/ledger/release.ts";
import { settle } from "../../src/push/ledger/settle.ts";
import { addPage, nextPage } from "../../src/push/ledger/snapshot.ts";
import { sweep } from "../../src/push/ledger/sweep.ts";
import type { Limits } from "../../src/push/limits.ts";
import { type NewPush, type Outcome, RETRYABLE_STATES } from "../../src/push/rpc.ts";
import { ASKED_FOR, cancel, pause, resolve, resume, retry } from "../../src/push/steering/commands.ts";
import { create, start } from "../../src/push/steering/create.ts";
import { approve, change, heldUntil } from "../../src/push/steering/hold.ts";
import { event } from "../feedback/events.ts";
import { RelaySide } from "./relay-side.ts";

const PEOPLE = 40;
const PAGE = 25;
const LIMITS: Omit<Limits, "random"> = {
  window: 30,
  staleAfterMs: 5_000,
  leaseMs: 8_000,
  maxAttempts: 3,
  retentionMs: 1e12,
  breaker: { first: 5, streak: 10, spamShare: 0.5 },
  returned: { bounceShare: 0.05, complaintShare: 0.003 },
  relays: [{ id: "default", weight: 1, perSecond: null, quotas: [] }],
  backoffScale: 0.01,
};

const CANARY = { count: 7, waitSeconds: 2, maxFailureShare: 0.3 };

const KINDS = [
  "sent",
  "failed",
  "deferred",
  "skipped",
  "in_doubt",
  "untried",
  "throttled",
  "outage",
  "unauthorised",
  "quota",
  "later",
  "refused",
] as const;

type Step =
  | { do: "pass"; ms: number }
  | { do: "snapshot" | "release" | "release-fails" | "sweep" | "restart" | "pause" | "resume" | "cancel" | "retry" }
  | { do: "approve" | "change" | "neglect" }
  | { do: "deliver" | "deliver-twice" | "lose" | "late-claim" | "die"; pick: number; count: number }
  | {
      do: "settle" | "settle-again" | "lose-claim-answer" | "resolve" | "consumeDeadLetters";
      pick: number;
      kinds: number[];
    }
  | { do: "feedback" | "feedback-again"; pick: number; kinds: number[] };

const RETURNED = ["bounced", "complained", "delivered", "delayed", "unsubscribed", "noted"] as const;

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("pass" as const), ms: fc.constantFrom(1, 50, 1_000, 6_000, 20_000) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom("snapshot", "release", "release", "release-fails", "sweep", "restart" as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("pause", "resume", "resume", "cancel", "retry" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom("approve", "approve", "approve", "change", "change", "neglect" as const),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constantFrom("deliver", "deliver", "deliver-twice", "lose", "late-claim", "die" as const),
      pick: fc.nat(1_000),
      count: fc.integer({ min: 1, max: 12 }),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constantFrom(
        "settle",
        "settle",
        "settle-again",
        "lose-claim-answer",
        "resolve",
        "consumeDeadLetters" as const,
      ),
      pick: fc.nat(1_000),
      kinds: fc.array(fc.nat(KINDS.length - 1), { minLength: 1, maxLength: 12 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom("feedback", "feedback", "feedback-again" as const),
      pick: fc.nat(1_000),
      kinds: fc.array(fc.nat(RETURNED.length - 1), { minLength: 1, maxLength: 8 }),
    }),
  },
) as fc.Arbitrary<Step>;

const NEW_PUSH: NewPush = {
  id: "p",
  action: "mailpush",
  filter: {},
  subject: "s",
  html: "h",
  text: null,
  from: "a@example.com",
  replyTo: null,
  list: true,
  signedWith: null,
  expected: PEOPLE,
  expectedIsEstimate: false,
  createdAt: 0,
  acceptUntil: Number.POSITIVE_INFINITY,
  sendAt: null,
  expiresInSeconds: 60,
  rate: null,
  inDoubt: "resend",
  by: "test",
  relays: null,
  priority: "normal",
};

/**
 * A world around one ledger: a queue that loses, repeats and reorders, consumers that die or answer late, a relay that
 * remembers to whom it sent.
 */
class World {
  now = 1_000_000;
  ledger: Ledger;
  readonly queue: { id: number; release: number }[] = [];
  /** What consumers hold: a token and the ids it was granted. */
  readonly held: { token: string; ids: readonly number[]; settled: Outcome[] }[] = [];
  /** Outcomes the ledger has answered for, by delivery: what a second settle must not change. */
  readonly known = new Map<number, DeliveryState>();
  readonly returned: FeedbackEvent[] = [];
  readonly #relays = new RelaySide(1_000_000, { backoffScale: LIMITS.backoffScale });
  #tokens = 0;
  #random: () => number;
  readonly #storage: DurableObjectStorage;

  constructor(storage: DurableObjectStorage, seed: number) {
    this.#storage = storage;
    this.#random = mulberry(seed);
    this.ledger = new Ledger(storage);
  }

  get limits(): Limits {
    return { ...LIMITS, random: this.#random };
  }

  event<T>(work: () => T): T {
    const result = this.ledger.transaction(work);
    // The object reports after each event; here every second report is lost or comes later.
    if (this.#random() < 0.5) this.ledger.transaction(() => this.#relays.answer(this.ledger, this.limits, this.now));
    this.check();
    return result;
  }

  check(): void {
    const { sql } = this.ledger;
    const counted = Object.fromEntries(DELIVERY_STATES.map((state) => [state, 0]));
    for (const row of sql.exec<{ state: string; n: number }>(
      "SELECT state, count(*) AS n FROM delivery GROUP BY state",
    )) {
      counted[row.state] = row.n;
    }
    expect(this.ledger.tallies()).toEqual(counted);
    // What the ledger keeps in memory is what its tables say.
    expect(sql.exec("SELECT * FROM tally").one()).toEqual(counted);
    expect(sql.exec("SELECT * FROM push").one()).toEqual(this.ledger.push());
    expect(totalOf(this.ledger.tallies())).toBe(sql.exec<{ n: number }>("SELECT count(*) AS n FROM delivery").one().n);
    if (this.ledger.push()?.status === "held") {
      const { queued, sending, sent } = counted;
      expect([queued, sending, sent, this.queue.length, this.held.length]).toEqual([0, 0, 0, 0, 0]);
    }
    const push = this.ledger.push();
    if (push !== null && openCanary(push) !== null) {
      const tried = sql
        .exec<{ n: number }>("SELECT count(*) AS n FROM delivery WHERE release > 0 OR claim > 0")
        .one().n;
      expect(tried, "before its verdict nothing but the canary goes").toBeLessThanOrEqual(CANARY.count);
    }
    for (const [id, state] of this.known) {
      const row = this.ledger.rows([id])[0];
      // A mail the relay took is never sent again: it stays where it is, or is known to have come back.
      if (state === "sent") expect(["sent", "bounced", "complained"]).toContain(row?.state);
      if (state === "bounced") expect(["bounced", "complained"]).toContain(row?.state);
      if (state === "complained") expect(row?.state).toBe("complained");
    }
  }

  entries(): number {
    return this.ledger.sql.exec<{ n: number }>("SELECT count(*) AS n FROM story").one().n;
  }

  run(step: Step): void {
    const { ledger, limits, now } = this;
    const push = ledger.push();
    if (push === null) throw new Error("no push");
    switch (step.do) {
      case "pass":
        this.now += step.ms;
        return;
      case "restart":
        // Nothing but the rows survives.
        this.ledger = new Ledger(this.#storage);
        this.check();
        return;
      case "snapshot": {
        const cursor = nextPage(push);
        if (cursor === null) return;
        const people = Array.from({ length: PEOPLE }, (_, i) => ({ id: i + 1, address: `p${i + 1}@example.com` }));
        // The first page is empty and the last one too, as where a filter selects nobody in a range.
        const upTo = cursor.after === 0 ? 0.5 : cursor.after + PAGE;
        const recipients = people.filter(({ id }) => id > cursor.after && id <= upTo);
        const page = { recipients, upTo, isLast: cursor.after > PEOPLE };
        this.event(() => {
          addPage(ledger, cursor, page, now);
          addPage(ledger, cursor, { ...page, recipients: people }, now); // read by an alarm that was slower
          conclude(ledger, now);
        });
        return;
      }
      case "release":
      case "release-fails": {
        const released = this.event((): Release[] => {
          const count = releaseCount(releaseFacts(ledger, push, limits, now), now);
          return count === 0 ? [] : markReleased(ledger, limits, count, now);
        });
        // Half of a failed sendBatch may have arrived all the same.
        for (const { n, ids } of released) for (const id of ids) this.queue.push({ id, release: n });
        if (step.do === "release-fails") this.event(() => undoRelease(ledger, released, now + 10, now));
        return;
      }
      case "sweep":
        this.event(() => {
          start(ledger, now);
          sweep(ledger, limits, now);
          conclude(ledger, now);
        });
        return;
      case "lose":
        this.queue.splice(step.pick % Math.max(1, this.queue.length), step.count);
        return;
      case "deliver":
      case "deliver-twice":
      case "late-claim":
      case "die": {
        const at = step.pick % Math.max(1, this.queue.length);
        const messages =
          step.do === "deliver-twice" ? this.queue.slice(at, at + step.count) : this.queue.splice(at, step.count);
        if (messages.length === 0) return;
        const token = `t${this.#tokens++}`;
        const request = { token, ids: [...new Set(messages.map((message) => message.id))], knowsContent: true };
        if (step.do === "late-claim") {
          // The consumer gave up waiting and settled as untried; then its claim arrives after all.
          this.event(() =>
            settle(ledger, limits, { token, outcomes: request.ids.map((id) => outcome(id, "untried")) }, now),
          );
          expect(this.event(() => claim(ledger, limits, request, now)).send).toEqual([]);
          return;
        }
        const answer = this.event(() => claim(ledger, limits, request, now));
        expect(
          this.event(() => claim(ledger, limits, request, now)),
          "the same token gets the same answer",
        ).toEqual(answer);
        for (const { id } of answer.later)
          this.queue.push({ id, release: messages.find((m) => m.id === id)?.release ?? 0 });
        if (step.do !== "die" && answer.send.length > 0) this.held.push({ token, ids: answer.send, settled: [] });
        return;
      }
      case "settle":
      case "settle-again":
      case "lose-claim-answer": {
        const held = this.held[step.pick % Math.max(1, this.held.length)];
        if (held === undefined) return;
        const left = held.ids.filter((id) => !held.settled.some((one) => one.id === id));
        const fresh = left
          .slice(0, step.kinds.length)
          .map((id, i) => outcome(id, KINDS[step.kinds[i] as number] ?? "sent"));
        const outcomes =
          step.do === "settle-again"
            ? held.settled
            : step.do === "settle"
              ? fresh
              : left.map((id) => outcome(id, "untried"));
        if (outcomes.length === 0) return;
        const before = ledger.rows(outcomes.map((one) => one.id));
        const answer = this.event(() => settle(ledger, limits, { token: held.token, outcomes }, now));
        const after = ledger.rows(outcomes.map((one) => one.id));
        const again = this.event(() => settle(ledger, limits, { token: held.token, outcomes }, now));
        expect(again.later, "a replayed settle gets the same delays").toEqual(answer.later);
        expect(ledger.rows(outcomes.map((one) => one.id)), "a replayed settle changes nothing").toEqual(after);
        if (step.do === "settle-again") expect(after).toEqual(before);
        else held.settled.push(...outcomes);
        for (const one of outcomes) if (one.kind === "sent" && !this.known.has(one.id)) this.known.set(one.id, "sent");
        for (const { id } of answer.later) this.queue.push({ id, release: 0 });
        return;
      }
      case "feedback":
      case "feedback-again": {
        const events =
          step.do === "feedback-again"
            ? this.returned.slice(-step.kinds.length)
            : step.kinds.map((kind, i) =>
                event(RETURNED[kind] ?? "noted", ((step.pick + i) % PEOPLE) + 1, { at: now }),
              );
        this.returned.push(...events);
        // By way of the queue: what has to come first may take a while.
        const { held } = suppressionsOf(ledger, limits, events);
        const apply = () => this.event(() => applyFeedback(ledger, limits, events, held, now));
        const answer = apply();
        const ids = events.flatMap(({ recipient }) => recipient ?? []);
        const after = ledger.rows(ids);
        const [before, entries] = [ledger.push()?.unsubscribed, this.entries()];
        expect(apply()).toEqual(answer);
        expect(ledger.rows(ids), "repeated events change nothing").toEqual(after);
        expect(ledger.push()?.unsubscribed).toBe(before);
        expect(this.entries()).toBe(entries);
        for (const row of after) {
          if (row.state === "bounced" || row.state === "complained") this.known.set(row.id, row.state);
        }
        return;
      }
      case "consumeDeadLetters": {
        const letters = this.queue.splice(step.pick % Math.max(1, this.queue.length), step.kinds.length);
        this.event(() => {
          returnDeadLetters(ledger, letters, now);
          conclude(ledger, now);
        });
        return;
      }
      case "pause":
        this.event(() => pause(ledger, push, ASKED_FOR, now));
        return;
      case "resume":
        this.event(() => resume(ledger, push, now));
        return;
      case "approve":
      case "change": {
        const version = push.content_version;
        const asked = (subject: string) =>
          this.event(() => {
            const result =
              step.do === "approve"
                ? approve(ledger, push, version, now)
                : change(ledger, push, { subject }, version, now);
            conclude(ledger, now);
            return result;
          });
        const { ok } = asked(`${now}`);
        expect(ok).toBe(push.status === "held" && heldUntil(push) > now);
        // The same one again, by somebody who has seen the same: only the first one counts.
        const seen = ledger.push() as PushRow;
        if (ok) {
          const again = this.event(() =>
            step.do === "approve"
              ? approve(ledger, seen, version, now)
              : change(ledger, seen, { subject: "2" }, version, now),
          );
          expect(again.ok).toBe(step.do === "change" && seen.content_version === version);
        }
        return;
      }
      case "neglect":
        if (push.status === "held") this.now = heldUntil(push);
        return;
      case "cancel":
        // Rarely: a cancelled push has nothing more to show.
        if (this.#random() < 0.2) this.event(() => cancel(ledger, push));
        return;
      case "retry":
        this.event(() => {
          const skipped = ledger.sql.exec<{ id: number }>("SELECT id FROM delivery WHERE state = 'skipped'").toArray();
          const ids = skipped.map((row) => row.id);
          retry(ledger, push, { states: RETRYABLE_STATES, class: null, ids: null, skipped: ids }, now);
          conclude(ledger, now);
        });
        return;
      case "resolve":
        this.event(() =>
          resolve(
            ledger,
            step.kinds.map((kind) => kind + 1),
            "failed",
            now,
          ),
        );
        return;
    }
  }

  /** From wherever it stands, a good relay and time bring every push to its end. */
  finish(): void {
    for (let round = 0; round < 400; round++) {
      const push = this.ledger.push();
      if (push === null || push.finished_at !== null) return;
      if (push.status === "paused") this.run({ do: "resume" });
      if (push.status === "held") this.run({ do: "approve" });
      this.run({ do: "sweep" });
      this.run({ do: "snapshot" });
      this.run({ do: "release" });
      // Not "until it is empty": what is deferred comes back to the queue's end.
      for (let left = this.queue.length; left > 0; left -= 12) this.run({ do: "deliver", pick: 0, count: 12 });
      for (const [pick, held] of this.held.entries()) {
        const left = held.ids.length - held.settled.length;
        if (left > 0) this.run({ do: "settle", pick, kinds: Array(left).fill(0) });
      }
      this.held.length = 0;
      this.now += 500;
    }
  }
}

/** "later" and "refused" are the replies of one recipient that may concern all. */
function outcome(id: number, kind: Outcome["kind"] | "later" | "refused"): Outcome {
  if (kind === "later") return { ...outcome(id, "deferred"), class: "transient", reply: "451 4.3.0 try again" };
  if (kind === "refused") return { ...outcome(id, "failed"), class: "too-large", reply: "552 5.3.4 too big" };
  const attempt = kind === "failed" || kind === "deferred" ? 1 : 0;
  return { id, kind, class: kind, reply: `words about ${id}`, address: `p${id}@example.com`, attempt };
}

function mulberry(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

async function inFreshObject(name: string, work: (storage: DurableObjectStorage) => void): Promise<void> {
  await runInDurableObject(env.PUSH.getByName(name), (_object, state) => {
    state.storage.transactionSync(() => work(state.storage));
  });
}

let objects = 0;

it("whatever happens in whatever order, the tallies are the rows, nothing sent is sent again, and every push ends", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 20, maxLength: 120 }),
      fc.integer(),
      fc.boolean(),
      fc.boolean(),
      async (steps, seed, held, hasCanary) => {
        await inFreshObject(`ledger-${objects++}`, (storage) => {
          const world = new World(storage, seed);
          world.event(() => {
            const push = { ...NEW_PUSH, createdAt: world.now, canary: hasCanary ? CANARY : null };
            create(world.ledger, push, world.now, held ? "held" : "scheduled");
            start(world.ledger, world.now);
            world.ledger.updatePush({ snapshot_bound: PEOPLE });
          });
          for (const one of steps) world.run(one);
          world.finish();
          const push = world.ledger.push();
          expect(push?.finished_at, JSON.stringify({ push, tallies: world.ledger.tallies() })).not.toBeNull();
          if (push?.status === "finished") expect(totalOf(world.ledger.tallies())).toBe(PEOPLE);
        });
      },
    ),
    { numRuns: 200 },
  );
});
