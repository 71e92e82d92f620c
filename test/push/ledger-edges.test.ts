import { describe, expect, it } from "vitest";
import { suppressible } from "../../src/push/health/suppressions.ts";
import { deliveriesOf, LOOKED_AT } from "../../src/push/index/deliveries.ts";
import { sweep } from "../../src/push/ledger/sweep.ts";
import type { Limits } from "../../src/push/limits.ts";
import type { NewPush } from "../../src/push/rpc.ts";
import { ASKED_FOR, pause, resume } from "../../src/push/steering/commands.ts";
import { inObject, outcome, World } from "./world.ts";

function rule(
  name: string,
  people: number,
  test: (world: World) => void,
  push: Partial<NewPush> = {},
  limits: Partial<Limits> = {},
) {
  it(name, () => inObject((storage) => test(new World(storage, people, push, limits))));
}
const range = (n: number, from = 1) => Array.from({ length: n }, (_, i) => i + from);
const UNKNOWN = { class: "no-such-user", reply: "550 5.1.1 unknown" };

/** The query plans of what `work` reads. */
function plansOf(world: World, work: () => void): unknown[] {
  const { sql } = world.ledger;
  const plans: unknown[] = [];
  const explained = {
    exec: (query: string, ...binds: SqlStorageValue[]) => {
      const plan = sql.exec(`EXPLAIN QUERY PLAN ${query}`, ...binds).toArray();
      plans.push(...plan.map((row) => row.detail));
      return sql.exec(query, ...binds);
    },
  };
  Object.defineProperty(world.ledger, "sql", { value: explained, configurable: true });
  work();
  Object.defineProperty(world.ledger, "sql", { value: sql });
  return plans;
}

