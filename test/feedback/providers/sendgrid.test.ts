import { generateKeyPairSync, sign } from "node:crypto";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { checkSendgrid, readSendgrid, sendgridHeaders } from "../../../src/feedback/providers/sendgrid.ts";
import { KEYS, PUSH, RECIPIENT, TOKEN, webhook } from "./webhook.ts";

const NOW = Date.parse("2026-11-26T12:00:00Z");
const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const PUBLIC_KEY = publicKey.export({ format: "der", type: "spki" }).toString("base64");

beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  vi.spyOn(console, "log").mockImplementation(() => undefined);
});
afterEach(() => vi.restoreAllMocks());

function signatureOf(body: string, at = NOW) {
  const timestamp = String(Math.floor(at / 1000));
  return { timestamp, signature: sign("sha256", Buffer.from(timestamp + body), privateKey).toString("base64") };
}

function check(body: string, signature: { signature: string; timestamp: string }, key = PUBLIC_KEY) {
  return checkSendgrid(new TextEncoder().encode(body), signature, key, NOW);
}

/** As in SendGrid's documented examples, with our argument. */
function eventOf(fields: object): object {
  return {
    email: "example@test.com",
    timestamp: NOW / 1000 - 60,
    "smtp-id": "<14c5d75ce93.dfd.64b469@ismtpd-555>",
    category: "cat facts",
    sg_event_id: "6g4ZI7SA-xmRDv57GoPIPw==",
    sg_message_id: "14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.0",
    mailpush: TOKEN,
    ...fields,
  };
}

function read(...events: readonly unknown[]) {
  const result = readSendgrid(JSON.stringify(events), { keys: KEYS, now: NOW });
  return result.ok ? result.value : result.error;
}

it("a mail by SendGrid carries the token as its one unique argument", () => {
  const header = sendgridHeaders(TOKEN);
  const [name, value = ""] = header.replace(/\r\n(?=[ \t])/g, "").split(/: (.*)\r\n/);
  expect([name, JSON.parse(value)]).toEqual(["X-SMTPAPI", { unique_args: { mailpush: TOKEN } }]);
  for (const line of header.split("\r\n")) expect(line.length).toBeLessThanOrEqual(78);
});

it("the signature covers the body to the last byte, and the time", () => {
  const body = `${JSON.stringify([eventOf({ event: "delivered" })])}\r\n`;
  const signature = signatureOf(body);
  expect(check(body, signature)).toBeNull();
  const otherKey = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey;
  const wrong = { code: "webhook-unverified", detail: "the signature is wrong" };
  expect(check(body.trimEnd(), signature)).toEqual(wrong);
  expect(check(body.replace("delivered", "bounce"), signature)).toEqual(wrong);
  expect(check(body, { ...signature, timestamp: String(NOW / 1000 + 1) })).toEqual(wrong);
  expect(check(body, { ...signature, signature: "" })).toEqual(wrong);
  expect(check(body, signature, otherKey.export({ format: "der", type: "spki" }).toString("base64"))).toEqual(wrong);
  for (const at of [NOW - 3 * 86_400_000 - 1_000, NOW + 5 * 60_000 + 1_000]) {
    expect(check(body, signatureOf(body, at))).toMatchObject({ code: "webhook-unverified" });
  }
});

