import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { emptyTallies, totalOf } from "../../src/core/states.ts";
import { wakeFacts } from "../../src/push/alarm/facts.ts";
import { nextWake } from "../../src/push/alarm/plan.ts";
import { newRequest, pushObject } from "../../src/push/call.ts";
import { suppressible } from "../../src/push/health/suppressions.ts";
import { conclude } from "../../src/push/ledger/conclude.ts";
import { sweep } from "../../src/push/ledger/sweep.ts";
import { RETRYABLE_STATES, type RetryQuery } from "../../src/push/rpc.ts";
import { ASKED_FOR, cancel, pause, resume } from "../../src/push/steering/commands.ts";
import { newPushId } from "../../src/push/steering/id.ts";
import { inObject, outcome, World } from "./world.ts";

/** More than one chunk of the sweep. */
const MANY = 12_000;
const DAY = 86_400_000;
const range = (count: number, from = 1) => Array.from({ length: count }, (_, i) => from + i);
const UNKNOWN = { class: "no-such-user", reply: "550 5.1.1 unknown" };

function rule(name: string, people: number, test: (world: World) => void): void {
  it(name, () => inObject((storage) => test(new World(storage, people))));
}

/** Lets these deliveries, all pending, have failed. */
function fail(world: World, ids: readonly number[], reason = "rejected"): void {
  world.ledger.moveAll(ids, "pending", "failed", { class: reason }, world.now);
  world.ledger.updatePush({ release_cursor: Math.max(world.push.release_cursor, ids.at(-1) ?? 0) });
  conclude(world.ledger, world.now);
}

/** One round of the alarm. */
function step(world: World): void {
  sweep(world.ledger, world.limits, world.now);
  conclude(world.ledger, world.now);
}

function wakesNow(world: World): boolean {
  return nextWake(wakeFacts(world.ledger, world.push, world.limits, world.now), world.now) === world.now;
}

describe("a retry of many", () => {
  rule("counts at once, moves in chunks, and the push is not finished before the last", MANY, (world) => {
    fail(world, range(MANY));
    expect(world.push.status).toBe("finished");
    world.pass(2 * DAY);
    expect(world.askRetry()).toEqual({ ok: true, value: MANY });
    expect(world.push).toMatchObject({ status: "running", finished_at: null, expires_at: world.now + DAY });
    expect(world.ledger.tallies().failed).toBe(MANY);
    for (const left of [7_000, 2_000, 0]) {
      expect(wakesNow(world)).toBe(true);
      step(world);
      expect(world.ledger.tallies()).toMatchObject({ failed: left, pending: MANY - left });
      expect(world.push.status).toBe("running");
    }
  });

  rule("takes nothing twice, though its first ones fail again before it comes to the last", MANY, (world) => {
    fail(world, range(MANY));
    world.pass(1_000);
    world.askRetry();
    step(world);
    world.pass(1_000);
    for (const id of [1, 50]) world.settle(world.sending(id), outcome(id, "failed"));
    // In the part that the retry has still to look at: a row that changed after the retry was asked for.
    world.ledger.moveAll([MANY], "failed", "failed", {}, world.now);
    while (sweep(world.ledger, world.limits, world.now));
    expect([1, 50, MANY].map((id) => world.row(id).state)).not.toContain("pending");
    expect(world.ledger.tallies().failed).toBe(3);
  });

  rule("a second one waits behind the first, counts only what is its own, and renews nothing again", MANY, (world) => {
    fail(world, range(MANY - 10), "blocked-as-spam");
    fail(world, range(10, MANY - 9), "rejected");
    world.pass(1_000);
    expect(world.askRetry({ class: "blocked-as-spam" })).toEqual({ ok: true, value: MANY - 10 });
    step(world);
    world.pass(1_000);
    expect(world.askRetry()).toEqual({ ok: true, value: 10 });
    expect(world.askRetry()).toEqual({ ok: true, value: 0 });
    const { health, window } = world.push;
    world.sweep();
    expect(world.ledger.tallies()).toMatchObject({ failed: 0, pending: MANY });
    expect(world.push).toMatchObject({ health, window });
  });

  rule("cancel drops it, and all that wait", MANY, (world) => {
    fail(world, range(MANY - 1));
    world.askRetry();
    world.askRetry({ class: "rejected" });
    step(world);
    cancel(world.ledger, world.push);
    world.sweep();
    expect(world.push).toMatchObject({ status: "cancelled", finished_at: world.now });
    expect(world.ledger.tallies()).toMatchObject({ failed: MANY - 1 - 5_000, cancelled: 5_001 });
  });

  rule("a paused push takes back what failed, and ends only when that has gone out", 10, (world) => {
    fail(world, range(9));
    pause(world.ledger, world.push, ASKED_FOR, world.now);
    expect(world.retry()).toEqual({ ok: true, value: 9 });
    expect(world.ledger.tallies().pending).toBe(10);
    resume(world.ledger, world.push, world.now);
    world.settle(world.sending(...range(10)), ...range(10).map((id) => outcome(id, "sent")));
    expect(world.push.status).toBe("finished");
  });

  rule("what is wanted by id is taken by id, whatever else has failed", MANY, (world) => {
    fail(world, range(MANY - 1));
    const ids = range(6_000, 3_000);
    expect(world.askRetry({ ids: [...ids, MANY, 1_000_000] })).toEqual({ ok: true, value: 6_000 });
    world.sweep();
    expect(world.ledger.tallies()).toMatchObject({ failed: MANY - 1 - 6_000, pending: 6_001 });
    expect([2_999, 3_000, 8_999, 9_000].map((id) => world.row(id).state)).toEqual([
      "failed",
      "pending",
      "pending",
      "failed",
    ]);
  });

  rule("too many that wait are refused with words, and none of them is half stored", 100, (world) => {
    fail(world, range(99));
    const answers = range(50).map((id) => world.askRetry({ ids: [id] }));
    const refused = answers.filter((answer) => !answer.ok);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]).toMatchObject({ error: expect.stringContaining("wait") });
    world.sweep();
    expect(world.ledger.tallies().pending).toBe(1 + 50 - refused.length);
  });
});

