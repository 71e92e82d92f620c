import { createMessageBatch, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { parseDocument } from "htmlparser2";
import { beforeEach, describe, expect, it } from "vitest";
import type { FeedbackEvent } from "../../src/feedback/event.ts";
import { signToken } from "../../src/message/signed/delivery-token.ts";
import { newPushId } from "../../src/push/steering/id.ts";
import { addSuppressions, findLifted, findSuppressions } from "../../src/recipients/suppressions.ts";
import { World } from "../push/world.ts";
import { api, call, json } from "./api.ts";

const ONE_CLICK = { "content-type": "application/x-www-form-urlencoded" };
const BODY = "List-Unsubscribe=One-Click";

let events: FeedbackEvent[] = [];
/** The Worker's bindings with a queue that keeps what it is given. */
const bindings = (more: object = {}): Env => ({
  ...env,
  FEEDBACK: {
    sendBatch: async (batch: MessageSendRequest<FeedbackEvent>[]) => events.push(...batch.map((one) => one.body)),
  } as unknown as Env["FEEDBACK"],
  ...more,
});

const tokenOf = (push: string, recipient: number, key = env.SIGNING_KEY) =>
  signToken("unsubscribe", push, recipient, key);
const get = (token: string, headers = {}, method = "GET") =>
  call(method, `/u/${token}`, undefined, headers, bindings());
const post = (token: string, more = {}) => call("POST", `/u/${token}`, BODY, ONE_CLICK, bindings(more));
const reasons = async (address: string) => (await findSuppressions(env.DB, address)).map(({ reason }) => reason);

/** A recipient in D1, and a push whose ledger knows another address for the same one. */
async function delivery(): Promise<{ push: string; recipient: number; token: string; present: string; past: string }> {
  const present = `${crypto.randomUUID()}@example.com`;
  await api("POST", "/api/recipients", [{ address: present }]);
  const recipient = await env.DB.prepare("SELECT id FROM recipients WHERE address = ?1")
    .bind(present)
    .first<number>("id");
  if (recipient === null) throw new Error("no recipient");
  const push = newPushId(Date.now());
  const past = await runInDurableObject(env.PUSH.getByName(push), (_object, { storage }) =>
    storage.transactionSync(() => new World(storage, recipient, { id: push }).row(recipient).address),
  );
  return { push, recipient, token: tokenOf(push, recipient), present, past };
}

beforeEach(async () => {
  events = [];
  const tables = ["suppressions", "lifted_suppressions", "recipients"];
  await env.DB.batch(tables.map((table) => env.DB.prepare(`DELETE FROM ${table}`)));
});

describe("an unsubscribe link", () => {
  it("changes nothing when it is followed, by GET or HEAD, whatever scanners do", async () => {
    const { token, present } = await delivery();
    for (const path of [token, `${token}/undo`]) {
      expect((await get(path)).status).toBe(200);
      expect((await get(path, {}, "HEAD")).status).toBe(200);
    }
    expect([await reasons(present), events]).toEqual([[], []]);
  });

  it("unsubscribes by a one-click POST at once, both the address sent to and the present one, and again is fine", async () => {
    const { push, recipient, token, present, past } = await delivery();
    expect(past).not.toBe(present);
    for (let times = 0; times < 3; times++) {
      const response = await post(token);
      expect([response.status, response.headers.get("location"), response.headers.get("set-cookie")]).toEqual([
        200,
        null,
        null,
      ]);
    }
    for (const address of [present, past]) {
      expect(await findSuppressions(env.DB, address)).toMatchObject([{ reason: "unsubscribed", push, recipient }]);
    }
    expect(events).toMatchObject(Array(3).fill({ kind: "unsubscribed", push, recipient }));
    expect(new Set(events.map(({ id, at }) => `${id} ${at}`)).size, "the same event each time").toBe(1);
  });

  it("pressed in a second mail, after one of another push, is an event of its own time", async () => {
    const { push, recipient, token, present, past } = await delivery();
    const [earlier, before] = [newPushId(1), Date.now() - 1_000];
    const rows = [present, past].map((address) => {
      return { address, reason: "unsubscribed", detail: null, push: earlier, recipient } as const;
    });
    await addSuppressions(env.DB, rows, before);
    for (let times = 0; times < 2; times++) await post(token);
    expect(events).toMatchObject(Array(2).fill({ push, recipient, at: expect.toSatisfy((at) => at > before) }));
    expect(new Set(events.map(({ id }) => id)).size, "once in the delivery's story").toBe(1);
    expect(await findSuppressions(env.DB, past)).toMatchObject([{ push: earlier }]);
  });

  it("takes it back, that reason alone, and an event from before does not make it again", async () => {
    const { token, present, past } = await delivery();
    await addSuppressions(env.DB, [{ address: present, reason: "bounced", detail: null, push: null }], 1);
    await post(token);
    const [event] = events;
    expect((await post(`${token}/undo`)).status).toBe(200);
    expect([await reasons(present), await reasons(past)]).toEqual([["bounced"], []]);
    expect(await findLifted(env.DB, past)).toMatchObject([{ reason: "unsubscribed", liftedBy: "unsubscribe-page" }]);
    const late = { address: past, reason: "unsubscribed", detail: null, push: null, at: event?.at } as const;
    expect(await addSuppressions(env.DB, [late], Date.now())).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 2));
    await post(token);
    expect(await reasons(past)).toEqual(["unsubscribed"]);
  });

  it("works with the push's ledger gone, with the recipient gone, and says so with both gone", async () => {
    const { push, recipient, token, present, past } = await delivery();
    await env.DB.prepare("DELETE FROM recipients WHERE id = ?1").bind(recipient).run();
    await post(token);
    expect([await reasons(present), await reasons(past)]).toEqual([[], ["unsubscribed"]]);
    const other = await delivery();
    await post(tokenOf(newPushId(Date.now()), other.recipient));
    expect(await reasons(other.present)).toEqual(["unsubscribed"]);
    const gone = await post(tokenOf(push, 999_999));
    expect([gone.status, await gone.text()]).toEqual([200, expect.stringContaining("You are on no list")]);
  });

  it("signed with the key before the present one still works", async () => {
    const { push, recipient, present } = await delivery();
    const SIGNING_KEY_PREVIOUS = "a key of some years ago";
    const token = tokenOf(push, recipient, SIGNING_KEY_PREVIOUS);
    expect((await post(token)).status).toBe(404);
    expect((await post(token, { SIGNING_KEY_PREVIOUS })).status).toBe(200);
    expect(await reasons(present)).toEqual(["unsubscribed"]);
  });

  it("is answered with 503 where D1 or the queue fails, with no cause, and a repeat completes it", async () => {
    const { token, present } = await delivery();
    const down = () => {
      throw new Error("secret cause");
    };
    const broken = [{ FEEDBACK: { sendBatch: down } }, { DB: { prepare: down, batch: down } }, { MAIL_FROM: "nobody" }];
    for (const bindings of broken) {
      const response = await post(token, bindings);
      expect([response.status, response.headers.get("retry-after")]).toEqual([503, "60"]);
      expect(await response.text()).not.toMatch(/secret|MAIL_FROM|nobody/);
    }
    expect((await post(token)).status).toBe(200);
    expect([await reasons(present), events.length]).toEqual([["unsubscribed"], 1]);
  });

  it("that is wrong is a 404, and its guesses are limited by address, while valid ones are not", async () => {
    const { push, recipient, token } = await delivery();
    const returned = signToken("return-path", push, recipient, env.SIGNING_KEY);
    for (const wrong of ["x", returned, token.replace(/.$/, (last) => (last === "0" ? "1" : "0")), `${token}0`]) {
      expect([(await get(wrong)).status, (await post(wrong)).status]).toEqual([404, 404]);
    }
    const keys: string[] = [];
    const UNSUBSCRIBE_LIMIT = {
      limit: async ({ key }: { key: string }) => {
        keys.push(key);
        return { success: !key.startsWith("address:") };
      },
    };
    const from = { "cf-connecting-ip": "192.0.2.7" };
    const limited = await call("GET", "/u/x", undefined, from, bindings({ UNSUBSCRIBE_LIMIT }));
    expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, "60"]);
    expect((await call("POST", `/u/${token}`, BODY, from, bindings({ UNSUBSCRIBE_LIMIT }))).status).toBe(200);
    expect(keys).toEqual(["address:192.0.2.7", `token:${push}.${recipient}`]);
  });

  it("takes no other method", async () => {
    const { token } = await delivery();
    expect((await call("DELETE", `/u/${token}`)).status).toBe(405);
  });
});

