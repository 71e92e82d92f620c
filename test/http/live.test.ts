import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, it, vi } from "vitest";
import { signTicket, TICKET_MS, verifyTicket } from "../../src/http/access/ticket.ts";
import { newRequest, pushObject } from "../../src/push/call.ts";
import { gapFor, MESSAGE_GAP_MS, Watchers } from "../../src/push/live/watchers.ts";
import { newPushId } from "../../src/push/steering/id.ts";
import { NEW_PUSH } from "../push/world.ts";
import { api, call, type Json, json } from "./api.ts";

const UPGRADE = { upgrade: "websocket" };
const HOUR = 3_600_000;

afterEach(() => void vi.restoreAllMocks());

/** A push that waits for its time, so that nothing changes but what a test does. */
async function newPush(): Promise<string> {
  const id = newPushId(Date.now());
  await pushObject(env, id).create({ ...NEW_PUSH, id, createdAt: Date.now(), sendAt: Date.now() + 24 * HOUR });
  return id;
}

interface Watcher {
  readonly socket: WebSocket;
  readonly messages: string[];
  last(): Json;
  closed: number | null;
}

function watcherOf(response: Response): Watcher {
  expect(response.status).toBe(101);
  const socket = response.webSocket as WebSocket;
  const messages: string[] = [];
  const watcher: Watcher = {
    socket,
    messages,
    last: () => JSON.parse(messages.at(-1) ?? "null"),
    closed: null,
  };
  socket.addEventListener("message", ({ data }) => void messages.push(String(data)));
  socket.addEventListener("close", ({ code }) => {
    watcher.closed = code;
  });
  socket.accept();
  return watcher;
}

const watch = async (id: string) => watcherOf(await api("GET", `/api/pushes/${id}/live`, undefined, UPGRADE));

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

const steer = (id: string, command: "pause" | "resume") => pushObject(env, id)[command](newRequest(Date.now(), "test"));

it("a watcher is told the whole status at once, in the words of GET", async () => {
  const id = await newPush();
  const watcher = await watch(id);
  await until(() => watcher.messages.length > 0);
  expect(watcher.last()).toEqual(await json(api("GET", `/api/pushes/${id}`)));
});

it("also while the configuration is invalid each newcomer is told at once, and a pause is obeyed", async () => {
  const logged = vi.spyOn(console, "error").mockImplementation(() => {});
  const id = await newPush();
  const early = await watch(id);
  await until(() => early.messages.length > 0);
  const before = early.last();
  await runInDurableObject(env.PUSH.getByName(id), (object) => {
    // A deployment that the API's isolate does not have yet.
    const bindings = { ...(object as unknown as { env: Env }).env, SMTP_CONNECTIONS: "many" };
    Object.defineProperty(object, "env", { value: bindings });
  });
  const late = await watch(id);
  await until(() => late.messages.length > 0);
  const { relays: _relays, ...rest } = before;
  expect(late.last()).toMatchObject({ ...rest, relays: [] });
  await steer(id, "pause");
  await until(() => early.last().status === "paused" && late.last().status === "paused");
  expect(logged).toHaveBeenCalled();
});

it("many changes make few messages, the same for all watchers, and the last change arrives", async () => {
  const id = await newPush();
  const watchers = await Promise.all(Array.from({ length: 100 }, () => watch(id)));
  const [first, last] = [watchers[0] as Watcher, watchers[99] as Watcher];
  await until(() => watchers.every(({ messages }) => messages.length > 0));
  const before = first.messages.length;
  for (let n = 0; n < 40; n++) await steer(id, n % 2 === 0 ? "pause" : "resume");
  await steer(id, "pause");
  const status = await json(api("GET", `/api/pushes/${id}`));
  await until(() => watchers.every((one) => one.last().status === "paused" && one.last().steering.length === 21));
  expect(last.last()).toEqual(status);
  expect(first.messages.length - before).toBeLessThan(41);
  expect(new Set(watchers.map((one) => one.messages.at(-1))).size).toBe(1);
});

it("at most two messages a second are made, and the last of them says what came last", async () => {
  await runInDurableObject(env.PUSH.getByName(newPushId(Date.now())), (_object, state) => {
    vi.useFakeTimers();
    try {
      let [change, made] = [0, [] as number[]];
      const watchers = new Watchers(state, () => {
        made = [...made, change];
        return `${change}`;
      });
      watchers.changed();
      vi.advanceTimersByTime(10_000);
      // Nobody watches.
      expect(made).toEqual([]);
      watchers.accept(Date.now());
      for (; change < 1_000; vi.advanceTimersByTime(10)) {
        change++;
        watchers.changed();
      }
      expect(made.length).toBeGreaterThan(15);
      expect(made.length).toBeLessThanOrEqual(21);
      vi.advanceTimersByTime(MESSAGE_GAP_MS);
      expect(made.at(-1)).toBe(1_000);
    } finally {
      vi.useRealTimers();
    }
  });
});

it("what changes with time alone is told too, and then nothing more is looked at", async () => {
  await runInDurableObject(env.PUSH.getByName(newPushId(Date.now())), (_object, state) => {
    vi.useFakeTimers();
    try {
      let [status, looks] = ["a lease", 0];
      const watchers = new Watchers(state, () => {
        looks++;
        return status;
      });
      watchers.accept(Date.now());
      vi.advanceTimersByTime(1_000);
      expect(looks).toBe(1);
      status = "none";
      vi.advanceTimersByTime(60_000);
      expect(looks).toBe(3);
    } finally {
      vi.useRealTimers();
    }
  });
});