describe("ledger", () => {
  rule("what is rolled back is not remembered either, in a nested transaction too", 2, (world) => {
    const { ledger } = world;
    const change = () => {
      ledger.updatePush({ reason: "rolled back" });
      ledger.moveAll([1], "pending", "sent", {}, world.now);
      expect(ledger.push()?.reason).toBe("rolled back");
      expect(ledger.tallies()).toMatchObject({ pending: 1, sent: 1 });
      throw new Error("broken off");
    };
    const before = { push: ledger.push(), tallies: ledger.tallies() };
    expect(() => ledger.transaction(change)).toThrow("broken off");
    expect({ push: ledger.push(), tallies: ledger.tallies() }).toEqual(before);
    ledger.transaction(() => {
      ledger.updatePush({ reason: "kept" });
      expect(() => ledger.transaction(change)).toThrow("broken off");
      expect(ledger.push()?.reason).toBe("kept");
    });
    expect(ledger.push()).toEqual({ ...before.push, reason: "kept" });
    expect(ledger.tallies()).toEqual(before.tallies);
  });

  rule("the few that failed are found without a scan of all", 3, (world) => {
    world.settle(world.sending(1), outcome(1, "failed"));
    const plans = plansOf(world, () => deliveriesOf(world.ledger, { state: "failed", after: 0, limit: 10 }));
    expect(String(plans)).toContain("delivery_exceptional");
  });

  rule("a page looks at a bounded number of rows, whatever few of them match", 3 * LOOKED_AT + 7, (world) => {
    const last = 3 * LOOKED_AT + 7;
    world.ledger.moveAll([1, last], "pending", "queued", {}, world.now);
    const pages: number[][] = [];
    for (let after: number | null = 0; after !== null; ) {
      const page = deliveriesOf(world.ledger, { state: "queued", after, limit: 10 });
      pages.push(page.deliveries.map((one) => one.id));
      after = page.next;
    }
    expect(pages).toEqual([[1], [], [], [last]]);
    expect(deliveriesOf(world.ledger, { state: "sent", after: 0, limit: 10 })).toEqual({ deliveries: [], next: null });
    expect(deliveriesOf(world.ledger, { state: null, after: last - 1, limit: 10 })).toMatchObject({ next: null });
  });

  rule("the same delivery twice in one settle leaves the tallies right", 3, (world) => {
    const token = world.sending(1, 2, 3);
    world.settle(token, outcome(1, "in_doubt"), outcome(1, "sent"));
    const counted: Record<string, number> = {};
    for (const state of world.states()) counted[state] = (counted[state] ?? 0) + 1;
    expect(world.ledger.tallies()).toMatchObject({ ...counted, sending: 2 });
  });

  rule(
    "who was in doubt is sent again behind the others and alone, also when a person has asked for it",
    6,
    (world) => {
      const token = world.sending(1, 2, 3, 4);
      world.settle(
        token,
        outcome(1, "in_doubt", { class: "in-doubt" }),
        outcome(2, "in_doubt", { class: "in-doubt" }),
        outcome(3, "untried"),
        outcome(4, "sent"),
      );
      world.ledger.moveAll([2], "in_doubt", "in_doubt", { due_at: null }, world.now);
      world.retry({ states: ["in_doubt"], ids: [2] });
      world.pass(3_600_000);
      world.sweep();
      const again = world.claim(world.release());
      expect(again.send.slice(-2).toSorted()).toEqual([1, 2]);
      expect(again.send.toSorted()).toEqual([1, 2, 3, 5, 6]);
      expect(again.alone?.toSorted()).toEqual([1, 2]);
      expect(world.claim(again.send, again.token)).toMatchObject({ send: again.send, alone: again.alone });
    },
  );

  rule(
    "never more out than WINDOW, even at the start",
    50,
    (world) => {
      expect(world.release().length).toBeLessThanOrEqual(10);
    },
    {},
    { window: 10 },
  );

  rule("an outage is over when the relay answers, even with no", 2, (world) => {
    world.settle(world.sending(1), outcome(1, "outage"));
    world.now = world.outage.nextTryAt ?? 0;
    world.settle(world.sending(1, 2), outcome(1, "failed"), outcome(2, "failed"));
    expect(world.push.status).toBe("finished");
    expect(world.outage.since).toBeNull();
  });

  rule("a short push whose every mail is refused alike suppresses nobody when it finishes", 19, (world) => {
    world.settle(world.sending(...range(19)), ...range(19).map((id) => outcome(id, "failed", UNKNOWN)));
    expect(world.push.status).toBe("finished");
    expect(suppressible(world.ledger, world.push)).toEqual([]);
  });

  rule("resume before retry suppresses nobody that the breaker stopped at", 100, (world) => {
    world.settle(world.sending(...range(20)), ...range(20).map((id) => outcome(id, "failed", UNKNOWN)));
    expect(world.push.status).toBe("paused");
    resume(world.ledger, world.push, world.now);
    expect(suppressible(world.ledger, world.push)).toEqual([]);
  });

  rule("what the relay took or refused counts for the breaker though the settle brings an outage too", 100, (world) => {
    world.settle(
      world.sending(...range(21)),
      ...range(20).map((id) => outcome(id, "failed", UNKNOWN)),
      outcome(21, "outage"),
    );
    expect(world.push.status).toBe("paused");
  });

  rule("a cut stops the consumers that were at it before", 200, (world) => {
    world.release();
    const [a, b] = [world.claim(range(50)).token, world.claim(range(50, 51)).token];
    world.pass(1_000);
    expect(world.settle(a, outcome(1, "sent"), outcome(2, "throttled")).stop).toBe(true);
    expect(world.settle(b, outcome(51, "sent")).stop).toBe(true);
  });

  rule("a replayed settle gets the same stop", 200, (world) => {
    const token = world.sending(1, 2);
    const outcomes = [outcome(1, "sent"), outcome(2, "throttled")];
    const answer = world.settle(token, ...outcomes);
    expect(world.settle(token, ...outcomes)).toEqual(answer);
  });

  rule("a paused push with nothing left is finished", 1, (world) => {
    const token = world.sending(1);
    pause(world.ledger, world.push, ASKED_FOR, world.now);
    world.settle(token, outcome(1, "sent"));
    world.sweep();
    expect(world.push.finished_at).not.toBeNull();
  });

  rule(
    "claims refused for the rate keep within it after a resume",
    300,
    (world) => {
      world.release();
      const first = world.claim(range(20));
      pause(world.ledger, world.push, ASKED_FOR, world.now);
      resume(world.ledger, world.push, world.now);
      world.release();
      const second = world.claim(range(10, 21));
      const firstEnds = (first.sendTimes?.startInMs ?? 0) + (first.sendTimes?.gapMs ?? 0) * first.send.length;
      if (second.sendTimes !== null) expect(second.sendTimes.startInMs).toBeGreaterThanOrEqual(firstEnds);
    },
    { rate: 10 },
  );

  rule(
    "so does a retry on a running push",
    300,
    (world) => {
      world.release();
      const first = world.claim(range(20));
      world.settle(first.token, outcome(1, "failed"));
      world.retry({ states: ["failed"] });
      world.release();
      const second = world.claim(range(10, 21));
      const firstEnds = (first.sendTimes?.startInMs ?? 0) + (first.sendTimes?.gapMs ?? 0) * first.send.length;
      if (second.sendTimes !== null) expect(second.sendTimes.startInMs).toBeGreaterThanOrEqual(firstEnds);
    },
    { rate: 10 },
  );

  rule("a settle that brings 'too fast' and an outage cuts the rate too", 200, (world) => {
    const token = world.sending(...range(100));
    world.pass(1_000);
    world.settle(token, ...range(50).map((id) => outcome(id, "sent")), outcome(51, "throttled"), outcome(52, "outage"));
    expect(world.rate).not.toBeNull();
  });

  rule("a push that runs again after a retry shows no reason to be paused", 20, (world) => {
    world.settle(world.sending(...range(20)), ...range(20).map((id) => outcome(id, "failed", UNKNOWN)));
    world.retry({ states: ["failed"] });
    if (world.push.status === "running") expect(world.push.reason).toBeNull();
  });

  rule("a look over the deferred reads a bounded number in one step, misses none, and then rests", 12_000, (world) => {
    const stale = world.limits.staleAfterMs;
    const due = world.now;
    world.ledger.moveAll(range(11_999), "pending", "deferred", { due_at: due, redeliveries: 3 }, world.now);
    // Only the last one has not been redelivered before.
    world.ledger.moveAll([12_000], "pending", "deferred", { due_at: due + 1 }, world.now);
    world.ledger.updatePush({ release_cursor: 12_000 });
    world.pass(stale + 1);
    expect(sweep(world.ledger, world.limits, world.now)).toBe(true);
    expect(world.row(12_000).state).toBe("deferred");
    const plans = plansOf(world, () => expect(sweep(world.ledger, world.limits, world.now)).toBe(true));
    expect(String(plans)).toContain("(state=? AND due_at=? AND rowid>?)");
    expect(String(plans)).not.toMatch(/SCAN delivery|B-TREE/);
    expect(sweep(world.ledger, world.limits, world.now)).toBe(false);
    expect(world.row(12_000).state).toBe("pending");
    expect(sweep(world.ledger, world.limits, world.now), "not at once again").toBe(false);
    world.pass(8 * stale);
    world.sweep();
    expect(world.ledger.tallies()).toMatchObject({ deferred: 0, pending: 12_000 });
  });
});
