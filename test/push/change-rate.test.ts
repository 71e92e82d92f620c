import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { healthOf } from "../../src/push/health/health.ts";
import { returnDeadLetters } from "../../src/push/ledger/dead-letters.ts";
import { changeRate } from "../../src/push/steering/commands.ts";
import { api, call, json } from "../http/api.ts";
import { inObject, outcome, World } from "./world.ts";

const PEOPLE = 200;

describe("a rate that is changed on the way", () => {
  it.each([
    ["lowered", 100, 2],
    ["raised", 2, 100],
    ["first given", null, 10],
  ])("%s, holds from the next claim on, and loses no delivery", (_how, before, after) =>
    inObject((storage) => {
      const world = new World(storage, PEOPLE, { rate: before });
      grant(world);
      expect(changeRate(world.ledger, world.push, after, world.now).ok).toBe(true);
      const from = world.now;
      let granted = 0;
      while (world.now < from + 20_000) {
        granted += grant(world);
        world.pass(250);
      }
      // A second's worth may be made up for at the beginning.
      expect(granted).toBeGreaterThanOrEqual(Math.min(after * 15, PEOPLE / 4));
      expect(granted).toBeLessThanOrEqual(after * 22 + 1);
      expect(world.ledger.rows(everybody).length).toBe(PEOPLE);
      expect(Object.values(world.ledger.tallies()).reduce((sum, one) => sum + one, 0)).toBe(PEOPLE);
    }),
  );

  it("keeps its distance to the send times that are reserved", () =>
    inObject((storage) => {
      const world = new World(storage, PEOPLE, { rate: 10 });
      const first = world.claim(world.release());
      const times = first.sendTimes;
      const last = world.now + (times?.startInMs ?? 0) + (first.send.length - 1) * (times?.gapMs ?? 0);
      changeRate(world.ledger, world.push, 5, world.now);
      let next: number | null = null;
      while (next === null) {
        const claim = world.claim(world.release());
        if (claim.send.length > 0) next = world.now + (claim.sendTimes?.startInMs ?? 0);
        world.pass(50);
      }
      expect(next).toBeGreaterThanOrEqual(last + 180);
    }));

  it.each([
    ["a faster one", 50, 20_000],
    ["a slow one", 1, PEOPLE * 1_100],
    ["none", null, 20_000],
  ])("is raised to %s: those that the old one had put off for hours go by the new one", (_which, rate, withinMs) =>
    inObject((storage) => {
      const world = new World(storage, PEOPLE);
      putOff(world);
      const late = waiting(world);
      expect(late.at(-1)?.due_at).toBeGreaterThan(world.now + 3_600_000);
      changeRate(world.ledger, world.push, rate, world.now);
      const from = world.now;
      const unsent = () => world.ledger.rows(late.map(({ id }) => id)).filter((row) => row.state !== "sent");
      for (; unsent().length > 0 && world.now < from + withinMs; world.pass(100)) grant(world);
      expect(unsent()).toEqual([]);
      if (rate !== null) expect(world.now - from).toBeGreaterThan((late.length / rate) * 900 - 2_000);
    }),
  );

  it("is raised or lowered: none waits longer for it, and the order stays", () =>
    inObject((storage) => {
      const world = new World(storage, PEOPLE);
      putOff(world);
      for (const rate of [0.001, 0.1, 0.5, 0.2]) {
        const before = waiting(world);
        changeRate(world.ledger, world.push, rate, world.now);
        const after = waiting(world);
        expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
        expect(after.every((row, n) => row.due_at <= (before[n]?.due_at ?? 0))).toBe(true);
      }
    }));

  it("is raised in a back-off: nothing becomes due before its end, nor what its server wants later", () =>
    inObject((storage) => {
      const world = new World(storage, PEOPLE);
      const first = world.claim(world.release());
      world.settle(first.token, ...first.send.map((id, n) => outcome(id, n === 0 ? "deferred" : "sent")));
      const deferred = first.send[0] ?? 0;
      const wanted = world.row(deferred).due_at;
      putOff(world);
      const [letter] = world.ledger.rows([deferred]);
      returnDeadLetters(world.ledger, [{ id: deferred, release: letter?.release ?? 0 }], world.now);
      const health = healthOf(world.push);
      const nextTryAt = world.now + 60_000;
      const outage = { ...health.outage, count: 1, since: world.now, nextTryAt };
      world.ledger.updatePush({ health: JSON.stringify({ ...health, outage }) });
      changeRate(world.ledger, world.push, 1_000, world.now);
      expect(world.row(deferred)).toMatchObject({ state: "pending", due_at: wanted });
      const times = waiting(world)
        .filter(({ id }) => id !== deferred)
        .map((row) => row.due_at);
      expect(Math.min(...times)).toBe(nextTryAt);
      expect(Math.max(...times)).toBeLessThanOrEqual(nextTryAt + 1_000);
    }));

  it("is no longer kept to once it is taken away", () =>
    inObject((storage) => {
      const world = new World(storage, PEOPLE, { rate: 1 });
      grant(world);
      changeRate(world.ledger, world.push, null, world.now);
      world.pass(5_000);
      for (let n = 0; n < 20; n++) grant(world);
      expect(world.ledger.tallies().sent).toBeGreaterThan(100);
      expect(world.push.rate).toBe(null);
    }));
});

