import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { newRequest, pushObject } from "../../src/push/call.ts";
import { Ledger } from "../../src/push/ledger/ledger.ts";
import { newPushId } from "../../src/push/steering/id.ts";
import type { Json } from "../http/api.ts";
import { NEW_PUSH, outcome, World } from "./world.ts";

let lines: string[];
beforeEach(() => {
  lines = [];
  vi.spyOn(console, "log").mockImplementation((line) => void lines.push(line));
});
afterEach(() => vi.restoreAllMocks());

/** What was logged of a push, in order. */
function eventsOf(push: string): Json[] {
  return lines.map((line) => JSON.parse(line)).filter((line) => line.push === push);
}

const request = () => newRequest(Date.now(), "test");

/** A paused push with deliveries held under a token. */
async function held(people: number): Promise<{ id: string; token: string }> {
  const id = newPushId(Date.now());
  const token = await runInDurableObject(env.PUSH.getByName(id), (_object, { storage }) => {
    const ids = Array.from({ length: people }, (_, i) => i + 1);
    return new World(storage, people, { id }, {}, Date.now()).sending(...ids);
  });
  // The object sees the push for the first time.
  await pushObject(env, id).settle({ token, outcomes: [] });
  lines = [];
  return { id, token };
}

it("each change of a push's state is one line, and what changes nothing is none", async () => {
  const id = newPushId(Date.now());
  const push = { ...NEW_PUSH, id, createdAt: Date.now(), acceptUntil: Date.now() + 60_000, sendAt: Date.now() + 1e8 };
  await pushObject(env, id).create(push);
  await pushObject(env, id).create(push);
  await pushObject(env, id).pause(request());
  await pushObject(env, id).pause(request());
  await pushObject(env, id).status();
  await pushObject(env, id).resume(request());
  await pushObject(env, id).cancel(request());
  expect(eventsOf(id).map(({ at, event, from, to, reason }) => [at, event, from, to, reason])).toEqual([
    ["push", "state", null, "scheduled", null],
    ["push", "state", "scheduled", "paused", "asked for"],
    ["push", "state", "paused", "scheduled", null],
    ["push", "state", "scheduled", "cancelled", null],
  ]);
});

it("an outage is logged when it begins and when it ends, and not in between", async () => {
  const { id, token } = await held(3);
  const settle = (...outcomes: ReturnType<typeof outcome>[]) => pushObject(env, id).settle({ token, outcomes });
  await settle(outcome(1, "outage", { reply: "connect: refused" }));
  await settle(outcome(2, "outage", { reply: "connect: refused" }));
  expect(eventsOf(id)).toMatchObject([{ event: "outage-began", error: "connect: refused" }]);
  await runInDurableObject(env.PUSH.getByName(id), (_object, { storage }) => {
    // The claim counts again, as one after the back-off does.
    storage.sql.exec("UPDATE push SET health = json_set(health, '$.fromClaim', 0)");
    storage.sql.exec("UPDATE claim SET epoch = 99");
  });
  await evictDurableObject(env.PUSH.getByName(id)); // it knows its push's row
  await settle(outcome(3, "sent"));
  const ended = eventsOf(id).find((one) => one.event === "outage-ended");
  expect(ended).toMatchObject({ error: "connect: refused", since: expect.any(Number) });
});

it("a push that pauses by itself leaves a line with the relay's words, and no address", async () => {
  const { id, token } = await held(2);
  const reply = "553 5.7.1 <news@example.com>: Sender address rejected: not owned by user";
  await pushObject(env, id).settle({ token, outcomes: [outcome(1, "unauthorised", { reply, address: null })] });
  const events = eventsOf(id);
  expect(events).toMatchObject([
    { event: "state", from: "running", to: "paused", reason: expect.stringContaining("Sender address rejected") },
    { event: "breaker-tripped", reason: expect.stringContaining("Sender address rejected") },
  ]);
  expect(JSON.stringify(events)).not.toContain("@");
});

it("dead letters are one line, however many they are", async () => {
  const id = newPushId(Date.now());
  await runInDurableObject(env.PUSH.getByName(id), (_object, { storage }) => {
    const world = new World(storage, 3, { id }, {}, Date.now());
    world.release();
    world.ledger.moveAll([3], "queued", "queued", { dead_letters: 2 }, world.now);
  });
  await pushObject(env, id).deadLetters([1, 2, 3].map((one) => ({ id: one, release: 1 })));
  await pushObject(env, id).deadLetters([{ id: 1, release: 0 }]);
  expect(eventsOf(id).filter((one) => one.event === "dead-letters")).toMatchObject([{ requeued: 2, failed: 1 }]);
});

it("what a transaction that fails has recorded is not logged", async () => {
  const { id } = await held(1);
  await runInDurableObject(env.PUSH.getByName(id), (_object, { storage }) => {
    const ledger = new Ledger(storage);
    expect(() =>
      ledger.transaction(() => {
        ledger.record({ event: "dead-letters", requeued: 1, failed: 0 });
        throw new Error("rolled back");
      }),
    ).toThrow();
    expect(ledger.events).toEqual([]);
  });
});

it("a push that is paused for its sender shows no error of the outage before", async () => {
  const { id, token } = await held(2);
  await pushObject(env, id).settle({ token, outcomes: [outcome(1, "outage", { reply: "421 4.3.2 shutting down" })] });
  expect((await pushObject(env, id).status())?.relay).toMatchObject({ ok: false });
  await runInDurableObject(env.PUSH.getByName(id), (_object, { storage }) => {
    storage.sql.exec("UPDATE push SET health = json_set(health, '$.fromClaim', 0)");
    storage.sql.exec("UPDATE claim SET epoch = 99");
  });
  await evictDurableObject(env.PUSH.getByName(id)); // it knows its push's row
  const reply = "535 5.7.8 bad password";
  await pushObject(env, id).settle({ token, outcomes: [outcome(2, "unauthorised", { reply, address: null })] });
  expect(await pushObject(env, id).status()).toMatchObject({
    status: "paused",
    reason: reply,
    relay: { ok: true, error: null, nextTryAt: null },
  });
});