describe("what a retry takes", () => {
  rule("deferred deliveries are tried now, and a doubt that is resent anyway is left", 3, (world) => {
    world.settle(world.sending(1, 2), outcome(1, "deferred"), outcome(2, "in_doubt"));
    const due = world.row(1).due_at ?? 0;
    expect(due).toBeGreaterThan(world.now);
    expect(world.retry({ states: ["deferred", "in_doubt"] })).toEqual({ ok: true, value: 1 });
    expect(world.row(1)).toMatchObject({ state: "pending", attempts: 0, due_at: world.now });
    expect(world.row(2).state).toBe("in_doubt");
    expect(world.release()).toContain(1);
    expect(world.claim([1]).send, "before the time that the relay had named").toEqual([1]);
  });

  it("skipped ones whose reason is gone, and no others", async () => {
    await env.DB.batch([env.DB.prepare("DELETE FROM recipients"), env.DB.prepare("DELETE FROM suppressions")]);
    await env.DB.prepare(
      `INSERT INTO recipients (id, address, address_key, created_at, updated_at)
       SELECT value, 'p' || value || '@example.com', 'p' || value || '@example.com', 1, 1 FROM json_each('[1,2,4]')`,
    ).run();
    await env.DB.prepare(
      "INSERT INTO suppressions (address_key, reason, created_at) VALUES ('p2@example.com', 'unsubscribed', 1)",
    ).run();
    const id = newPushId(Date.now());
    await runInDurableObject(env.PUSH.getByName(id), (_object, { storage }) =>
      storage.transactionSync(() => {
        const world = new World(storage, 4, { id }, {}, Date.now());
        const skipped = (one: number, reason: string) => outcome(one, "skipped", { class: reason });
        const token = world.sending(1, 2, 3, 4);
        world.settle(
          token,
          skipped(1, "unsubscribed"),
          skipped(2, "unsubscribed"),
          skipped(3, "deleted"),
          outcome(4, "sent"),
        );
        expect(world.push.status).toBe("finished");
      }),
    );
    const ask = (query: Partial<RetryQuery>) =>
      pushObject(env, id).retry(newRequest(Date.now(), "test"), {
        states: RETRYABLE_STATES,
        class: null,
        ids: null,
        ...query,
      });
    expect(await ask({ states: ["failed"] }), "not asked for").toMatchObject({ value: 0 });
    expect(await ask({ class: "deleted" }), "still deleted").toMatchObject({ value: 0 });
    expect(await ask({ ids: [2, 3] }), "reasons that hold").toMatchObject({ value: 0 });
    expect(await ask({})).toMatchObject({ ok: true, value: 1 });
    for (;;) {
      const { tallies } = (await pushObject(env, id).status()) ?? { tallies: emptyTallies() };
      expect(totalOf(tallies)).toBe(4);
      if (tallies.sent === 2) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const { deliveries } = await pushObject(env, id).deliveries({ state: "skipped", after: 0, limit: 10 });
    expect(deliveries.map((one) => one.id)).toEqual([2, 3]);
  });
});

describe("a suppression that is certain", () => {
  const confirmed = (world: World) => {
    const token = world.sending(...range(50));
    world.settle(token, outcome(1, "failed", UNKNOWN), outcome(2, "sent"));
    return token;
  };
  const suppressed = (world: World) => suppressible(world.ledger, world.push).map((one) => one.id);

  rule("outlives a pause by hand, a resume and a retry", 100, (world) => {
    confirmed(world);
    world.settle(world.sending(60), outcome(60, "failed", UNKNOWN));
    pause(world.ledger, world.push, ASKED_FOR, world.now);
    expect(suppressed(world)).toEqual([1]);
    resume(world.ledger, world.push, world.now);
    expect(suppressed(world), "not the one that nothing has confirmed").toEqual([1]);
    world.retry();
    expect(suppressed(world)).toEqual([1]);
  });

  rule("outlives a trip of the breaker; what the trip is about is dropped", 100, (world) => {
    const token = confirmed(world);
    world.settle(token, ...range(48, 3).map((id) => outcome(id, "failed", UNKNOWN)));
    world.settle(world.sending(...range(20, 51)), ...range(20, 51).map((id) => outcome(id, "failed", UNKNOWN)));
    expect(world.push.status).toBe("paused");
    expect(suppressed(world)).toEqual([1]);
  });
});
