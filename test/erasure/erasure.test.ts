import { createExecutionContext, createMessageBatch, getQueueResult, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, expect, it, vi } from "vitest";
import { readSettings } from "../../src/config/settings.ts";
import { totalOf } from "../../src/core/states.ts";
import { consumeFeedback } from "../../src/feedback/consumer.ts";
import { pushObject } from "../../src/push/call.ts";
import { mirror } from "../../src/push/index/mirror.ts";
import { addPage } from "../../src/push/ledger/snapshot.ts";
import { reasonOf } from "../../src/push/reason.ts";
import { pause } from "../../src/push/steering/commands.ts";
import { newPushId } from "../../src/push/steering/id.ts";
import { addSuppressions } from "../../src/recipients/suppressions.ts";
import { relayObject, termsOf } from "../../src/relay/call.ts";
import { event } from "../feedback/events.ts";
import { api, json } from "../http/api.ts";
import { outcome, World } from "../push/world.ts";

// The rows of pushes stay: an erasure finds the objects by them.
beforeEach(async () => {
  const tables = [
    "recipients",
    "suppressions",
    "lifted_suppressions",
    "erased_suppressions",
    "erasures",
    "segments",
    "idempotency",
  ];
  await env.DB.batch(tables.map((table) => env.DB.prepare(`DELETE FROM ${table}`)));
});

/** All the text that D1, the push's object and the relay's object hold. */
async function texts(push: string): Promise<string> {
  const { results: d1 } = await env.DB.prepare(TABLES).all<{ name: string }>();
  const rows = d1.map(async ({ name }) => (await env.DB.prepare(`SELECT * FROM "${name}"`).all()).results);
  const ledger = runInDurableObject(env.PUSH.getByName(push), (_object, { storage }) => [
    ...storage.kv.list(),
    ...storage.sql
      .exec<{ name: string }>(TABLES)
      .toArray()
      .map(({ name }) => storage.sql.exec(`SELECT * FROM "${name}"`).toArray()),
  ]);
  const relay = runInDurableObject(env.RELAY.getByName("default"), (_object, { storage }) => [...storage.kv.list()]);
  return JSON.stringify([await Promise.all(rows), await ledger, await relay]).toLowerCase();
}

/** Those of SQLite and of the platform cannot be read. */
const TABLES = `SELECT name FROM sqlite_master WHERE type = 'table'
  AND substr(name, 1, 4) <> '_cf_' AND substr(name, 1, 7) <> 'sqlite_'`;

async function createAnn(address = "Ann@Example.com"): Promise<number> {
  await api("POST", "/api/recipients", [{ address, username: "Ann" }]);
  const row = await env.DB.prepare("SELECT id FROM recipients WHERE address_key = ?1")
    .bind(address.toLowerCase())
    .first("id");
  return row as number;
}

/** A push whose delivery of `id` was refused with words that name the address; another one is sent. */
async function pushTo(id: number, sentTo: string, filter: unknown): Promise<string> {
  const push = newPushId(Date.now());
  await runInDurableObject(env.PUSH.getByName(push), (_object, { storage }) => {
    const world = new World(storage, 0, { id: push, filter }, {}, Date.now());
    world.ledger.insertPending(
      [
        { id, address: sentTo },
        { id: id + 1, address: "bo@example.com" },
      ],
      world.now,
    );
    const token = world.sending(id, id + 1);
    const more = { address: sentTo, class: "no-such-user", reply: `550 5.1.1 <${sentTo}> unknown` };
    world.settle(token, outcome(id, "failed", more), outcome(id + 1, "sent", { address: "bo@example.com" }));
    const said = `550 <${sentTo}> said no`;
    pause(world.ledger, world.push, reasonOf("relay-refuses", said, { said }), world.now);
  });
  const status = await pushObject(env, push).status();
  if (status !== null) await mirror(env.DB, status, 1_000);
  return push;
}