it("SendGrid's events become what they mean, each in a batch of many mails", () => {
  for (const [fields, expected] of [
    [{ event: "delivered", response: "250 OK" }, { kind: "delivered" }],
    [{ event: "deferred", response: "400 try again later", attempt: "5" }, { kind: "delayed" }],
    [
      { event: "bounce", reason: "500 unknown recipient", status: "5.0.0" },
      { kind: "bounced", permanent: true, class: "no-such-user", suppress: "no-such-user" },
    ],
    [
      { event: "bounce", type: "bounce", reason: "550 5.1.1 user unknown", status: "5.0.0" },
      { status: "5.1.1", suppress: "no-such-user" },
    ],
    [
      { event: "bounce", type: "blocked", reason: "550 5.7.1 blocked as spam", status: "5.7.1" },
      { kind: "bounced", status: "5.7.1", class: "blocked-as-spam", suppress: null },
    ],
    [
      { event: "bounce", type: "bounce", reason: "552 5.2.2 over quota", status: "5.2.2" },
      { kind: "bounced", class: "mailbox-full", suppress: null },
    ],
    [
      { event: "bounce", reason: "unable to get mx info", bounce_classification: "Invalid Address" },
      { suppress: "no-such-user" },
    ],
    [
      { event: "bounce", type: "bounce", reason: "no route to its domain", bounce_classification: "invalid" },
      { permanent: true, suppress: "no-such-user" },
    ],
    [
      { event: "dropped", reason: "Bounced Address", status: "5.0.0" },
      { kind: "bounced", suppress: "bounced" },
    ],
    [
      { event: "dropped", reason: "Unsubscribed Address" },
      { kind: "bounced", suppress: "unsubscribed" },
    ],
    [
      { event: "dropped", reason: "Spam Reporting Address" },
      { kind: "bounced", suppress: "complained" },
    ],
    [
      { event: "dropped", reason: "Invalid" },
      { kind: "bounced", suppress: "no-such-user" },
    ],
    [
      { event: "dropped", reason: "Invalid SMTPAPI header" },
      { kind: "bounced", suppress: null },
    ],
    [
      { event: "dropped", reason: "Recipient List over Package Quota" },
      { kind: "bounced", suppress: null },
    ],
    [{ event: "spamreport" }, { kind: "complained" }],
    [{ event: "unsubscribe" }, { kind: "unsubscribed" }],
    [{ event: "group_unsubscribe", asm_group_id: 10 }, { kind: "unsubscribed" }],
  ] as const) {
    expect(read(eventOf(fields)), JSON.stringify(fields)).toMatchObject({
      events: [
        {
          push: PUSH,
          recipient: RECIPIENT,
          source: "sendgrid",
          address: "example@test.com",
          at: NOW - 60_000,
          ...expected,
        },
      ],
    });
  }
  const mixed = [eventOf({ event: "open" }), eventOf({ event: "delivered" }), eventOf({ event: "x", mailpush: "x" })];
  expect(read(...mixed, eventOf({ event: "bounce", mailpush: "foreign" }), null, 1)).toMatchObject({
    events: [{ kind: "delivered" }],
    ignored: ["open", "x", "not ours", "no event", "no event"],
  });
});

it("the webhook takes a signed call alone", async () => {
  const body = JSON.stringify([eventOf({ event: "spamreport" }), eventOf({ event: "processed" })]);
  const headersOf = ({ signature, timestamp }: { signature: string; timestamp: string }) => ({
    "X-Twilio-Email-Event-Webhook-Signature": signature,
    "X-Twilio-Email-Event-Webhook-Timestamp": timestamp,
  });
  const vars = { SENDGRID_PUBLIC_KEY: PUBLIC_KEY };
  const headers = headersOf(signatureOf(body, Date.now()));
  expect(await webhook("sendgrid", body, { vars, headers })).toMatchObject({
    status: 200,
    events: [{ kind: "complained", recipient: RECIPIENT }],
  });
  expect(await webhook("sendgrid", `${body} `, { vars, headers })).toEqual({ status: 403, events: [] });
  expect(await webhook("sendgrid", body, { vars })).toEqual({ status: 403, events: [] });
  expect(await webhook("sendgrid", body, { headers })).toEqual({ status: 503, events: [] });
  expect(await webhook("sendgrid", body, { vars, headers, queueFails: true })).toMatchObject({ status: 503 });
  const noList = headersOf(signatureOf("{}", Date.now()));
  expect(await webhook("sendgrid", "{}", { vars, headers: noList })).toEqual({ status: 400, events: [] });
});