describe("an undo", () => {
  it("lifts what the unsubscribe made, also for an address that the recipient has no more", async () => {
    const { push, recipient, token, present, past } = await delivery();
    const foreign = `${crypto.randomUUID()}@example.com`;
    await addSuppressions(
      env.DB,
      [{ address: foreign, reason: "unsubscribed", detail: null, push, recipient: 1e9 }],
      1,
    );
    await addSuppressions(env.DB, [{ address: present, reason: "complained", detail: null, push, recipient }], 1);
    expect((await post(token)).status).toBe(200);
    const next = `${crypto.randomUUID()}@example.com`;
    await api("PATCH", `/api/recipients/${recipient}`, { address: next });
    expect((await post(`${token}/undo`)).status).toBe(200);
    expect(await Promise.all([present, past, next, foreign].map(reasons))).toEqual([
      ["complained"],
      [],
      [],
      ["unsubscribed"],
    ]);
    expect(await findLifted(env.DB, present)).toMatchObject([{ reason: "unsubscribed", push, recipient }]);
  });

  it("lifts it where neither the recipient nor the ledger is known any more", async () => {
    const { recipient, token, present } = await delivery();
    expect((await post(token)).status).toBe(200);
    await api("DELETE", `/api/recipients/${recipient}`);
    expect((await post(`${token}/undo`)).status).toBe(200);
    expect(await reasons(present)).toEqual([]);
  });
});