async function suppressed(): Promise<string[]> {
  const rows = await env.DB.prepare("SELECT address_key, reason FROM suppressions ORDER BY 1, 2").raw<string[]>();
  return rows.map((row) => row.join(" "));
}

it("erases a person from D1 and every ledger, also under an earlier address, and the tallies stay true", async () => {
  const id = await createAnn();
  const push = await pushTo(id, "old-ann@example.com", { address: "ANN@example.com" });
  const { id: segment } = await json(
    api("POST", "/api/segments", { name: "x", filter: { address: "ANN@example.com" } }),
  );
  await addSuppressions(
    env.DB,
    [
      { address: "ann@example.com", reason: "unsubscribed", detail: "ann@example.com said so", push: null },
      { address: "old-ann@example.com", reason: "no-such-user", detail: null, push: null },
    ],
    Date.now(),
  );
  expect((await api("DELETE", `/api/recipients/${id}?erase=true`)).status).toBe(202);
  expect((await api("GET", `/api/recipients/${id}`)).status).toBe(404);
  await vi.waitFor(async () => expect(await texts(push)).not.toMatch(/ann@/), 10_000);
  const status = await pushObject(env, push).status();
  expect(status).toMatchObject({ total: 2, tallies: { failed: 1, sent: 1 } });
  expect(totalOf(status?.tallies ?? ({} as never))).toBe(2);
  expect(status?.filter, "it must not select everybody now").toEqual({ address: "erased@erased.invalid" });
  expect((await json(api("GET", `/api/segments/${segment}`))).filter).toEqual({ address: "erased@erased.invalid" });

  // Whoever comes back under either address is still suppressed.
  await createAnn("Old-Ann@example.com");
  await api("POST", "/api/recipients/import", "address\nANN@example.com\n", { "content-type": "text/csv" });
  expect(await suppressed()).toEqual(["ann@example.com unsubscribed", "old-ann@example.com no-such-user"]);
  expect(await env.DB.prepare("SELECT count(*) AS n FROM erased_suppressions").first("n")).toBe(0);
});

it("an address that a changed recipient takes is suppressed if an erased person was", async () => {
  const id = await createAnn();
  await addSuppressions(env.DB, [{ address: "ann@example.com", reason: "complained", detail: null, push: null }], 1);
  await api("DELETE", `/api/recipients/${id}?erase=true`);
  expect(await suppressed()).toEqual([]);
  const other = await createAnn("bo@example.com");
  await api("PATCH", `/api/recipients/${other}`, { address: "ann@example.com" });
  expect(await suppressed()).toEqual(["ann@example.com complained"]);
});

it("no later event writes an address or words of an erased person", async () => {
  const id = await createAnn();
  const push = await pushTo(id, "ann@example.com", {});
  await pushObject(env, push).erase(id, "ann@example.com");
  await api("DELETE", `/api/recipients/${id}?erase=true`);
  const known = { push, address: "ann@example.com", words: "ann@example.com", at: Date.now() + 10_000 };
  const events = (["bounced", "complained", "unsubscribed", "delayed", "noted"] as const).map((kind) =>
    event(kind, id, known),
  );
  const batch = createMessageBatch(
    "mailpush-feedback",
    events.map((body, n) => ({ id: `${n}`, timestamp: new Date(), attempts: 1, body })),
  );
  await consumeFeedback(batch, env);
  expect((await getQueueResult(batch, createExecutionContext())).explicitAcks.length).toBe(events.length);
  await pushObject(env, push).settle({
    token: "late",
    outcomes: [outcome(id, "sent", { address: "ann@example.com", reply: "250 ann@example.com" })],
  });
  await vi.waitFor(async () => expect(await texts(push)).not.toMatch(/ann@/), 10_000);
  expect(await pushObject(env, push).status()).toMatchObject({ tallies: { complained: 1 }, unsubscribed: 1 });
});

