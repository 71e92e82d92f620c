import { env } from "cloudflare:workers";
import PostalMime from "postal-mime";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readSettings } from "../../src/config/settings.ts";
import { sendAlone } from "../../src/drafts/send-alone.ts";
import { app } from "../../src/http/app.ts";
import { relayObject, termsOf } from "../../src/relay/call.ts";
import { api, call, type Json, json } from "../http/api.ts";
import type { Rule } from "../relay/script.ts";
import { transportOf } from "../relay-server.ts";
import { relay } from "../setup/own-relay.ts";

const PUSH = {
  action: "mailpush",
  filter: {},
  subject: "Hello {{ username }}",
  html: '<p>{{ address }} {{ attributes.plan }}</p><a href="{{ unsubscribe_url }}">Leave</a>',
};
const test = (body: object) => api("POST", "/api/pushes/test", { ...PUSH, ...body });
const answersOf = async (body: object): Promise<Json[]> => {
  const answer = await test(body);
  expect(answer.status).toBe(200);
  return (await json(answer)).data;
};

async function sentMails() {
  const mails = await relay.mails();
  return Promise.all(
    mails.map(async ({ to, content }) => ({
      ...(await PostalMime.parse(Uint8Array.from(content ?? "", (char) => char.charCodeAt(0)))),
      to: to[0],
    })),
  );
}

beforeEach(async () => {
  for (const table of ["recipients", "suppressions", "erased_suppressions"]) {
    await env.DB.prepare(`DELETE FROM ${table}`).run();
  }
  await api("POST", "/api/recipients", [{ address: "ann@example.com", username: "Ann", attributes: { plan: "pro" } }]);
  await relay.reset({});
});
afterEach(() => relay.reset({}));

