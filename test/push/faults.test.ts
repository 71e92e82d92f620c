import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { totalOf } from "../../src/core/states.ts";
import { api, type Json, json } from "../http/api.ts";
import { relay } from "../setup/own-relay.ts";

beforeEach(async () => {
  await env.DB.batch([env.DB.prepare("DELETE FROM recipients"), env.DB.prepare("DELETE FROM suppressions")]);
});
afterEach(() => relay.reset({}));

async function push(people: number, more: Json = {}): Promise<string> {
  const recipients = Array.from({ length: people }, (_, i) => ({ address: `p${i}@example.com`, username: `p${i}` }));
  await api("POST", "/api/recipients", recipients);
  const asked = { action: "mailpush", filter: {}, subject: "Hello {{ username }}", html: "<p>Hello</p>", ...more };
  return (await json(api("POST", "/api/pushes", asked))).id;
}

function statusOf(id: string): Promise<Json> {
  return json(api("GET", `/api/pushes/${id}`));
}

/** Polls until `done`, and holds the invariant at every poll. */
async function until(id: string, done: (status: Json) => boolean): Promise<Json> {
  for (;;) {
    const status = await statusOf(id);
    expect(totalOf(status.tallies)).toBe(status.total);
    if (done(status)) return status;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const ended = (status: Json) => status.finishedAt !== null;

async function deliveries(id: string, state: string): Promise<Json[]> {
  return (await json(api("GET", `/api/pushes/${id}/deliveries?state=${state}&limit=1000`))).data;
}

describe("outages", () => {
  for (const [name, rule] of Object.entries({
    "a 421 greeting": { stage: "greeting", reply: "421 4.3.2 shutting down", end: "drop" },
    "a 554 greeting": { stage: "greeting", reply: "554 5.3.2 no service here", end: "drop" },
    "a server that hangs up at once": { stage: "greeting", end: "drop" },
    "a server that hangs up at MAIL": { stage: "mail", end: "reset" },
  } as const)) {
    it(`${name} is nobody's fault: the push backs off, says so, and recovers by itself`, async () => {
      await relay.reset({ rules: [rule] });
      const id = await push(60);
      const down = await until(id, (status) => !status.relay.ok);
      expect(down.relay).toMatchObject({
        since: expect.any(String),
        error: expect.any(String),
        nextTryAt: expect.any(String),
      });
      expect(down.tallies.failed).toBe(0);
      await relay.reset({});
      const status = await until(id, ended);
      expect(status).toMatchObject({ success: 60, failure: 0, relay: { ok: true } });
      expect(Object.values(await relay.recipients())).toEqual(Array(60).fill(1));
    });
  }

  it("one mail that makes the server hang up does not stop the others, and fails alone in the end", async () => {
    await relay.reset({ rules: [{ stage: "rcpt", recipient: "^p7@", end: "drop" }] });
    const id = await push(40);
    const status = await until(id, (now) => now.success === 39);
    expect(
      status.tallies.failed +
        status.tallies.deferred +
        status.tallies.pending +
        status.tallies.queued +
        status.tallies.sending,
    ).toBe(1);
    await relay.reset({});
    expect(await until(id, ended)).toMatchObject({ success: 40 });
  });
});

describe("refusals that are not about the recipients", () => {
  it("a refused sender pauses the push with the server's words; resume goes on, and nobody has failed", async () => {
    await relay.reset({ rules: [{ stage: "rcpt", reply: "553 5.7.1 Sender address rejected: not owned by user" }] });
    const id = await push(30);
    const paused = await until(id, (status) => status.status === "paused");
    expect(paused.reason).toContain("Sender address rejected");
    expect(paused.failure).toBe(0);
    await relay.reset({});
    expect((await api("POST", `/api/pushes/${id}/resume`)).status).toBe(200);
    expect(await until(id, ended)).toMatchObject({ success: 30, failure: 0 });
    expect(Object.values(await relay.recipients())).toEqual(Array(30).fill(1));
  });

  it("refusals all alike trip the breaker; retry and resume take them back, and nobody was suppressed", async () => {
    await relay.reset({ rules: [{ stage: "rcpt", reply: "550 5.1.1 User unknown" }] });
    const id = await push(300);
    const paused = await until(id, (status) => status.status === "paused" && status.tallies.sending === 0);
    expect(paused.reason).toContain("550 5.1.1 User unknown");
    expect(paused.failure).toBeGreaterThanOrEqual(20);
    expect(paused.failure).toBeLessThanOrEqual(100);
    await relay.reset({});
    const { retried } = await json(
      api("POST", `/api/pushes/${id}/retry`, { state: ["failed"], class: "no-such-user" }),
    );
    expect(retried).toBe(paused.failure);
    await api("POST", `/api/pushes/${id}/resume`);
    expect(await until(id, ended)).toMatchObject({ success: 300, failure: 0 });
    expect(await env.DB.prepare("SELECT count(*) AS n FROM suppressions").first("n")).toBe(0);
  });

  it("addresses that do not exist are suppressed, and the next push skips them", async () => {
    await relay.reset({ rules: [{ stage: "rcpt", recipient: "^p(3|17)@", reply: "550 5.1.1 User unknown" }] });
    const id = await push(40);
    await until(id, ended);
    const suppressed = () =>
      env.DB.prepare("SELECT count(*) AS n FROM suppressions WHERE push = ?1").bind(id).first("n");
    while ((await suppressed()) !== 2) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await until(await push(40), ended)).toMatchObject({ success: 38, tallies: { skipped: 2 } });
  });

  it("throttling uses up no attempts: all arrive, none fails, and the rate is visible", async () => {
    await relay.reset({ rateLimit: { perSecond: 100 }, keep: "count" });
    const id = await push(400);
    let rate: number | null = null;
    const status = await until(id, (now) => {
      rate ??= now.currentRate;
      return ended(now);
    });
    expect(status).toMatchObject({ success: 400, failure: 0 });
    expect(rate).toBeGreaterThan(0);
    expect((await relay.summary()).doubled).toBe(0);
  });
});

describe("doubt", () => {
  const LOST = { stage: "content", recipient: "^p(5|9)@", nth: 1, end: "drop", taken: true } as const;

  it("a line that dies after the final dot leaves a doubt, which is resent once with the same Message-ID", async () => {
    await relay.reset({ rules: [LOST, LOST] });
    const id = await push(30);
    expect(await until(id, ended)).toMatchObject({ success: 30, failure: 0 });
    const got = await relay.recipients();
    expect(
      Object.entries(got)
        .filter(([, times]) => times > 1)
        .map(([to]) => to)
        .sort(),
    ).toEqual(["p5@example.com", "p9@example.com"]);
    const twice = (await relay.mails()).filter((mail) => mail.to[0] === "p5@example.com");
    expect(new Set(twice.map((mail) => mail.messageId)).size).toBe(1);
  });

  it('with inDoubt "hold" it waits for a person, who resolves it', async () => {
    await relay.reset({ rules: [LOST, LOST] });
    const id = await push(30, { inDoubt: "hold" });
    expect(await until(id, ended)).toMatchObject({ success: 28, tallies: { in_doubt: 2 } });
    const held = await deliveries(id, "in_doubt");
    const { resolved, push: after } = await json(
      api("POST", `/api/pushes/${id}/resolve`, { ids: held.map((one) => one.id), as: "sent" }),
    );
    expect({ resolved, success: after.success }).toEqual({ resolved: 2, success: 30 });
    expect((await relay.summary()).doubled).toBe(0);
  });
});

describe("steering by hand", () => {
  it("pause stops what is not in a conversation, resume goes on, and everybody gets one mail", async () => {
    await relay.reset({ rttMs: 2, keep: "count" });
    const id = await push(600);
    await until(id, (status) => status.tallies.sent > 0);
    expect(await json(api("POST", `/api/pushes/${id}/pause`))).toMatchObject({ status: "paused", reason: "asked for" });
    const still = await until(id, (status) => status.tallies.sending === 0);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((await statusOf(id)).tallies.sent).toBe(still.tallies.sent);
    await api("POST", `/api/pushes/${id}/resume`);
    expect(await until(id, ended)).toMatchObject({ success: 600 });
    expect((await relay.summary()).doubled).toBe(0);
  });

  it("cancel keeps what was sent and cancels the rest; a wrong transition is a 409 that says why", async () => {
    await relay.reset({ rttMs: 2, keep: "count" });
    const id = await push(600);
    await until(id, (status) => status.tallies.sent > 0);
    expect((await api("POST", `/api/pushes/${id}/cancel`)).status).toBe(200);
    const status = await until(id, ended);
    expect(status.status).toBe("cancelled");
    expect(status.tallies.sent + status.tallies.cancelled).toBe(600);
    expect(status.tallies.sent).toBe((await relay.summary()).mails);
    for (const action of ["resume", "pause", "retry"]) {
      const refused = await api("POST", `/api/pushes/${id}/${action}`);
      expect(refused.status).toBe(409);
      expect((await json(refused)).detail).toContain("cancelled");
    }
  });

  it("a push with sendAt waits for its time, and can be cancelled before it", async () => {
    const soon = await push(5, { sendAt: new Date(Date.now() + 700).toISOString() });
    const never = await push(5, { sendAt: new Date(Date.now() + 3_600_000).toISOString() });
    expect((await statusOf(soon)).status).toBe("scheduled");
    expect(await json(api("POST", `/api/pushes/${never}/cancel`))).toMatchObject({ status: "cancelled" });
    const status = await until(soon, ended);
    expect(status.success).toBe(5);
    expect(Date.parse(status.startedAt)).toBeGreaterThanOrEqual(Date.parse(status.sendAt));
    expect(await until(never, ended)).toMatchObject({ total: 0 });
  });
});
