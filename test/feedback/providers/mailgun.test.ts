import { env } from "cloudflare:workers";
import { createHmac } from "node:crypto";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { mailgunHeaders, readMailgun, verifyMailgun } from "../../../src/feedback/providers/mailgun.ts";
import { SIGNATURE_LIFETIME_MS } from "../../../src/feedback/providers/provider.ts";
import { spendToken, takeToken } from "../../../src/feedback/providers/used-tokens.ts";
import { KEYS, PUSH, RECIPIENT, TOKEN, webhook } from "./webhook.ts";

const NOW = Date.parse("2026-11-26T12:00:00Z");
const KEY = "key-of-the-webhooks-of-mailgun";
const vars = { MAILGUN_SIGNING_KEY: KEY };

beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  vi.spyOn(console, "log").mockImplementation(() => undefined);
});
afterEach(() => vi.restoreAllMocks());

let calls = 0;
function newToken(): string {
  return `${calls++}`.padStart(50, "e0b5477167110d68991efc6b9f89f0a11066af27834600e123");
}

function signatureOf(token: string, at = NOW, key = KEY) {
  const timestamp = String(Math.floor(at / 1000));
  return {
    token,
    timestamp,
    signature: createHmac("sha256", key)
      .update(timestamp + token)
      .digest("hex"),
  };
}

/** As in Mailgun's documented examples, with our variable. */
function eventOf(fields: object): object {
  return {
    event: "failed",
    id: "G9Bn5sl1TC6nu79C8C0bwg",
    timestamp: NOW / 1000 - 60 + 0.25,
    "log-level": "error",
    severity: "permanent",
    reason: "suppress-bounce",
    recipient: "alice@example.com",
    "recipient-domain": "example.com",
    "user-variables": { mailpush: TOKEN },
    ...fields,
  };
}

function bodyOf(signature: object, event: object = eventOf({})): string {
  return JSON.stringify({ signature, "event-data": event });
}

function read(fields: object) {
  return readMailgun(eventOf(fields), { keys: KEYS, now: NOW });
}

it("a mail by Mailgun carries the token as its one variable", () => {
  const header = mailgunHeaders(TOKEN);
  const [name, value = ""] = header.replace(/\r\n(?=[ \t])/g, "").split(/: (.*)\r\n/);
  expect([name, JSON.parse(value)]).toEqual(["X-Mailgun-Variables", { mailpush: TOKEN }]);
  for (const line of header.split("\r\n")) expect(line.length).toBeLessThanOrEqual(78);
});

it("a call is taken with the signature of our key, or of the parent account's for a subaccount", () => {
  const own = signatureOf(newToken());
  expect(verifyMailgun(bodyOf(own), KEY, NOW)).toMatchObject({ ok: true, value: { token: own.token } });
  const sub = { ...own, signature: signatureOf(own.token, NOW, "another-key").signature };
  expect(verifyMailgun(bodyOf({ ...sub, "parent-signature": own.signature }), KEY, NOW)).toMatchObject({ ok: true });
  for (const wrong of [sub, { ...own, token: newToken() }, { ...own, signature: "" }, { ...own, timestamp: "1" }]) {
    expect(verifyMailgun(bodyOf(wrong), KEY, NOW)).toMatchObject({ error: { code: "webhook-unverified" } });
  }
  // One signature, the border between time and token moved.
  const moved = { ...own, timestamp: own.timestamp.slice(0, 9), token: own.timestamp.slice(9) + own.token };
  expect(verifyMailgun(bodyOf(moved), KEY, NOW)).toMatchObject({ error: { code: "webhook-unverified" } });
  for (const at of [NOW - 3 * 86_400_000 - 1_000, NOW + 5 * 60_000 + 1_000]) {
    const old = bodyOf(signatureOf(newToken(), at));
    expect(verifyMailgun(old, KEY, NOW)).toMatchObject({ error: { code: "webhook-unverified" } });
  }
  for (const body of ["", "{}", "null", '{"signature":null}', "a=b"]) {
    expect(verifyMailgun(body, KEY, NOW)).toMatchObject({ error: { code: "invalid-body" } });
  }
});