describe("the page", () => {
  it.each([
    [undefined, "en", "Unsubscribe"],
    ["de, fr;q=0.5", "en", "Unsubscribe"],
    ["zh-CN,zh;q=0.9,en;q=0.8", "zh", "退订"],
    ["zh;q=0.2, en-GB;q=0.7", "en", "Unsubscribe"],
    ["fr, zh-Hant-TW;q=0.1", "zh", "退订"],
    ["en;q=0, zh;q=bad", "en", "Unsubscribe"],
  ])("for Accept-Language %s is in %s, with one button and no script", async (accepted, language, button) => {
    const { token } = await delivery();
    const response = await get(token, accepted === undefined ? {} : { "accept-language": accepted });
    const html = await response.text();
    expect(html).toContain(`<html lang="${language}">`);
    expect(html.match(/<button[^>]*>([^<]*)/g)).toEqual([`<button type="submit">${button}`]);
    expect(html).not.toMatch(/<script|javascript:|\bon\w+=/i);
    expect(parseDocument(html).children.length).toBeGreaterThan(0);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "content-language": language,
      "referrer-policy": "no-referrer",
      "x-robots-tag": "noindex",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      vary: "accept-language",
    });
  });

  it("leads by its buttons from asking to done, to undone, and back, under any path", async () => {
    const { token, present } = await delivery();
    const follow = async (response: Response, at: string) => {
      const action = /action="([^"]*)"/.exec(await response.text())?.[1] ?? "none";
      const path = new URL(action, `https://mail.example.com${at}`).pathname;
      return { path, response: await call("POST", path, "", {}, bindings()) };
    };
    const done = await follow(await get(token), `/u/${token}`);
    expect(await reasons(present)).toEqual(["unsubscribed"]);
    const undone = await follow(done.response, done.path);
    expect([undone.path, await reasons(present)]).toEqual([`/u/${token}/undo`, []]);
    const again = await follow(undone.response, undone.path);
    expect([again.path, await reasons(present)]).toEqual([`/u/${token}`, ["unsubscribed"]]);
  });
});

it("no token reaches the log", async () => {
  const { token } = await delivery();
  const lines: string[] = [];
  const [log, error] = [console.log, console.error];
  console.log = (line) => lines.push(String(line));
  console.error = (line) => lines.push(String(line));
  try {
    await post(token);
    await get("a-wrong-token");
    const fails = () => Promise.reject(new Error(`no row for /u/${token}`));
    await post(token, { FEEDBACK: { sendBatch: fails } });
  } finally {
    Object.assign(console, { log, error });
  }
  expect(lines.join("\n")).toContain('"/u/:token"');
  expect(lines.join("\n")).not.toMatch(new RegExp(`${token}|a-wrong-token`));
});

it("the events that it sends are such as the queue's consumer knows", async () => {
  const { token } = await delivery();
  await post(token);
  const batch = createMessageBatch("mailpush-feedback", [
    { id: "1", timestamp: new Date(), attempts: 1, body: events[0] },
  ]);
  expect(batch.messages).toHaveLength(1);
  expect(JSON.stringify(events[0]).length).toBeLessThan(1_000);
  expect(await json(api("GET", "/api/suppressions?reason=unsubscribed"))).toMatchObject({ data: [{}, {}] });
});
