import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
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