it("the more watch, the less often they are told, and never more than twice a second", () => {
  expect([0, 1, 250, 500, 2_500, 5_000].map(gapFor)).toEqual([500, 500, 500, 1_000, 5_000, 5_000]);
});

it("a change reaches a watcher whose object slept, and one that it slept through", async () => {
  const id = await newPush();
  const watcher = await watch(id);
  await until(() => watcher.messages.length > 0);
  await evictDurableObject(env.PUSH.getByName(id));
  await steer(id, "pause");
  await until(() => watcher.last().status === "paused");
  // Where the timer of this change is gone with the instance, the alarm for the row in D1 is not.
  await steer(id, "resume");
  await evictDurableObject(env.PUSH.getByName(id));
  await until(() => watcher.last().status === "scheduled");
  expect(watcher.closed).toBeNull();
});

it("a ping gets a pong, also from an object that sleeps; any other word ends the line", async () => {
  const id = await newPush();
  const watcher = await watch(id);
  await until(() => watcher.messages.length > 0);
  await evictDurableObject(env.PUSH.getByName(id));
  watcher.socket.send("ping");
  await until(() => watcher.messages.at(-1) === "pong");
  watcher.socket.send("how is it going?");
  await until(() => watcher.closed !== null);
  expect(watcher.closed).toBe(1008);
});

it("a watcher that leaves gets a clean end, and the others go on", async () => {
  const id = await newPush();
  const [first, second] = [await watch(id), await watch(id)];
  await until(() => first.messages.length > 0 && second.messages.length > 0);
  first.socket.close(1000);
  await until(() => first.closed !== null);
  expect(first.closed).toBe(1000);
  await steer(id, "pause");
  await until(() => second.last().status === "paused");
});

it("nobody watches longer than an hour, and the object wakes for that alone", async () => {
  const id = await newPush();
  const stub = env.PUSH.getByName(id);
  // What a new push has to do is done.
  await runDurableObjectAlarm(stub);
  const watcher = await watch(id);
  const wakeAt = await runInDurableObject(stub, (_object, state) => state.storage.getAlarm());
  expect(wakeAt).toBeLessThanOrEqual(Date.now() + HOUR);
  const now = Date.now.bind(Date);
  vi.spyOn(Date, "now").mockImplementation(() => now() + HOUR);
  const late = await watch(id);
  await runDurableObjectAlarm(stub);
  await until(() => watcher.closed !== null);
  expect([watcher.closed, late.closed]).toEqual([1001, null]);
});

it("a ticket stands for a token, for one push and one minute", async () => {
  const [id, other] = [await newPush(), await newPush()];
  const { ticket, expiresAt } = await json(api("POST", `/api/pushes/${id}/ticket`));
  expect(Date.parse(expiresAt)).toBeLessThanOrEqual(Date.now() + TICKET_MS);
  const live = (push: string, query: string) => call("GET", `/api/pushes/${push}/live${query}`, undefined, UPGRADE);
  const watcher = watcherOf(await live(id, `?ticket=${encodeURIComponent(ticket)}`));
  await until(() => watcher.messages.length > 0);
  expect(watcher.last()).toMatchObject({ id });
  const forged = `${ticket.slice(0, -1)}${ticket.endsWith("0") ? "1" : "0"}`;
  for (const [push, query] of [
    [other, `?ticket=${ticket}`],
    [id, `?ticket=${forged}`],
    [id, "?ticket="],
    [id, ""],
    ["no-push", `?ticket=${ticket}`],
  ] as const) {
    expect([query, (await live(push, query)).status]).toEqual([query, 401]);
  }
  const now = Date.now.bind(Date);
  vi.spyOn(Date, "now").mockImplementation(() => now() + TICKET_MS);
  expect(await json(live(id, `?ticket=${ticket}`))).toMatchObject({ status: 401, code: "ticket-invalid" });
});

it("a ticket is good for the push, the token and the time that it names, under this key and the one before", () => {
  const claims = { push: "p", token: "t", expiresAt: 1_000_000 };
  const ticket = signTicket(claims, "old key");
  const check = (given: string, push: string, now: number, current: string, previous: string | null = null) =>
    verifyTicket(given, push, { current, previous }, now);
  expect(check(ticket, "p", 999_999, "old key")).toEqual(claims);
  expect(check(ticket, "p", 999_999, "new key", "old key")).toEqual(claims);
  expect(check(ticket, "p", 999_999, "new key")).toBeNull();
  expect(check(ticket, "p", 1_000_000, "old key")).toBeNull();
  expect(check(ticket, "q", 999_999, "old key")).toBeNull();
  expect(check(ticket.replace(".t.", ".u."), "p", 999_999, "old key")).toBeNull();
  expect(check(signTicket({ ...claims, expiresAt: 9e11 }, "old key"), "p", 999_999, "old key")).toBeNull();
});

it("live says what it wants, and of a push that is not there nothing is made", async () => {
  const id = await newPush();
  expect(await json(api("GET", `/api/pushes/${id}/live`))).toMatchObject({ status: 426, code: "upgrade-required" });
  const unknown = newPushId(Date.now());
  expect((await api("GET", `/api/pushes/${unknown}/live`, undefined, UPGRADE)).status).toBe(404);
  expect((await api("POST", `/api/pushes/${unknown}/ticket`)).status).toBe(404);
});