it("nothing of an erased person is left in any table, kept answer or object, whatever named them", async () => {
  const address = "Ann@Example.com";
  const key = (name: string) => ({ "idempotency-key": name });
  await api("POST", "/api/recipients", [{ address, username: "Ann" }], key("create"));
  const id = await env.DB.prepare("SELECT id FROM recipients").first<number>("id");
  const body = { action: "mailpush", filter: { address }, subject: "Hello", html: "<p>Hello</p>" };
  const asked = await json(api("POST", "/api/pushes", body, key("push")));
  const push = await pushTo(id as number, address, { address });
  const object = pushObject(env, push);
  const events = (["bounced", "complained", "unsubscribed", "delayed", "noted"] as const).map((kind) =>
    event(kind, id, { push, address, words: `<${address}> said`, at: Date.now() }),
  );
  await object.feedback(events);
  await api("DELETE", `/api/suppressions/${address}?reason=unsubscribed`);
  await api("POST", "/api/segments", { name: "her", filter: { address } }, key("segment"));
  await refusedBy("default", `451 4.3.0 <${address}>: try again later`);
  expect((await texts(push)).match(/ann@example\.com/g)?.length, "it was everywhere").toBeGreaterThan(10);

  expect((await api("DELETE", `/api/recipients/${id}?erase=true`, undefined, key("erase"))).status).toBe(202);
  await vi.waitFor(async () => expect(await texts(push)).not.toMatch(/ann@/), 10_000);
  await vi.waitFor(async () => expect(await texts(asked.id)).not.toMatch(/ann@/), 10_000);
  const again = await api("POST", "/api/pushes", body, key("push"));
  expect([again.status, (await again.json<{ id: string }>()).id], "the key still knows its push").toEqual([
    202,
    asked.id,
  ]);
});

/** The relay's object learns that its relay is out of order, in these words. */
async function refusedBy(relay: string, words: string): Promise<void> {
  const settings = readSettings(env).relays.find(({ id }) => id === relay);
  if (settings === undefined) throw new Error(`no relay ${relay}`);
  await relayObject(env, relay).report(termsOf(settings), {
    push: "p",
    seq: 1,
    epoch: 1_000,
    accepted: 0,
    acceptedLate: 0,
    refused: 0,
    inDoubt: 0,
    throttled: null,
    outage: words,
    outageAtConnect: false,
    quota: null,
    unauthorised: null,
    later: null,
    sessionsRefused: 0,
    sessionsOpen: 0,
    out: 0,
    wants: 1,
    readyInMs: 0,
    priority: "normal",
    asked: null,
  });
}

it("a page of the snapshot that was read before the erasure brings no address back", async () => {
  const push = newPushId(Date.now());
  await runInDurableObject(env.PUSH.getByName(push), async (object, { storage }) => {
    const world = new World(storage, 0, { id: push }, {}, Date.now());
    world.ledger.updatePush({ snapshot_done: 0, snapshot_cursor: 0, snapshot_bound: 9 });
    await object.erase(7, "ann@example.com");
    const recipients = [{ id: 7, address: "ann@example.com" }];
    addPage(world.ledger, { after: 0, bound: 9 }, { recipients, upTo: 9, isLast: true }, world.now);
    expect(world.row(7)).toMatchObject({ address: "", erased: 1, state: "pending" });
    expect(totalOf(world.ledger.tallies())).toBe(1);
  });
});

it("a plain deletion erases nothing, and an unknown recipient is a 404", async () => {
  const id = await createAnn();
  const push = await pushTo(id, "ann@example.com", {});
  expect((await api("DELETE", `/api/recipients/${id}?erase=maybe`)).status).toBe(400);
  expect((await api("DELETE", `/api/recipients/${id}`)).status).toBe(204);
  expect((await api("DELETE", `/api/recipients/${id}?erase=true`)).status).toBe(404);
  expect(await texts(push)).toContain("ann@example.com");
  expect(await json(api("GET", `/api/pushes/${push}/deliveries/${id}`))).toMatchObject({ address: "ann@example.com" });
});