it("Mailgun's events become what they mean", () => {
  const status = (code: number, message: string, enhanced?: string) => ({
    "delivery-status": { code, message, "enhanced-code": enhanced, "attempt-no": 1 },
  });
  for (const [fields, expected] of [
    [status(605, "Not delivering to previously bounced address"), { kind: "bounced", suppress: "bounced" }],
    [
      { reason: "suppress-complaint", ...status(607, "complained") },
      { kind: "bounced", suppress: "complained" },
    ],
    [
      { reason: "suppress-unsubscribe", ...status(606, "x") },
      { kind: "bounced", suppress: "unsubscribed" },
    ],
    ...(
      [
        [605, "bounced"],
        [606, "unsubscribed"],
        [607, "complained"],
      ] as const
    ).map(
      ([code, suppress]) =>
        [
          { reason: "generic", ...status(code, "x") },
          { kind: "bounced", suppress },
        ] as const,
    ),
    [
      { reason: "bounce", ...status(550, "5.1.1 The email account that you tried to reach does not exist", "5.1.1") },
      { kind: "bounced", status: "5.1.1", permanent: true, class: "no-such-user", suppress: "no-such-user" },
    ],
    [
      {
        reason: "bounce",
        "user-variables": { mailpush: TOKEN, other: [] },
        ...status(
          550,
          "5.5.0 Requested action not taken: mailbox unavailable (S2017062302). [BN3PEPF0000B36D]",
          "5.5.0",
        ),
      },
      { kind: "bounced", status: "5.5.0", permanent: true, class: "no-such-user", suppress: "no-such-user" },
    ],
    [
      { reason: "generic", ...status(550, "5.7.1 Message rejected as spam", "5.7.1") },
      { kind: "bounced", class: "blocked-as-spam", suppress: null },
    ],
    [
      { reason: "old", ...status(602, "Too old") },
      { kind: "bounced", status: null, class: null, suppress: null },
    ],
    [{ severity: "temporary", reason: "generic", ...status(452, "4.2.2 over quota", "4.2.2") }, { kind: "delayed" }],
    [
      { event: "delivered", ...status(250, "OK") },
      { kind: "delivered", at: NOW - 59_750 },
    ],
    [{ event: "complained" }, { kind: "complained" }],
    [{ event: "unsubscribed" }, { kind: "unsubscribed" }],
    [
      { event: "rejected", reject: { reason: "Sandbox" } },
      { kind: "bounced", suppress: null, words: "Sandbox" },
    ],
  ] as const) {
    expect(read(fields), JSON.stringify(fields)).toMatchObject({
      events: [{ push: PUSH, recipient: RECIPIENT, source: "mailgun", address: "alice@example.com", ...expected }],
    });
  }
  expect(read({ event: "opened" })).toEqual({ events: [], ignored: ["opened"] });
  expect(read({ "user-variables": { mailpush: "x" } })).toEqual({ events: [], ignored: ["not ours"] });
});

it("a token is good for one call: the same again, and another event with it, are refused", async () => {
  const signature = signatureOf(newToken(), Date.now());
  const complaint = bodyOf(signature, eventOf({ event: "complained" }));
  expect(await webhook("mailgun", complaint, { vars })).toMatchObject({
    status: 200,
    events: [{ kind: "complained" }],
  });
  expect(await webhook("mailgun", complaint, { vars })).toEqual({ status: 406, events: [] });
  expect(await webhook("mailgun", bodyOf(signature), { vars })).toEqual({ status: 406, events: [] });
});

it("a call whose events did not reach the queue is taken again, and no other one with its token", async () => {
  const signature = signatureOf(newToken(), Date.now());
  const complaint = bodyOf(signature, eventOf({ event: "complained" }));
  expect(await webhook("mailgun", complaint, { vars, queueFails: true })).toMatchObject({ status: 503 });
  expect(await webhook("mailgun", bodyOf(signature), { vars })).toEqual({ status: 406, events: [] });
  expect(await webhook("mailgun", complaint, { vars })).toMatchObject({
    status: 200,
    events: [{ kind: "complained" }],
  });
  expect(await webhook("mailgun", complaint, { vars })).toEqual({ status: 406, events: [] });
});

it("of two calls at once with one token, only one is taken", async () => {
  const token = newToken();
  const taken = await Promise.all(["a", "b", "c"].map((digest) => takeToken(env.DB, token, digest, NOW)));
  expect(taken.filter((one) => one)).toHaveLength(1);
});

it("a token is forgotten only when its signature is no longer valid", async () => {
  const token = newToken();
  expect(await takeToken(env.DB, token, "a", NOW)).toBe(true);
  await spendToken(env.DB, token);
  expect(await takeToken(env.DB, newToken(), "b", NOW + SIGNATURE_LIFETIME_MS)).toBe(true);
  expect(await takeToken(env.DB, token, "a", NOW + SIGNATURE_LIFETIME_MS)).toBe(false);
  expect(await takeToken(env.DB, newToken(), "b", NOW + SIGNATURE_LIFETIME_MS + 1)).toBe(true);
  const left = env.DB.prepare("SELECT count(*) AS n FROM mailgun_tokens WHERE token = ?1").bind(token);
  expect(await left.first("n")).toBe(0);
});

it("the webhook takes a signed call alone", async () => {
  const right = signatureOf(newToken(), Date.now());
  expect(await webhook("mailgun", bodyOf({ ...right, signature: "0".repeat(64) }), { vars })).toEqual({
    status: 403,
    events: [],
  });
  expect(await webhook("mailgun", bodyOf(right))).toEqual({ status: 503, events: [] });
  expect(await webhook("mailgun", "{", { vars })).toEqual({ status: 400, events: [] });
});
