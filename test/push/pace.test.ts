import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { mirror } from "../../src/push/index/mirror.ts";
import { keepPace, paceOf } from "../../src/push/index/pace.ts";
import { statusOf } from "../../src/push/index/status.ts";
import { Ledger } from "../../src/push/ledger/ledger.ts";
import { newPushId } from "../../src/push/steering/id.ts";
import { api, json } from "../http/api.ts";
import { relay } from "../setup/own-relay.ts";
import { inObject, outcome, World } from "./world.ts";

it("how far a push was is kept from its first sample to its last, in a bounded number of rows", () =>
  inObject((storage) => {
    const world = new World(storage, 3);
    const first = world.now;
    for (let n = 0; n < 10_000; n++) {
      world.pass(3_000);
      keepPace(world.ledger, statusOf(world.ledger, world.push, world.limits, world.now), world.now);
    }
    const { samples = [] } = paceOf(world.ledger) ?? {};
    expect(samples.length).toBeLessThanOrEqual(480);
    expect(samples.length).toBeGreaterThan(200);
    expect([samples[0]?.at, samples.at(-1)?.at]).toEqual([first + 3_000, world.now]);
    const times = samples.map(({ at }) => at);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  }));

it("a sample counts the mails that the relay has taken, not refusals nor what expired, with the limit then in force", () =>
  inObject((storage) => {
    const world = new World(storage, 4, { rate: 20 });
    const token = world.sending(1, 2, 3, 4);
    world.settle(token, outcome(1, "sent"), outcome(2, "failed"), outcome(3, "skipped"), outcome(4, "deferred"));
    keepPace(world.ledger, statusOf(world.ledger, world.push, world.limits, world.now), world.now);
    expect(paceOf(world.ledger)?.samples).toEqual([{ at: world.now, done: 1, rate: 20 }]);
  }));

it("what is deferred is grouped by the minute in which it is due, and adds up; a resend is named", () =>
  inObject((storage) => {
    const world = new World(storage, 60);
    const ids = world.release();
    expect(ids.length).toBeGreaterThan(20);
    const { token } = world.claim(ids);
    for (const [n, id] of ids.slice(1).entries()) {
      world.settle(token, outcome(id, n % 4 === 1 ? "deferred" : "sent"));
      world.pass(7_000);
    }
    world.settle(token, outcome(ids[0] ?? 0, "in_doubt"));
    const pace = paceOf(world.ledger);
    const retries = pace?.retries ?? [];
    expect(retries.reduce((sum, { count }) => sum + count, 0)).toBe(world.ledger.tallies().deferred);
    expect(retries.length).toBeGreaterThan(1);
    expect(retries.length).toBeLessThan(20);
    for (const { at, count } of retries) {
      const due = world.ledger.rows(ids).filter((row) => row.state === "deferred" && row.due_at !== null);
      const inMinute = due.filter((row) => Math.floor((row.due_at ?? 0) / 60_000) === Math.floor(at / 60_000));
      expect([Math.min(...inMinute.map((row) => row.due_at ?? 0)), inMinute.length]).toEqual([at, count]);
    }
    expect(pace?.resendAt).toBe(world.row(ids[0] ?? 0).due_at);
  }));

it("a push has a pace once it has run, and an empty one past retention", async () => {
  await relay.reset({});
  await env.DB.prepare("DELETE FROM recipients").run();
  await api("POST", "/api/recipients", [{ address: "ann@example.com" }, { address: "bo@example.com" }]);
  const body = { action: "mailpush", filter: {}, subject: "s", html: "<p>h</p>" };
  const { id } = await json(api("POST", "/api/pushes", body));
  let pace = await json(api("GET", `/api/pushes/${id}/pace`));
  while (pace.samples.at(-1)?.done !== 2) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    pace = await json(api("GET", `/api/pushes/${id}/pace`));
  }
  expect(pace).toMatchObject({ retries: [], resendAt: null });

  const gone = newPushId(Date.now());
  const status = await statusIn(gone);
  await mirror(env.DB, status, 1);
  expect(await json(api("GET", `/api/pushes/${gone}/pace`))).toEqual({ samples: [], retries: [], resendAt: null });
  expect((await api("GET", `/api/pushes/${newPushId(Date.now())}/pace`)).status).toBe(404);
});

/** The status of a push that is in no object of its own. */
async function statusIn(id: string) {
  let status: ReturnType<typeof statusOf> | undefined;
  await inObject((storage) => {
    const world = new World(storage, 1, { id }, {}, Date.now());
    status = statusOf(world.ledger, world.push, world.limits, world.now);
    expect(paceOf(new Ledger(storage))?.samples).toEqual([]);
  });
  if (status === undefined) throw new Error("no status");
  return status;
}
