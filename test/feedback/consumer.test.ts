import { createExecutionContext, createMessageBatch, getQueueResult, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type Tallies, totalOf } from "../../src/core/states.ts";
import { consumeFeedback } from "../../src/feedback/consumer.ts";
import { type Bounced, type FeedbackEvent, sendFeedback } from "../../src/feedback/event.ts";
import { pushObject } from "../../src/push/call.ts";
import { newPushId } from "../../src/push/steering/id.ts";
import { liftSuppressions } from "../../src/recipients/suppressions.ts";
import { api, json } from "../http/api.ts";
import { withBrokenLine } from "../push/broken-line.ts";
import { outcome, World } from "../push/world.ts";
import { event } from "./events.ts";

beforeEach(async () => {
  await env.DB.batch([
    env.DB.prepare("DELETE FROM recipients"),
    env.DB.prepare("DELETE FROM suppressions"),
    env.DB.prepare("DELETE FROM lifted_suppressions"),
  ]);
});
afterEach(() => vi.restoreAllMocks());

/** A push whose first `sent` deliveries are sent, and the last one is being sent. */
async function pushOf(sent: number): Promise<string> {
  const push = newPushId(Date.now());
  await runInDurableObject(env.PUSH.getByName(push), (_object, { storage }) => {
    const world = new World(storage, sent + 1, { id: push }, {}, Date.now());
    world.ledger.updatePush({ window: 1_000 });
    const ids = Array.from({ length: sent + 1 }, (_, i) => i + 1);
    world.settle(world.sending(...ids), ...ids.slice(0, sent).map((id) => outcome(id, "sent")));
  });
  return push;
}

async function states(push: string): Promise<string[]> {
  const { deliveries } = await pushObject(env, push).deliveries({ state: null, after: 0, limit: 100 });
  return deliveries.map(({ state }) => state);
}

async function suppressed(): Promise<string[]> {
  const rows = await env.DB.prepare("SELECT address_key, reason FROM suppressions ORDER BY 1, 2").raw<string[]>();
  return rows.map((row) => row.join(" "));
}

async function consume(events: readonly unknown[], bindings: Env = env) {
  const batch = createMessageBatch(
    "mailpush-feedback",
    events.map((body, n) => ({ id: `m${n}`, timestamp: new Date(), attempts: 1, body })),
  );
  await consumeFeedback(batch, bindings);
  const { explicitAcks, retryMessages } = await getQueueResult(batch, createExecutionContext());
  return { acked: explicitAcks, retried: retryMessages.map(({ msgId }) => msgId) };
}

const of = (push: string | null, kind: FeedbackEvent["kind"], id: number | null, more: Partial<Bounced> = {}) =>
  event(kind, id, { push, at: Date.now(), ...more });

it("events move deliveries and suppress addresses: one call a push, and one statement", async () => {
  const [one, other] = [await pushOf(4), await pushOf(2)];
  const { bindings, made } = withBrokenLine({ method: "none", calls: 0, committed: true });
  const events = [
    of(one, "bounced", 1),
    of(one, "bounced", 2, { suppress: null, class: "mailbox-full" }),
    of(one, "complained", 3),
    of(one, "unsubscribed", 4),
    of(other, "bounced", 1, { suppress: "bounced" }),
    of(null, "complained", null, { address: "Somebody@Example.com" }),
    { hello: 1 },
  ];
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  expect((await consume(events, bindings)).retried).toEqual([]);
  expect(made).toEqual(["feedback", "feedback"]);
  expect(await states(one)).toEqual(["bounced", "bounced", "complained", "sent", "sending"]);
  expect(await suppressed()).toEqual([
    "p1@example.com bounced",
    "p1@example.com no-such-user",
    "p3@example.com complained",
    "p4@example.com unsubscribed",
    "somebody@example.com complained",
  ]);
  expect(await json(api("GET", `/api/pushes/${one}`))).toMatchObject({
    rates: { bounce: 0.5, complaint: 0.25 },
    unsubscribed: 1,
    success: 2,
    failure: 2,
  });
});

it("a thousand bounces at once, some twice, leave tallies that add up and a suppression each", async () => {
  const push = await pushOf(1_000);
  const bounces = Array.from({ length: 1_000 }, (_, n) => of(push, "bounced", n + 1));
  const events = [...bounces, ...bounces.filter((_, n) => n % 3 === 0)].toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const groups = Array.from({ length: Math.ceil(events.length / 100) }, (_, n) => events.slice(n * 100, n * 100 + 100));
  const consumed = await Promise.all(groups.map((group) => consume(group)));
  expect(consumed.flatMap(({ retried }) => retried)).toEqual([]);
  const status = await pushObject(env, push).status();
  expect(status).toMatchObject({ total: 1_001, tallies: { bounced: 1_000, sent: 0 } });
  expect(totalOf(status?.tallies as Tallies)).toBe(1_001);
  // The push still runs, and its share of bounces is over the limit: all but the first of them wait for a person.
  const { n: noted } = await runInDurableObject(env.PUSH.getByName(push), (_object, { storage }) =>
    storage.sql.exec<{ n: number }>("SELECT count(*) AS n FROM suppress").one(),
  );
  expect(noted + (await suppressed()).length).toBe(1_000);
});

