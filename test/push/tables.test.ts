import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { newRequest, pushObject } from "../../src/push/call.ts";
import { Ledger } from "../../src/push/ledger/ledger.ts";
import type { NewPush } from "../../src/push/rpc.ts";
import { create } from "../../src/push/steering/create.ts";
import { newPushId } from "../../src/push/steering/id.ts";
import { call, json } from "../http/api.ts";
import { NEW_PUSH, outcome } from "./world.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

function tablesOf(id: string): Promise<string[]> {
  return runInDurableObject(env.PUSH.getByName(id), (_object, { storage }) =>
    storage.sql
      .exec<{ name: string }>("SELECT name FROM sqlite_master WHERE name NOT GLOB '_cf_*' AND name NOT GLOB 'sqlite_*'")
      .toArray()
      .map((row) => row.name),
  );
}

/** A push of tomorrow: it rests. */
async function restingPush(): Promise<string> {
  const id = newPushId(Date.now());
  await pushObject(env, id).create({ ...NEW_PUSH, id, createdAt: Date.now(), sendAt: Date.now() + DAY });
  return id;
}

/** The Worker's bindings without a database that answers. */
function withoutD1(): Env {
  const down = () => {
    throw new Error("D1_ERROR: Network connection lost.");
  };
  return { ...env, DB: { prepare: down, batch: down, exec: down } as unknown as D1Database };
}

function apiWithoutD1(method: string, path: string): Promise<Response> {
  return call(method, path, undefined, { authorization: `Bearer ${env.API_TOKEN}` }, withoutD1());
}

it("every call to the object of an unknown push answers, and leaves no table behind", async () => {
  const id = newPushId(Date.now());
  const object = env.PUSH.getByName(id);
  expect(await object.status()).toBeNull();
  expect(await object.deliveries({ state: null, after: 0, limit: 10 })).toEqual({ deliveries: [], next: null });
  expect(await object.claim({ token: "t", ids: [1], knowsContent: false })).toMatchObject({ send: [], content: null });
  expect(await object.settle({ token: "t", outcomes: [outcome(1, "sent")] })).toEqual({ later: [], stop: true });
  await object.deadLetters([{ id: 1, release: 1 }]);
  for (const command of ["pause", "resume", "cancel"] as const) {
    expect(await pushObject(env, id)[command](newRequest(Date.now(), "test"))).toMatchObject({ ok: false });
  }
  expect(await runDurableObjectAlarm(object), "no alarm either").toBe(false);
  expect(await tablesOf(id)).toEqual([]);
});

it("a push that was never made is a 404, and leaves no table behind, though D1 is down", async () => {
  const id = newPushId(Date.now());
  for (const [method, path] of [
    ["GET", ""],
    ["GET", "/deliveries"],
    ["POST", "/pause"],
    ["POST", "/retry"],
  ] as const) {
    expect(
      (await call(method, `/api/pushes/${id}${path}`, undefined, { authorization: `Bearer ${env.API_TOKEN}` })).status,
    ).toBe(404);
    expect((await apiWithoutD1(method, `/api/pushes/${id}${path}`)).status).toBe(500);
  }
  expect(await tablesOf(id)).toEqual([]);
});

it("a push is paused, resumed, looked at and cancelled while D1 is down", async () => {
  const id = await restingPush();
  expect(await json(apiWithoutD1("POST", `/api/pushes/${id}/pause`))).toMatchObject({ status: "paused" });
  expect(await json(apiWithoutD1("GET", `/api/pushes/${id}`))).toMatchObject({ status: "paused" });
  expect(await json(apiWithoutD1("POST", `/api/pushes/${id}/resume`))).toMatchObject({ status: "scheduled" });
  expect(await json(apiWithoutD1("POST", `/api/pushes/${id}/cancel`))).toMatchObject({ status: "cancelled" });
});

it("past retention an object keeps no tables, answers what comes late, and stays without them", async () => {
  const id = await restingPush();
  const object = env.PUSH.getByName(id);
  await pushObject(env, id).cancel(newRequest(Date.now(), "test"));
  await runDurableObjectAlarm(object);
  await runInDurableObject(object, async (_object, { storage }) => {
    storage.sql.exec("UPDATE push SET finished_at = 1");
    await storage.setAlarm(Date.now() + HOUR);
  });
  await evictDurableObject(object); // it knows its push's row
  await runDurableObjectAlarm(object);
  expect(await tablesOf(id)).toEqual([]);
  await object.settle({ token: "late", outcomes: [outcome(1, "sent")] });
  expect(await object.status()).toBeNull();
  expect(await tablesOf(id)).toEqual([]);
  const summary = await json(call("GET", `/api/pushes/${id}`, undefined, { authorization: `Bearer ${env.API_TOKEN}` }));
  expect(summary).toMatchObject({ id, status: "cancelled" });
  expect(
    (await call("POST", `/api/pushes/${id}/pause`, undefined, { authorization: `Bearer ${env.API_TOKEN}` })).status,
  ).toBe(409);
});

it("empty tables that an earlier version kept are removed when the object starts", async () => {
  const id = newPushId(Date.now());
  const object = env.PUSH.getByName(id);
  await runInDurableObject(object, (_object, { storage }) => new Ledger(storage).createTables());
  expect(await tablesOf(id)).not.toEqual([]);
  await evictDurableObject(object);
  expect(await object.status()).toBeNull();
  expect(await tablesOf(id)).toEqual([]);
});

it("a creation that is rolled back leaves no table behind, and may be repeated", async () => {
  const id = newPushId(Date.now());
  await runInDurableObject(env.PUSH.getByName(id), (_object, { storage }) => {
    const ledger = new Ledger(storage);
    const creation = (subject: string | null) => () => create(ledger, { ...NEW_PUSH, id, subject } as NewPush, 0);
    expect(() => ledger.transaction(creation(null))).toThrow();
    expect(ledger.push()).toBeNull();
    expect(ledger.hasTables).toBe(false);
    ledger.transaction(creation("s"));
    expect(ledger.push()).toMatchObject({ id, status: "scheduled" });
  });
});