/** Deliveries on the queue get a slow rate's slots, over hours. */
function putOff(world: World): void {
  const ids = world.release();
  expect(ids.length).toBeGreaterThan(50);
  changeRate(world.ledger, world.push, 0.01, world.now);
  const { token, send } = world.claim(ids);
  if (send.length > 0) world.settle(token, ...send.map((id) => outcome(id, "sent")));
}

/** Those that wait for a time, in the order in which they may be released. */
function waiting(world: World): { id: number; due_at: number }[] {
  const query = "SELECT id, due_at FROM delivery WHERE state = 'pending' AND due_at IS NOT NULL ORDER BY due_at, id";
  return world.ledger.sql.exec<{ id: number; due_at: number }>(query).toArray();
}

const everybody = Array.from({ length: PEOPLE }, (_, index) => index + 1);

/** Releases, claims and sends what may go now; how many. */
function grant(world: World): number {
  world.sweep();
  const ids = world.release();
  if (ids.length === 0) return 0;
  const { token, send } = world.claim(ids);
  if (send.length > 0) world.settle(token, ...send.map((id) => outcome(id, "sent")));
  return send.length;
}

describe("POST /api/pushes/:id/rate", () => {
  const body = { action: "mailpush", filter: {}, subject: "s", html: "<p>h</p>", rate: 5 };
  beforeEach(async () => {
    await env.DB.prepare("DELETE FROM recipients").run();
    await api("POST", "/api/recipients", { address: "ann@example.com" });
  });

  it("changes a push that is to be sent, once under one key, and says by whom", async () => {
    const { id } = await json(
      api("POST", "/api/pushes", { ...body, sendAt: new Date(Date.now() + 3_600_000).toISOString() }),
    );
    const headers = { authorization: `Bearer ${env.API_TOKEN}`, "idempotency-key": id };
    for (let n = 0; n < 2; n++) {
      expect(await json(call("POST", `/api/pushes/${id}/rate`, { rate: 20 }, headers))).toMatchObject({ rate: 20 });
    }
    const { steering } = await json(api("GET", `/api/pushes/${id}`));
    expect(steering.map((one: { action: string }) => one.action)).toEqual(["create", "rate"]);
    expect(await json(api("POST", `/api/pushes/${id}/rate`, { rate: null }))).toMatchObject({ rate: null });
    for (const rate of [0, -1, "fast", undefined]) {
      expect((await api("POST", `/api/pushes/${id}/rate`, { rate })).status).toBe(400);
    }
    await api("POST", `/api/pushes/${id}/cancel`);
    expect((await api("POST", `/api/pushes/${id}/rate`, { rate: 20 })).status).toBe(409);
  });

  it("leaves a held push to PATCH", async () => {
    const { id } = await json(api("POST", "/api/pushes", { ...body, hold: true }));
    expect((await api("POST", `/api/pushes/${id}/rate`, { rate: 20 })).status).toBe(409);
  });
});
