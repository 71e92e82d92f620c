import { env } from "cloudflare:workers";
import PostalMime from "postal-mime";
import { afterEach, beforeEach, expect, it } from "vitest";
import { totalOf } from "../../src/core/states.ts";
import { api, type Json, json } from "../http/api.ts";
import { relay } from "../setup/own-relay.ts";

const AREAS = ["beijing", "shanghai", "guangzhou"];

beforeEach(async () => {
  await env.DB.batch([env.DB.prepare("DELETE FROM recipients"), env.DB.prepare("DELETE FROM suppressions")]);
});
afterEach(() => relay.reset({}));

/** 2,000 people, in turn in three areas; their addresses and names tell them apart. */
async function importPeople(count = 2_000): Promise<void> {
  const lines = Array.from({ length: count }, (_, i) => `p${i}@example.com,王伟${i},${AREAS[i % 3]}`);
  const answer = await json(
    api("POST", "/api/recipients/import", ["address,username,area", ...lines].join("\n"), {
      "content-type": "text/csv",
    }),
  );
  expect(answer.created).toBe(count);
}

async function push(asked: Json): Promise<Json> {
  const response = await api("POST", "/api/pushes", { action: "mailpush", ...asked });
  expect(response.status).toBe(202);
  return json(response);
}

/** Polls until the push has ended, and holds the invariant at every poll. */
async function ended(id: string): Promise<Json> {
  for (;;) {
    const status = await json(api("GET", `/api/pushes/${id}`));
    expect(totalOf(status.tallies)).toBe(status.total);
    if (status.finishedAt !== null) return status;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

it("everyone in one area gets exactly one mail with their own name, and nobody else any", async () => {
  await relay.reset({ capabilities: ["PIPELINING", "8BITMIME"] });
  await importPeople();
  const { id, expected } = await push({
    filter: { area: "beijing" },
    subject: "你好，{{ username }}",
    html: "<p>Hello <b>{{ username }}</b> of {{ area }}!</p>",
  });
  expect(expected).toBe(667);
  const status = await ended(id);
  expect(status).toMatchObject({ status: "finished", total: 667, success: 667, failure: 0, snapshotDone: true });

  const mails = await relay.mails();
  expect(mails.length).toBe(667);
  const seen = new Set<string>();
  for (const mail of mails) {
    const to = mail.to[0] as string;
    const n = Number(/^p(\d+)@example\.com$/.exec(to)?.[1]);
    expect(n % 3).toBe(0);
    seen.add(to);
    const parsed = await PostalMime.parse(Uint8Array.from(mail.content ?? "", (c) => c.charCodeAt(0)));
    expect(parsed.subject).toBe(`你好，王伟${n}`);
    expect(parsed.html).toContain(`<b>王伟${n}</b> of beijing!`);
    expect(parsed.text).toContain(`王伟${n} of beijing!`);
  }
  expect(seen.size).toBe(667);
  expect((await relay.summary()).violations).toEqual([]);
});

it("refused addresses are the failed ones, each with the server's reply", async () => {
  await relay.reset({
    rules: [{ stage: "rcpt", recipient: "^p\\d*[05]0@", reply: "550 5.1.1 no such user here" }],
    keep: "digest",
  });
  await importPeople(1_000);
  const { id } = await push({ filter: {}, subject: "s", html: "<p>h</p>" });
  const status = await ended(id);
  expect(status).toMatchObject({ total: 1_000, success: 981, failure: 19 });
  const { data: deliveries } = await json(api("GET", `/api/pushes/${id}/deliveries?state=failed&limit=100`));
  expect(deliveries.length).toBe(19);
  for (const one of deliveries) {
    expect(one.address).toMatch(/^p\d*[05]0@example\.com$/);
    expect(one).toMatchObject({ class: "no-such-user", reply: "550 5.1.1 no such user here", attempts: 1 });
  }
  const got = await relay.recipients();
  expect(Object.keys(got).length).toBe(981);
});

it("a 4xx is tried again, later and later, and then it goes through", async () => {
  await relay.reset({
    rules: Array(2).fill({ stage: "rcpt", recipient: "^p7@", nth: 1, reply: "450 4.2.1 try later" }),
  });
  await importPeople(30);
  const { id } = await push({ filter: {}, subject: "s", html: "<p>h</p>" });
  const status = await ended(id);
  expect(status.success).toBe(30);
  const { data: deliveries } = await json(api("GET", `/api/pushes/${id}/deliveries?limit=100`));
  expect(deliveries.find((one: Json) => one.address === "p7@example.com").attempts).toBe(3);
});

it("whoever unsubscribed or was deleted since the snapshot is skipped, and says why", async () => {
  await importPeople(30);
  await env.DB.prepare(
    "INSERT INTO suppressions (address_key, reason, created_at) VALUES ('p3@example.com', 'unsubscribed', 1)",
  ).run();
  const { id } = await push({ filter: {}, subject: "s", html: "<p>h</p>" });
  const status = await ended(id);
  expect(status).toMatchObject({ total: 30, success: 29, tallies: { skipped: 1 } });
  const { data: deliveries } = await json(api("GET", `/api/pushes/${id}/deliveries?state=skipped`));
  expect(deliveries).toMatchObject([{ address: "p3@example.com", class: "unsubscribed" }]);
});

it("a push for nobody finishes at once", async () => {
  const { id, expected } = await push({ filter: { area: "nowhere" }, subject: "s", html: "h" });
  expect(expected).toBe(0);
  expect(await ended(id)).toMatchObject({ status: "finished", total: 0, success: 0 });
});

it("a template that fails for a recipient fails that delivery, not the push", async () => {
  await importPeople(10);
  const html = '{% if username == "王伟3" %}{% for i in (1..100000000) %}x{% endfor %}{% endif %}hello';
  const { id } = await push({ filter: {}, subject: "s", html });
  const status = await ended(id);
  expect(status).toMatchObject({ success: 9, failure: 1 });
  const { data: deliveries } = await json(api("GET", `/api/pushes/${id}/deliveries?state=failed`));
  expect(deliveries[0]).toMatchObject({ address: "p3@example.com", class: "template", attempts: 0 });
});

it("a held push sends what was approved, and nothing before", async () => {
  await relay.reset({});
  await importPeople(40);
  const { id, status } = await push({ filter: {}, subject: "draft", html: "<p>draft</p>", hold: true });
  expect(status).toBe("held");
  const until = async (is: (push: Json) => boolean) => {
    for (let asked = await json(api("GET", `/api/pushes/${id}`)); !is(asked); ) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      asked = await json(api("GET", `/api/pushes/${id}`));
    }
  };
  await until(({ snapshotDone }) => snapshotDone);
  await api("PATCH", `/api/pushes/${id}`, { subject: "approved", html: "<p>approved</p>", contentVersion: 1 });
  expect(await relay.mails()).toEqual([]);
  await api("POST", `/api/pushes/${id}/approve`, { contentVersion: 2 });
  expect(await ended(id)).toMatchObject({ status: "finished", total: 40, success: 40 });
  const mails = await relay.mails();
  expect(mails).toHaveLength(40);
  expect(mails.filter(({ content }) => !content?.includes("Subject: approved"))).toEqual([]);
});

it("a canary that fails stops the push at its mails, and resume sends the rest, once each", async () => {
  await relay.reset({
    rules: [{ stage: "rcpt", recipient: "^p\\d*[02468]@", reply: "550 5.1.1 no such user here" }],
    keep: "digest",
  });
  await importPeople(60);
  const canary = { count: 10, waitSeconds: 1, maxFailureShare: 0.05 };
  const { id } = await push({ filter: {}, subject: "s", html: "<p>h</p>", canary });
  const paused = async (): Promise<Json> => {
    const asked = await json(api("GET", `/api/pushes/${id}`));
    return asked.status === "paused" ? asked : new Promise((resolve) => setTimeout(() => resolve(paused()), 20));
  };
  const { reason, tallies, canary: judged } = await paused();
  expect(reason).toMatch(/^canary: of 10 mails \d+ failed /);
  expect([judged.verdict, tallies.pending, tallies.sent + tallies.failed]).toEqual(["failed", 50, 10]);
  expect(Object.keys(await relay.recipients())).toHaveLength(tallies.sent);
  await api("POST", `/api/pushes/${id}/resume`);
  expect(await ended(id)).toMatchObject({ status: "finished", total: 60, success: 30, failure: 30 });
  expect(Object.values(await relay.recipients())).toEqual(Array(30).fill(1));
});