it("an answer that is lost, before or after the commit, costs a repeat and nothing else", async () => {
  for (const committed of [true, false]) {
    const push = await pushOf(3);
    const { bindings, made } = withBrokenLine({ method: "feedback", calls: 1, committed });
    const events = [of(push, "bounced", 1), of(push, "unsubscribed", 2), of(push, "complained", 3)];
    expect(await consume(events, bindings)).toEqual({ acked: ["m0", "m1", "m2"], retried: [] });
    expect(made).toEqual(["feedback", "feedback"]);
    expect(await states(push)).toEqual(["bounced", "sent", "complained", "sending"]);
    expect(await pushObject(env, push).status()).toMatchObject({ unsubscribed: 1, total: 4 });
  }
});

it("an object that does not answer keeps all events on the queue; other pushes go on", async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  const push = await pushOf(1);
  const overloaded = Object.assign(new Error("overloaded"), { overloaded: true });
  const { bindings } = withBrokenLine({ method: "feedback", calls: 1, committed: false, error: overloaded });
  const { acked, retried } = await consume([of(push, "bounced", 1), of(null, "noted", null)], bindings);
  expect({ acked, retried }).toEqual({ acked: ["m1"], retried: ["m0"] });
});

it("while D1 does not answer, nothing is acked and the ledger does not move", async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  const push = await pushOf(1);
  await runInDurableObject(env.PUSH.getByName(push), async (object) => {
    const bindings = (object as unknown as { env: Env }).env;
    const down = () => {
      throw new Error("D1 is down");
    };
    const { DB } = bindings;
    Object.defineProperty(bindings, "DB", {
      value: { prepare: down, batch: down },
      configurable: true,
      writable: true,
    });
    await expect(object.feedback([of(push, "bounced", 1)])).rejects.toThrow("D1 is down");
    Object.defineProperty(bindings, "DB", { value: DB, configurable: true, writable: true });
  });
  expect(await states(push)).toEqual(["sent", "sending"]);
});

it("a proof that comes before the settle stays on the queue", async () => {
  const push = await pushOf(1);
  expect(await consume([of(push, "delivered", 1), of(push, "delivered", 2), of(push, "bounced", 1)])).toEqual({
    acked: ["m0", "m2"],
    retried: ["m1"],
  });
});

it("an unsubscribe suppresses the address that the mail went to, and the recipient's present one", async () => {
  const push = await pushOf(1);
  await env.DB.prepare(
    `INSERT INTO recipients (id, address, address_key, created_at, updated_at)
     VALUES (1, 'New@example.com', 'new@example.com', 0, 0), (2, 'two@example.com', 'two@example.com', 0, 0)`,
  ).run();
  // The second one is being sent: its row has the snapshot's address, and it went to the present one.
  await consume([of(push, "unsubscribed", 1), of(push, "complained", 2)]);
  expect(await suppressed()).toEqual([
    "new@example.com unsubscribed",
    "p1@example.com unsubscribed",
    "two@example.com complained",
  ]);
});

it("an event from before a suppression was lifted does not make it again; a later one does", async () => {
  const push = await pushOf(1);
  const before = of(push, "complained", 1);
  await consume([before]);
  expect(await suppressed()).toEqual(["p1@example.com complained"]);
  await liftSuppressions(env.DB, ["p1@example.com"], "complained", "somebody", Date.now() + 10);
  await consume([before, { ...before, id: "another" }]);
  expect(await suppressed()).toEqual([]);
  await consume([{ ...before, id: "later", at: Date.now() + 20 }]);
  expect(await suppressed()).toEqual(["p1@example.com complained"]);
});

it("after a ledger's retention the suppression is still made, and no table comes back", async () => {
  await env.DB.prepare(
    "INSERT INTO recipients (id, address, address_key, created_at, updated_at) VALUES (1, 'a@example.com', 'a@example.com', 0, 0)",
  ).run();
  const push = newPushId(Date.now());
  const events = [
    of(push, "bounced", 1),
    of(push, "complained", 2, { address: "b@example.com" }),
    of(push, "complained", 3),
  ];
  expect((await consume(events)).acked.length).toBe(3);
  expect(await suppressed()).toEqual(["a@example.com no-such-user", "b@example.com complained"]);
  expect(await pushObject(env, push).status()).toBeNull();
});

it("goes from the queue to the ledger by itself, and its story is told", async () => {
  const push = await pushOf(2);
  await sendFeedback(env, [of(push, "bounced", 1, { words: "550 5.1.1\r\n no such user" }), of(push, "complained", 2)]);
  await vi.waitFor(async () => expect(await states(push)).toEqual(["bounced", "complained", "sending"]), 10_000);
  expect(await json(api("GET", `/api/pushes/${push}/deliveries/1`))).toMatchObject({
    id: 1,
    state: "bounced",
    reply: "550 5.1.1 no such user",
    advice: expect.stringContaining("orrect"),
    events: [{ event: "claimed" }, { event: "sent", class: "accepted" }, { event: "bounced", source: "dsn" }],
  });
  expect((await api("GET", `/api/pushes/${push}/deliveries/99`)).status).toBe(404);
  expect((await api("GET", `/api/pushes/${newPushId(0)}/deliveries/1`)).status).toBe(404);
});
