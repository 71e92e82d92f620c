import { createExecutionContext, createMessageBatch, getQueueResult, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { totalOf } from "../../src/core/states.ts";
import { Allowance } from "../../src/delivery/allowance.ts";
import { consume } from "../../src/delivery/consumer.ts";
import { deliverGroup } from "../../src/delivery/group.ts";
import type { Once } from "../../src/once/object.ts";
import { personOf } from "../../src/once/person.ts";
import { pushObject } from "../../src/push/call.ts";
import type { DeliverJob } from "../../src/push/job.ts";
import { newPushId } from "../../src/push/steering/id.ts";
import { readMacKey } from "../../src/recipients/erased.ts";
import { api, type Json, json } from "../http/api.ts";
import { World } from "../push/world.ts";
import { relay } from "../setup/own-relay.ts";

beforeEach(async () => {
  const tables = ["recipients", "suppressions", "pushes", "erasures"];
  await env.DB.batch(tables.map((table) => env.DB.prepare(`DELETE FROM ${table}`)));
  await relay.reset({ capabilities: ["PIPELINING", "8BITMIME"] });
});
afterEach(() => relay.reset({}));

function newKey(): string {
  return `key ${crypto.randomUUID()}`;
}

async function importPeople(count: number): Promise<void> {
  const lines = Array.from({ length: count }, (_, i) => `p${i}@example.com`);
  const type = { "content-type": "text/csv" };
  await api("POST", "/api/recipients/import", ["address", ...lines].join("\n"), type);
}

async function create(more: Json): Promise<string> {
  const body = { action: "mailpush", filter: {}, subject: "s", html: "<p>h</p>", ...more };
  const answer = await api("POST", "/api/pushes", body);
  expect(answer.status).toBe(202);
  return (await json(answer)).id;
}

async function until(id: string, done: (push: Json) => boolean): Promise<Json> {
  for (;;) {
    const push = await json(api("GET", `/api/pushes/${id}`));
    expect(totalOf(push.tallies)).toBe(push.total);
    if (done(push)) return push;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function ended(id: string): Promise<Json> {
  return until(id, (push) => push.finishedAt !== null);
}

async function deliveries(id: string, state: string): Promise<Json[]> {
  return (await json(api("GET", `/api/pushes/${id}/deliveries?state=${state}&limit=1000`))).data;
}

it("two pushes under one key at once: each of 1,000 people gets exactly one mail, and each push says who has whom", async () => {
  await importPeople(1_000);
  const onceKey = newKey();
  const [a, b] = await Promise.all([create({ onceKey }), create({ onceKey })]);
  const [one, other] = await Promise.all([ended(a), ended(b)]);
  const mails = await relay.recipients();
  expect(Object.keys(mails)).toHaveLength(1_000);
  expect(new Set(Object.values(mails))).toEqual(new Set([1]));
  expect(one.tallies.sent + other.tallies.sent).toBe(1_000);
  expect(one.tallies.skipped + other.tallies.skipped).toBe(1_000);
  expect(one).toMatchObject({ onceKey, waiting: null });
  for (const [id, has] of [
    [a, b],
    [b, a],
  ] as const) {
    for (const skipped of await deliveries(id, "skipped")) {
      expect(skipped).toMatchObject({ class: "once", reply: expect.stringContaining(has) });
    }
  }
});

it("pushes without a key, or under another, mail everybody", async () => {
  await importPeople(20);
  const ids = await Promise.all([create({ onceKey: newKey() }), create({ onceKey: newKey() }), create({})]);
  for (const push of await Promise.all(ids.map(ended))) expect(push.tallies.sent).toBe(20);
  expect(new Set(Object.values(await relay.recipients()))).toEqual(new Set([3]));
});

it("who was not mailed is given back, and a retry of the other push takes them", async () => {
  await importPeople(30);
  const onceKey = newKey();
  const refuse = { stage: "rcpt", recipient: "^p7@", reply: "550 5.7.1 not today" } as const;
  await relay.reset({ rules: [refuse] });
  const a = await create({ onceKey });
  expect((await ended(a)).tallies).toMatchObject({ sent: 29, failed: 1 });
  await relay.reset({});
  const b = await create({ onceKey });
  // Perhaps before the first push has given back.
  const early = await ended(b);
  expect(early.tallies.skipped + early.tallies.sent).toBe(30);
  await vi.waitFor(
    async () => {
      await api("POST", `/api/pushes/${b}/retry`, { state: ["skipped"], class: "once" });
      expect((await ended(b)).tallies).toMatchObject({ sent: 1, skipped: 29 });
    },
    { timeout: 20_000, interval: 500 },
  );
  expect(await relay.recipients()).toEqual({ "p7@example.com": 1 });
  // And the first one's retry finds them taken.
  await api("POST", `/api/pushes/${a}/retry`, { state: ["failed"] });
  expect((await ended(a)).tallies).toMatchObject({ sent: 29, skipped: 1, failed: 0 });
  expect((await deliveries(a, "skipped"))[0].reply).toContain(b);
});

/** A push for six people under a key, on the queue, which the test plays. */
async function queued(onceKey: string) {
  const { results } = await env.DB.prepare("SELECT id, address FROM recipients ORDER BY id").all<{
    id: number;
    address: string;
  }>();
  const id = newPushId(Date.now());
  const macKey = await readMacKey(env.DB);
  const ids = await runInDurableObject(env.PUSH.getByName(id), (_object, { storage }) =>
    storage.transactionSync(() => {
      const world = new World(storage, 0, { id, once: { key: onceKey, macKey } }, {}, Date.now());
      world.ledger.insertPending(results, world.now);
      return world.release();
    }),
  );
  return { id, ids };
}

type Call = (object: Pick<Once, "reserve">, request: Parameters<Once["reserve"]>[0]) => ReturnType<Once["reserve"]>;

/** The Worker's bindings with a key's object whose calls go through `call`. */
function withOnce(call: Call): Env {
  const getByName = (key: string) => {
    const object = env.ONCE.getByName(key) as unknown as Once;
    return { reserve: (request: Parameters<Once["reserve"]>[0]) => call(object, request) };
  };
  return { ...env, ONCE: { getByName } as unknown as Env["ONCE"] };
}

async function run(push: string, ids: readonly number[], bindings: Env) {
  const messages = ids.map((id) => ({
    id: `m${id}`,
    timestamp: new Date(),
    attempts: 1,
    body: { push, id, release: 1 },
  }));
  const batch = createMessageBatch<DeliverJob>("mailpush", messages);
  const context = createExecutionContext();
  await consume(batch, bindings);
  return getQueueResult(batch, context);
}

it.each([
  ["never answers", () => new Promise<never>(() => {})],
  [
    "loses its answers",
    async (object, request) => {
      await object.reserve(request);
      throw new Error("Network connection lost.");
    },
  ],
] satisfies [string, Call][])(
  "nobody is sent while the key's object %s; the push waits, says why, and goes on",
  async (_what, call) => {
    await importPeople(6);
    const key = newKey();
    const { id, ids } = await queued(key);
    const result = await run(id, ids, withOnce(call));
    expect(result.explicitAcks, "the ledger releases them again").toHaveLength(6);
    expect((await relay.summary()).mails).toBe(0);
    const status = await pushObject(env, id).status();
    expect(status?.waiting).toContain("could not be reserved");
    expect(status?.tallies).toMatchObject({ failed: 0, skipped: 0, in_doubt: 0, sending: 0 });
    // The Worker's own consumers have the real object.
    const push = await ended(id);
    expect(push).toMatchObject({ tallies: { sent: 6 }, waiting: null });
    expect((await deliveries(id, "sent")).map(({ attempts }) => attempts)).toEqual(Array(6).fill(1));
    expect(new Set(Object.values(await relay.recipients()))).toEqual(new Set([1]));
  },
);

it("a call that breaks is repeated, and one call serves a claim", async () => {
  await importPeople(6);
  const { id, ids } = await queued(newKey());
  const asked: number[] = [];
  const flaky: Call = async (object, request) => {
    asked.push(request.people.length);
    const answer = await object.reserve(request);
    if (asked.length === 1) throw new Error("Network connection lost.");
    return answer;
  };
  await run(id, ids, withOnce(flaky));
  expect(asked).toEqual([6, 6]);
  expect((await pushObject(env, id).status())?.tallies.sent).toBe(6);
});

it("who has moved meanwhile to an address that another push has is not mailed there", async () => {
  await importPeople(4);
  const key = newKey();
  const { id, ids } = await queued(key);
  const last = ids.at(-1) as number;
  // One mail at a time, two seconds each: longer than a read is valid.
  await relay.reset({ capabilities: [], rules: [{ stage: "content", delayMs: 2_000 }] });
  const messages = new Map(
    ids.map((one) => [one, { ack() {}, retry() {}, attempts: 1 } as unknown as Message<DeliverJob>]),
  );
  const share = { connections: 1, endsAt: Date.now() + 840_000, allowance: new Allowance() };
  const sending = deliverGroup({ push: id, messages }, env, share);
  while ((await relay.summary()).mails === 0) await new Promise((resolve) => setTimeout(resolve, 50));
  await env.DB.prepare(
    "UPDATE recipients SET address = 'taken@example.com', address_key = 'taken@example.com' WHERE id = ?1",
  )
    .bind(last)
    .run();
  const person = personOf(await readMacKey(env.DB), "taken@example.com");
  await (env.ONCE.getByName(key) as unknown as Once).reserve({
    push: "another",
    claim: 1,
    until: Date.now() + 10_000,
    people: [{ recipient: 999_999, person }],
  });
  await sending;
  expect((await pushObject(env, id).status())?.tallies).toMatchObject({ sent: 3, skipped: 1 });
  expect(Object.keys(await relay.recipients())).not.toContain("taken@example.com");
});

it("who was deferred and then mailed at another address is free at the first one", async () => {
  await importPeople(1);
  const key = newKey();
  const { id, ids } = await queued(key);
  await relay.reset({ capabilities: [], rules: [{ stage: "rcpt", reply: "452 4.2.2 mailbox full" }] });
  await run(id, ids, env);
  expect((await pushObject(env, id).status())?.tallies.deferred).toBe(1);
  await relay.reset({ capabilities: [] });
  await env.DB.exec("UPDATE recipients SET address = 'moved@example.com', address_key = 'moved@example.com'");
  await runInDurableObject(env.PUSH.getByName(id), (_object, { storage }) => {
    storage.sql.exec("UPDATE delivery SET due_at = ?1 WHERE state = 'deferred'", Date.now() - 1);
  });
  await run(id, ids, env);
  expect(await relay.recipients()).toEqual({ "moved@example.com": 1 });
  const macKey = await readMacKey(env.DB);
  const people = ["p0@example.com", "moved@example.com"].map((address, n) => {
    return { recipient: 900_000 + n, person: personOf(macKey, address) };
  });
  const other = { push: "another", claim: 1, until: Date.now() + 10_000, people };
  const answer = await (env.ONCE.getByName(key) as unknown as Once).reserve(other);
  expect(answer).toEqual({ taken: [{ recipient: 900_001, push: id }] });
});

it("erasing a person takes them out of each key, as a hash too", async () => {
  await importPeople(3);
  const keys = [newKey(), newKey()];
  for (const onceKey of keys) await ended(await create({ onceKey }));
  const people = (key: string) =>
    runInDurableObject(env.ONCE.getByName(key), (_object, { storage }) =>
      storage.sql
        .exec("SELECT recipient FROM reservation ORDER BY recipient")
        .toArray()
        .map((row) => row.recipient),
    );
  const all = await people(keys[0] as string);
  expect(all).toHaveLength(3);
  await api("DELETE", `/api/recipients/${all[1]}?erase=true`);
  for (const key of keys) await vi.waitFor(async () => expect(await people(key)).toEqual([all[0], all[2]]), 10_000);
});

it("a change of SIGNING_KEY changes nobody", async () => {
  await importPeople(5);
  const key = newKey();
  const first = await queued(key);
  await run(first.id, first.ids, env);
  const second = await queued(key);
  await run(second.id, second.ids, { ...env, SIGNING_KEY: "another-signing-key-of-at-least-32-bytes" });
  expect((await pushObject(env, second.id).status())?.tallies).toMatchObject({ skipped: 5, sent: 0 });
});

it.each(["", " x", "x\ny", "x".repeat(101), 5])("refuses %j as a key", async (onceKey) => {
  const body = { action: "mailpush", filter: {}, subject: "s", html: "<p>h</p>", onceKey };
  const answer = await api("POST", "/api/pushes", body);
  expect(answer.status).toBe(400);
  expect(JSON.stringify(await json(answer))).toContain("$.onceKey");
});
