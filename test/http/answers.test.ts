import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newRequest, pushObject } from "../../src/push/call.ts";
import { newPushId } from "../../src/push/steering/id.ts";
import { type Break, withBrokenLine } from "../push/broken-line.ts";
import { NEW_PUSH, outcome, World } from "../push/world.ts";
import { relay } from "../setup/own-relay.ts";
import { api, call, type Json, json } from "./api.ts";

const PUSH = { action: "mailpush", filter: {}, subject: "s", html: "<p>h</p>" };
const RETRYABLE = Object.assign(new Error("Network connection lost."), { retryable: true });
const OVERLOADED = Object.assign(new Error("too many requests"), { overloaded: true, retryable: true });
const EVERY_CALL = 4;

beforeEach(async () => {
  await env.DB.prepare("DELETE FROM recipients").run();
  const people = Array.from({ length: 10 }, (_, n) => ({ address: `p${n}@example.com`, area: "x" }));
  await api("POST", "/api/recipients", people);
  await relay.reset({});
});
afterEach(() => relay.reset({}));

/** A call of the API over a broken line. */
async function over(line: Break, method: string, path: string, body?: unknown) {
  const { bindings, made } = withBrokenLine(line);
  const response = await call(method, path, body, { authorization: `Bearer ${env.API_TOKEN}` }, bindings);
  return { response, made };
}

