import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it } from "vitest";
import { totalOf } from "../../src/core/states.ts";
import { api, type Json, json } from "../http/api.ts";
import { relay } from "../setup/own-relay.ts";

beforeEach(async () => {
  await env.DB.batch([env.DB.prepare("DELETE FROM recipients"), env.DB.prepare("DELETE FROM suppressions")]);
});
afterEach(() => relay.reset({}));

async function push(people: number): Promise<string> {
  const recipients = Array.from({ length: people }, (_, i) => ({ address: `p${i}@example.com`, username: `p${i}` }));
  await api("POST", "/api/recipients", recipients);
  const asked = { action: "mailpush", filter: {}, subject: "Hello {{ username }}", html: "<p>Hello</p>" };
  return (await json(api("POST", "/api/pushes", asked))).id;
}

/** Polls until `done`, and holds the invariant at every poll. */
async function until(id: string, done: (status: Json) => boolean): Promise<Json> {
  for (;;) {
    const status = await json(api("GET", `/api/pushes/${id}`));
    expect(totalOf(status.tallies)).toBe(status.total);
    if (done(status)) return status;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const atRest = (status: Json) => status.finishedAt !== null || status.status === "paused";

for (const capabilities of [["PIPELINING", "CHUNKING"], ["PIPELINING"], []]) {
  it(`a relay (${capabilities.join(", ") || "no extension"}) that takes each content and drops the line before its reply`, async () => {
    await relay.reset({ capabilities, rules: [{ stage: "content", end: "drop", taken: true }], keep: "count" });
    const id = await push(1_000);
    const status = await until(id, (now) => now.status === "paused" && now.tallies.sending === 0);
    expect(status.reason).toContain("the connection was lost after the message");
    expect(status.success).toBe(0);
    const summary = await relay.summary();
    expect(summary.addresses).toBeLessThanOrEqual(120);
    expect(summary.doubled).toBe(0);
  });
}

it("one in a hundred refused for what we are fails alone, and the push neither pauses nor slows down", async () => {
  await relay.reset({
    rules: [
      { stage: "rcpt", recipient: "^p\\d*07@", reply: "554 5.7.1 Relay access denied" },
      { stage: "rcpt", recipient: "^p\\d*08@", reply: "552 5.3.4 too big" },
    ],
    keep: "count",
  });
  const status = await until(await push(1_000), atRest);
  expect(status).toMatchObject({ status: "finished", success: 982, failure: 18, currentRate: null });
});

it("a relay that defers whatever exceeds its rate is kept at that rate, and nobody fails", async () => {
  await relay.reset({ rateLimit: { perSecond: 50, reply: "451 Sorry, too busy. Try again later." }, keep: "count" });
  const status = await until(await push(200), atRest);
  expect(status).toMatchObject({ status: "finished", success: 200, failure: 0 });
  expect((await json(api("GET", "/api/relays/default"))).perSecond).toBeGreaterThan(0);
  expect((await relay.summary()).doubled).toBe(0);
});

it('"later" to everybody makes the push wait, costs nobody an attempt, and then all get their mail', async () => {
  await relay.reset({ rules: [{ stage: "rcpt", reply: "451 4.3.0 Temporary lookup failure" }], keep: "count" });
  const id = await push(200);
  const down = await until(id, (status) => !status.relay.ok && status.tallies.deferred === 0);
  expect(down.relay.error).toContain("Temporary lookup failure");
  await relay.reset({});
  expect(await until(id, atRest)).toMatchObject({ status: "finished", success: 200 });
  const { data: deliveries } = await json(api("GET", `/api/pushes/${id}/deliveries?limit=1000`));
  expect(new Set(deliveries.map((one: Json) => one.attempts))).toEqual(new Set([1]));
});

it("a quota of our account makes the push rest, visibly", async () => {
  const reply = "550 Domain example.org has exceeded the max emails per hour (100/100 (100%)) allowed.";
  await relay.reset({ rules: [{ stage: "content", from: 101, reply }], keep: "count" });
  const id = await push(200);
  const resting = await until(id, (status) => !status.relay.ok);
  expect(resting).toMatchObject({
    status: "running",
    failure: 0,
    relay: { error: expect.stringContaining("max emails") },
  });
  await relay.reset({});
  expect(await until(id, atRest)).toMatchObject({ status: "finished", success: 200, failure: 0 });
});