describe("a test", () => {
  it("goes to each address, marked, and answers what the server said", async () => {
    const to = Array.from({ length: 10 }, (_, n) => `p${n}@example.com`);
    const answers = await answersOf({ to, recipient: { username: "Li", attributes: { plan: "x" } } });
    expect(answers.map((one) => one.to)).toEqual(to);
    for (const one of answers) expect(one).toMatchObject({ accepted: true, reply: expect.stringMatching(/^250 /) });
    const mails = await sentMails();
    expect(mails.map((mail) => mail.to).sort()).toEqual(to);
    for (const mail of mails) {
      expect(mail.subject).toBe("[Test] Hello Li");
      expect(mail.html).toContain(`${mail.to} x`);
    }
    expect(new Set(mails.map(({ messageId }) => messageId)).size).toBe(10);
  });

  it("is in no push and no tally", async () => {
    const count = () => env.DB.prepare("SELECT count(*) AS n FROM pushes").first("n");
    const before = await count();
    await answersOf({ to: ["p@example.com"] });
    expect(await count()).toBe(before);
  });

  it("shows each recipient their own mail unless somebody is named", async () => {
    const id = (await env.DB.prepare("SELECT id FROM recipients").first("id")) as number;
    await answersOf({ to: ["Ann@example.com", "p@example.com"] });
    await answersOf({ to: ["p@example.com"], recipientId: id });
    expect((await sentMails()).map(({ to, subject }) => `${to} ${subject}`).sort()).toEqual([
      "Ann@example.com [Test] Hello Ann",
      "p@example.com [Test] Hello",
      "p@example.com [Test] Hello Ann",
    ]);
  });

  it("sends nothing to a suppressed address, nor to one that was suppressed before it was erased", async () => {
    await api("POST", "/api/suppressions", [
      { address: "bo@example.com", reason: "manual" },
      { address: "cy@example.com", reason: "unsubscribed" },
      { address: "ann@example.com", reason: "complained" },
    ]);
    const id = await env.DB.prepare("SELECT id FROM recipients").first("id");
    await api("DELETE", `/api/recipients/${id}?erase=true`);
    expect(await env.DB.prepare("SELECT count(*) AS n FROM erased_suppressions").first("n")).toBe(1);
    const to = ["BO@example.com", "cy@example.com", "di@example.com", "ann@example.com"];
    const kinds = async (more: object) =>
      (await answersOf({ to, ...more })).map((one) => `${one.accepted} ${one.class}`);
    expect(await kinds({})).toEqual(["false manual", "false unsubscribed", "true accepted", "false complained"]);
    // A receipt is no mail of a list.
    expect(await kinds({ list: false })).toEqual([
      "false manual",
      "true accepted",
      "true accepted",
      "false complained",
    ]);
    expect(Object.keys(await relay.recipients()).sort()).toEqual(["cy@example.com", "di@example.com"]);
  });

  it("carries links to unsubscribe that do nothing", async () => {
    await answersOf({ to: ["ann@example.com"] });
    const [mail] = await sentMails();
    const header = mail?.headers.find(({ key }) => key === "list-unsubscribe")?.value ?? "";
    for (const link of [/<https?:\/\/[^/]+(\/u\/[^>]+)>/.exec(header)?.[1], /\/u\/[^"]+/.exec(mail?.html ?? "")?.[0]]) {
      expect(link).toBeDefined();
      const answer = await app.fetch(new Request(`http://mailpush.test${link}`, { method: "POST" }), env);
      expect(answer.status).toBe(404);
    }
    expect(await env.DB.prepare("SELECT count(*) AS n FROM suppressions").first("n")).toBe(0);
  });

  it("tells the words of each server apart, and one that fails does not stop the others", async () => {
    const rules: Rule[] = [
      { stage: "rcpt", recipient: "^no", reply: "550 5.1.1 no such user" },
      { stage: "rcpt", recipient: "^later", reply: "451 4.7.1 try later" },
      { stage: "content", recipient: "^gone", end: "drop" },
      { stage: "mail", session: 1, reply: "421 4.3.2 going down", end: "drop" },
    ];
    await relay.reset({ rules });
    const answers = await answersOf({ to: ["down@example.com"] });
    expect(answers).toMatchObject([{ accepted: false, reply: expect.stringContaining("going down") }]);
    const to = ["no@example.com", "later@example.com", "gone@example.com", "yes@example.com"];
    expect(await answersOf({ to })).toMatchObject([
      { accepted: false, reply: expect.stringContaining("550 5.1.1 no such user") },
      { accepted: false, reply: expect.stringContaining("451 4.7.1 try later") },
      { accepted: null, class: "in-doubt" },
      { accepted: true, class: "accepted" },
    ]);
  });

  it("of a mail that cannot be composed says why, and does not hide it behind the mark", async () => {
    expect(await answersOf({ to: ["p@example.com"], subject: "{{ username }}" })).toEqual([
      { to: "p@example.com", accepted: false, class: "template", reply: "subject: it is empty" },
    ]);
  });

  it("takes up to ten addresses, each once in whatever case", async () => {
    expect(await answersOf({ to: ["p@example.com", "P@Example.com"] })).toHaveLength(1);
    expect(await relay.mails()).toHaveLength(1);
    for (const to of [undefined, [], "p@example.com", ["nobody"], Array(11).fill("p@example.com")]) {
      expect((await test({ to })).status).toBe(400);
    }
  });
});

describe("the relay of a test", () => {
  const AUTHORISED = { authorization: `Bearer ${env.API_TOKEN}` };
  const server = { host: "127.0.0.1", port: relay.port, security: "none" };
  const to = Array.from({ length: 5 }, (_, n) => `p${n}@example.com`);
  /** Answers over relays of these ids and limits. */
  async function over(bindings: object, body: object = {}): Promise<Json> {
    const answer = await call("POST", "/api/pushes/test", { ...PUSH, to, ...body }, AUTHORISED, {
      ...env,
      ...bindings,
    } as Env);
    expect(answer.status).toBe(200);
    return json(answer);
  }
  const relays = (...entries: object[]) => ({ RELAYS: JSON.stringify(entries.map((one) => ({ ...server, ...one }))) });

  it("gives no more mails than its quota has left, for all tests together", async () => {
    const bindings = relays({ id: "quota-of-a-test", quotas: [{ limit: 7, seconds: 3_600 }] });
    const accepted = async () => (await over(bindings)).data.map((one: Json) => one.accepted);
    expect(await accepted()).toEqual([true, true, true, true, true]);
    expect(await accepted()).toEqual([true, true, false, false, false]);
    const [last] = (await over(bindings)).data;
    expect(last).toMatchObject({
      accepted: false,
      reply: expect.stringMatching(/^not begun: the quota \(7 in 1 h\) is used/),
    });
    expect(await relay.mails()).toHaveLength(7);
  });

  it("is not used while it is paused, and says so at once", async () => {
    const bindings = relays({ id: "paused-for-a-test" });
    const [settings] = readSettings({ ...env, ...bindings } as Env).relays;
    if (settings === undefined) throw new Error("no relay");
    await relayObject(env, settings.id).pause(termsOf(settings));
    for (const one of (await over(bindings)).data) {
      expect(one).toMatchObject({ accepted: false, reply: "not begun: paused by a person" });
    }
    await relayObject(env, settings.id).resume(termsOf(settings));
    expect((await over(bindings)).data[0].accepted).toBe(true);
  });

  it("is one of those that the push may use", async () => {
    const bindings = relays({ id: "first", port: 1, weight: 9 }, { id: "second", weight: 1 });
    expect(await over(bindings, { to: ["p@example.com"], relays: ["second"] })).toMatchObject({
      relay: "second",
      data: [{ accepted: true }],
    });
    const answer = await call("POST", "/api/pushes/test", { ...PUSH, to, relays: ["third"] }, AUTHORISED);
    expect(answer.status).toBe(400);
  });

  it("is used slowly where nothing answers for it", async () => {
    const silent = { getByName: () => ({ report: () => Promise.reject(new Error("Network connection lost.")) }) };
    const answers = await over({ RELAY: silent }, { to: ["p@example.com"] });
    expect(answers.data).toMatchObject([{ accepted: true }]);
  });

  it("has no more sessions than it may", async () => {
    await relay.reset({ rttMs: 60 });
    const bindings = relays({ id: "narrow-for-a-test", maxSessions: 1 });
    const { data } = await over(bindings, { to: to.slice(0, 3) });
    expect(data.map((one: Json) => one.accepted)).toEqual([true, true, true]);
    const sessions = await relay.sessions();
    // A session takes eight round trips; the relay may note the end of one a moment after the next has begun.
    const together = sessions.filter(({ startedAt }, at) =>
      sessions.slice(0, at).some(({ endedAt }) => (endedAt ?? Number.POSITIVE_INFINITY) > startedAt + 60),
    );
    expect(together).toEqual([]);
  });
});

describe("a server that does not answer in time", () => {
  const mail = {
    id: 0,
    from: "a@example.com",
    to: "b@example.com",
    envelopeId: null,
    content: new TextEncoder().encode("Subject: x\r\n\r\nx\r\n"),
    eightBit: false,
  };

  it.each(["greeting", "ehlo", "mail", "rcpt", "content"] as const)("at %s is said not to", async (stage) => {
    await relay.reset({ rules: [{ stage, stall: true }] });
    const now = Date.now();
    const answer = await sendAlone(transportOf(env), mail, now + 300, "no answer within 30 s", now);
    expect(answer).toEqual({ accepted: null, class: null, reply: "no answer within 30 s" });
  });

  it("is not asked once the time is over", async () => {
    const now = Date.now();
    const answer = await sendAlone(transportOf(env), mail, now, "no answer within 30 s", now);
    expect(answer).toMatchObject({ accepted: false, reply: "not begun: no answer within 30 s" });
    expect(await relay.mails()).toEqual([]);
  });
});