async function until(id: string, done: (status: Json) => boolean): Promise<Json> {
  for (;;) {
    const status = await json(api("GET", `/api/pushes/${id}`));
    if (done(status)) return status;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const ended = (status: Json) => status.finishedAt !== null;

/** A push in a real object with `failed` failed deliveries; gives its id. Nothing of it is on the queue. */
async function withFailed(failed: number): Promise<string> {
  const id = newPushId(Date.now());
  await runInDurableObject(env.PUSH.getByName(id), (_object, state) =>
    state.storage.transactionSync(() => {
      const world = new World(state.storage, failed, { id }, {}, Date.now());
      const ids = world.release();
      const { token } = world.claim(ids);
      world.settle(token, ...ids.map((one) => outcome(one, "failed")));
      // Nothing is sent while the test looks at it.
      world.ledger.updatePush({ status: "paused", paused_at: Date.now() });
    }),
  );
  return id;
}

describe("a push whose creation lost its answer", () => {
  it.each([
    ["once by an abort", { calls: 1, abort: true }],
    ["once", { calls: 1, error: RETRYABLE }],
    ["in words that promise nothing", { calls: 1 }],
    ["twice, with a restart of the object", { calls: 2, evict: true }],
  ])("%s is one push: ten people, ten mails", async (_name, line) => {
    const broken = { method: "create", committed: true, ...line };
    const { response } = await over(broken, "POST", "/api/pushes", PUSH);
    expect(response.status).toBe(202);
    const { id } = await json(response);
    expect(await until(id, ended)).toMatchObject({ total: 10, success: 10 });
    expect(Object.values(await relay.recipients())).toEqual(Array(10).fill(1));
  });

  it("every time is named by the answer, and is found there", async () => {
    const line = { method: "create", committed: true, calls: EVERY_CALL };
    const { response } = await over(line, "POST", "/api/pushes", PUSH);
    expect(response.status).toBe(503);
    const { id, detail } = await json(response);
    expect(response.headers.get("location")).toBe(`/api/pushes/${id}`);
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(detail).toContain("unknown");
    expect(detail).toContain(`/api/pushes/${id}`);
    expect(await until(id, ended)).toMatchObject({ id, success: 10 });
    expect(Object.values(await relay.recipients())).toEqual(Array(10).fill(1));
  });

  it("every time, and was not carried out, is not found there", async () => {
    const line = { method: "create", committed: false, calls: EVERY_CALL };
    const { response } = await over(line, "POST", "/api/pushes", PUSH);
    expect(response.status).toBe(503);
    expect((await api("GET", response.headers.get("location") ?? "")).status).toBe(404);
  });

  it("is not created by a call that arrives after its caller has given up", async () => {
    const id = newPushId(Date.now());
    const late = { ...NEW_PUSH, id, acceptUntil: Date.now() - 1 };
    expect(await pushObject(env, id).create(late)).toBeNull();
    expect(await pushObject(env, id).status()).toBeNull();
  });
});

describe("a push", () => {
  it("is found before its row in D1 is there", async () => {
    const id = newPushId(Date.now());
    const sendAt = Date.now() + 3_600_000;
    await pushObject(env, id).create({ ...NEW_PUSH, id, createdAt: Date.now(), sendAt });
    await env.DB.prepare("DELETE FROM pushes WHERE id = ?1").bind(id).run();
    expect(await json(api("GET", `/api/pushes/${id}`))).toMatchObject({ id, status: "scheduled" });
    expect((await api("GET", `/api/pushes/${id}/deliveries`)).status).toBe(200);
    expect(await json(api("POST", `/api/pushes/${id}/cancel`))).toMatchObject({ id, status: "cancelled" });
  });

  it("can be looked at, paused, resumed and cancelled while D1 is down", async () => {
    const id = newPushId(Date.now());
    await pushObject(env, id).create({ ...NEW_PUSH, id, createdAt: Date.now(), sendAt: Date.now() + 3_600_000 });
    const down = { ...env, DB: undefined as unknown as D1Database };
    const ask = async (method: string, path: string) =>
      (await call(method, `/api/pushes/${id}${path}`, undefined, { authorization: `Bearer ${env.API_TOKEN}` }, down))
        .status;
    expect([await ask("GET", ""), await ask("GET", "/deliveries")]).toEqual([200, 200]);
    for (const command of ["pause", "resume", "cancel"]) expect(await ask("POST", `/${command}`)).toBe(200);
  });

  it("that does not answer is a 503 with its id, and says what is unknown only of what changes something", async () => {
    const id = await withFailed(1);
    const read = await over({ method: "status", committed: true, calls: 9 }, "GET", `/api/pushes/${id}`);
    expect(read.response.status).toBe(503);
    expect(await json(read.response)).toMatchObject({ id, detail: expect.not.stringContaining("unknown") });
    const pause = await over({ method: "pause", committed: true, calls: 9 }, "POST", `/api/pushes/${id}/pause`);
    expect(pause.response.status).toBe(503);
    expect(await json(pause.response)).toMatchObject({ id, detail: expect.stringContaining("unknown") });
    expect(pause.response.headers.get("location")).toBe(`/api/pushes/${id}`);
  });

  it("that is overloaded is not asked again at once", async () => {
    const id = await withFailed(1);
    const line = { method: "status", committed: false, calls: 9, error: OVERLOADED };
    const { response, made } = await over(line, "GET", `/api/pushes/${id}`);
    expect(response.status).toBe(503);
    expect(made).toEqual(["status"]);
  });
});

describe("an error in the object", () => {
  const AT_ONCE = { committed: false, calls: 1 };

  it("that its own code threw is a 500, and is not provoked again", async () => {
    const id = await withFailed(1);
    const error = Object.assign(new TypeError("a bug"), { remote: true });
    const { response, made } = await over({ ...AT_ONCE, method: "status", error }, "GET", `/api/pushes/${id}`);
    expect({ status: response.status, made }).toEqual({ status: 500, made: ["status"] });
  });

  it("that ended its instance is no answer: the call is repeated", async () => {
    const id = await withFailed(1);
    const error = Object.assign(new Error("its code was updated"), { remote: true, durableObjectReset: true });
    const { response, made } = await over({ ...AT_ONCE, method: "status", error }, "GET", `/api/pushes/${id}`);
    expect({ status: response.status, made }).toEqual({ status: 200, made: ["status", "status"] });
  });
});

describe("a command whose answer was lost", () => {
  it("tells how many it retried, although they are failed no more", async () => {
    const id = await withFailed(7);
    const { response } = await over({ method: "retry", committed: true, calls: 2 }, "POST", `/api/pushes/${id}/retry`);
    expect(response.status).toBe(200);
    expect(await json(response)).toMatchObject({ retried: 7, push: { tallies: { failed: 0, pending: 7 } } });
  });

  it("tells how many it resolved", async () => {
    const id = newPushId(Date.now());
    await runInDurableObject(env.PUSH.getByName(id), (_object, state) =>
      state.storage.transactionSync(() => {
        const world = new World(state.storage, 3, { id, inDoubt: "hold" }, {}, Date.now());
        const ids = world.release();
        world.settle(world.claim(ids).token, ...ids.map((one) => outcome(one, "in_doubt")));
      }),
    );
    const line = { method: "resolve", committed: true, calls: 1 };
    const body = { ids: [1, 2, 3], as: "sent" };
    const { response } = await over(line, "POST", `/api/pushes/${id}/resolve`, body);
    expect(await json(response)).toMatchObject({ resolved: 3, push: { tallies: { sent: 3 } } });
  });

  it("is carried out once: what another did in between stands", async () => {
    const id = newPushId(Date.now());
    await pushObject(env, id).create({ ...NEW_PUSH, id, createdAt: Date.now(), sendAt: Date.now() + 3_600_000 });
    const pause = newRequest(Date.now(), "test");
    expect(await pushObject(env, id).pause(pause)).toMatchObject({ ok: true, status: { status: "paused" } });
    expect(await pushObject(env, id).resume(newRequest(Date.now(), "test"))).toMatchObject({ ok: true });
    expect(await pushObject(env, id).pause(pause)).toMatchObject({ ok: true, status: { status: "scheduled" } });
  });

  it("is refused again in the same words, and when it comes too late", async () => {
    const id = await withFailed(1);
    await pushObject(env, id).cancel(newRequest(Date.now(), "test"));
    const resume = newRequest(Date.now(), "test");
    const first = await pushObject(env, id).resume(resume);
    expect(first).toMatchObject({ ok: false, reason: expect.stringContaining("cancelled") });
    expect(await pushObject(env, id).resume(resume)).toEqual(first);
    const late = { id: crypto.randomUUID(), until: Date.now() - 1, by: "test", requestId: null };
    expect(await pushObject(env, id).pause(late)).toMatchObject({ ok: false, reason: expect.stringContaining("late") });
  });
});
