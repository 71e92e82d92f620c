import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { postmarkHeaders, readPostmark } from "../../../src/feedback/providers/postmark.ts";
import { KEYS, PUSH, RECIPIENT, TOKEN, webhook } from "./webhook.ts";

const NOW = Date.parse("2026-11-26T12:00:00Z");
const PASSWORD = "a-password-of-our-own";
const vars = { POSTMARK_PASSWORD: PASSWORD };

beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  vi.spyOn(console, "log").mockImplementation(() => undefined);
});
afterEach(() => vi.restoreAllMocks());

/** Postmark's documented example of a bounce, with our metadata. */
function bounceOf(fields: object = {}): object {
  return {
    RecordType: "Bounce",
    MessageStream: "outbound",
    ID: 42,
    Type: "HardBounce",
    TypeCode: 1,
    Name: "Hard bounce",
    Tag: "Test",
    MessageID: "883953f4-6105-42a2-a16a-77a8eac79483",
    Metadata: { mailpush: TOKEN },
    ServerID: 23,
    Description: "The server was unable to deliver your message (ex: unknown user, mailbox not found).",
    Details: "Test bounce details",
    Email: "john@example.com",
    From: "sender@example.com",
    BouncedAt: "2026-11-26T07:33:54.9070259-04:00",
    DumpAvailable: true,
    Inactive: true,
    CanActivate: true,
    Subject: "Test subject",
    ...fields,
  };
}

const COMMON = { MessageID: "883953f4", Metadata: { mailpush: TOKEN }, Recipient: "john@example.com" };

function read(json: object) {
  const result = readPostmark(JSON.stringify(json), { keys: KEYS, now: NOW });
  return result.ok ? result.value : result.error;
}

function basic(username: string, password: string): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}` };
}

it("a mail by Postmark carries the token as metadata within its limits, and keeps its Message-ID", () => {
  expect(postmarkHeaders(TOKEN)).toBe(`X-PM-Metadata-mailpush: ${TOKEN}\r\nX-PM-KeepID: true\r\n`);
  expect(TOKEN.length).toBeLessThanOrEqual(80);
});

it("Postmark's bounces become what their type means", () => {
  const words = (Details: string) => ({ Details });
  for (const [fields, expected] of [
    [{}, { kind: "bounced", permanent: true, suppress: "bounced", address: "john@example.com" }],
    [
      words("smtp;550 5.1.1 The email account that you tried to reach does not exist"),
      { kind: "bounced", status: "5.1.1", class: "no-such-user", suppress: "no-such-user" },
    ],
    [{ Type: "SoftBounce", Inactive: false, ...words("smtp;552 5.2.2 mailbox full") }, { suppress: null }],
    [{ Type: "BadEmailAddress" }, { kind: "bounced", suppress: "no-such-user" }],
    [{ Type: "ManuallyDeactivated" }, { kind: "bounced", suppress: "manual" }],
    [
      { Type: "Blocked", Inactive: false },
      { kind: "bounced", class: "blocked-as-spam", suppress: null },
    ],
    [
      { Type: "SpamNotification", Inactive: false },
      { kind: "bounced", suppress: null },
    ],
    [
      { Type: "DMARCPolicy", Inactive: false },
      { kind: "bounced", suppress: null },
    ],
    [
      { Type: "SMTPApiError", Inactive: false },
      { kind: "bounced", suppress: null },
    ],
    [
      { Type: "SMTPApiError", ...words("You tried to send to recipients that have been marked as inactive.") },
      { kind: "bounced", suppress: "bounced" },
    ],
    [{ Type: "Transient", Inactive: false }, { kind: "delayed" }],
    [{ Type: "DnsError", Inactive: false }, { kind: "delayed" }],
    [{ Type: "AutoResponder", Inactive: false }, { kind: "noted" }],
    [{ Type: "ChallengeVerification", Inactive: false }, { kind: "noted" }],
    [{ Type: "Unsubscribe" }, { kind: "unsubscribed" }],
    [{ Type: "SpamComplaint" }, { kind: "complained" }],
  ] as const) {
    expect(read(bounceOf(fields)), JSON.stringify(fields)).toMatchObject({
      events: [{ push: PUSH, recipient: RECIPIENT, source: "postmark", ...expected }],
    });
  }
});

it("Postmark's other events become what they mean", () => {
  const change = { RecordType: "SubscriptionChange", ChangedAt: "2026-11-26T11:00:00Z", ...COMMON };
  for (const [json, expected] of [
    [{ RecordType: "Delivery", DeliveredAt: "2026-11-26T11:00:00Z", ...COMMON }, { kind: "delivered" }],
    [bounceOf({ RecordType: "SpamComplaint", Type: "SpamComplaint", TypeCode: 512 }), { kind: "complained" }],
    [
      { ...change, SuppressSending: true, SuppressionReason: "ManualSuppression", Origin: "Recipient" },
      { kind: "unsubscribed" },
    ],
    [
      { ...change, SuppressSending: true, SuppressionReason: "ManualSuppression", Origin: "Customer" },
      { kind: "noted" },
    ],
    [
      { ...change, SuppressSending: true, SuppressionReason: "HardBounce" },
      { kind: "bounced", suppress: "bounced" },
    ],
    [{ ...change, SuppressSending: true, SuppressionReason: "SpamComplaint" }, { kind: "complained" }],
    [{ ...change, SuppressSending: false }, { kind: "noted" }],
  ] as const) {
    expect(read(json), JSON.stringify(json)).toMatchObject({ events: [expected] });
  }
  expect(read({ RecordType: "Open", ...COMMON })).toEqual({ events: [], ignored: ["Open"] });
});

it("an event without a token of ours is nobody's, and one of an old or future time is refused", () => {
  for (const Metadata of [{}, { mailpush: `${TOKEN}0` }, { mailpush: TOKEN.replace(/.$/, "!") }, null, []]) {
    expect(read(bounceOf({ Metadata }))).toEqual({ events: [], ignored: ["not ours"] });
  }
  for (const BouncedAt of ["2019-11-05T16:33:54.9070259Z", "2026-11-26T12:06:00Z", "soon", null]) {
    expect(read(bounceOf({ BouncedAt }))).toMatchObject({ code: "webhook-unverified" });
  }
});

it("the webhook takes a call with its user name and password alone", async () => {
  const body = JSON.stringify(bounceOf({ BouncedAt: new Date().toISOString() }));
  const right = basic("mailpush", PASSWORD);
  expect(await webhook("postmark", body, { vars, headers: right })).toMatchObject({
    status: 200,
    events: [{ kind: "bounced" }],
  });
  for (const headers of [
    {},
    basic("mailpush", ""),
    basic("mailpush", `${PASSWORD}x`),
    basic("other", PASSWORD),
    { authorization: `Bearer ${PASSWORD}` },
    { authorization: "Basic" },
  ]) {
    expect(await webhook("postmark", body, { vars, headers })).toEqual({ status: 401, events: [] });
  }
  expect(await webhook("postmark", body, { headers: right })).toEqual({ status: 503, events: [] });
  expect(await webhook("postmark", body, { vars, headers: right, queueFails: true })).toMatchObject({ status: 503 });
  for (const malformed of ["", "{", "[]", "null", "1", '"Bounce"']) {
    expect(await webhook("postmark", malformed, { vars, headers: right })).toEqual({ status: 400, events: [] });
  }
});
