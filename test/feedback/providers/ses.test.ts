import { sign } from "node:crypto";
import { afterEach, beforeAll, expect, it, vi } from "vitest";
import { readSes, sesHeaders } from "../../../src/feedback/providers/ses.ts";
import { verifySns } from "../../../src/feedback/providers/sns.ts";
import { confirmSubscription, readCertificate } from "../../../src/feedback/providers/sns-host.ts";
import { KEYS, PUSH, RECIPIENT, rsaCertificate, TOKEN, webhook } from "./webhook.ts";

const TOPIC = "arn:aws:sns:us-east-1:123456789012:mailpush";
const HOST = "https://sns.us-east-1.amazonaws.com";
const CERTIFICATE = `${HOST}/SimpleNotificationService-0123456789abcdef.pem`;
const NOW = Date.parse("2026-11-26T12:00:00Z");
const FIELDS = {
  Notification: ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"],
  SubscriptionConfirmation: ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"],
};
const TAG = TOKEN.replaceAll(".", "_");

let sns: { pem: string; key: string };
let other: { pem: string; key: string };
beforeAll(async () => {
  sns = await rsaCertificate();
  other = await rsaCertificate();
});
afterEach(() => vi.restoreAllMocks());

type Fields = Record<string, string | undefined>;

/** A message of SNS, signed. `after` changes it afterwards. */
function snsMessage(fields: Fields = {}, { after = {}, key = sns.key }: { after?: Fields; key?: string } = {}): string {
  const message: Fields = {
    Type: "Notification",
    MessageId: "da41e39f-ea4d-435a-b922-c6aae3915ebe",
    TopicArn: TOPIC,
    Message: bounceOf(),
    Timestamp: new Date(NOW).toISOString(),
    SignatureVersion: "1",
    SigningCertURL: CERTIFICATE,
    ...fields,
  };
  const text = FIELDS[message.Type === "Notification" ? "Notification" : "SubscriptionConfirmation"]
    .filter((name) => message[name] !== undefined)
    .map((name) => `${name}\n${message[name]}\n`)
    .join("");
  const digest = message.SignatureVersion === "2" ? "RSA-SHA256" : "RSA-SHA1";
  const Signature = sign(digest, Buffer.from(text), key).toString("base64");
  return JSON.stringify({ ...message, Signature, ...after });
}

/** SES's documented example, with our tag. */
function bounceOf(bounce: object = {}, tag: string = TAG): string {
  return JSON.stringify({
    eventType: "Bounce",
    bounce: {
      bounceType: "Permanent",
      bounceSubType: "General",
      bouncedRecipients: [
        {
          emailAddress: "recipient@example.com",
          action: "failed",
          status: "5.1.1",
          diagnosticCode: "smtp; 550 5.1.1 user unknown",
        },
      ],
      timestamp: "2026-11-26T11:59:00.669Z",
      feedbackId: "01000157c44f053b-61b59c11-9236-11e6-8f96-7be8aexample-000000",
      reportingMTA: "dsn; mta.example.com",
      ...bounce,
    },
    mail: {
      timestamp: "2026-11-26T11:58:02.012Z",
      messageId: "EXAMPLE7c191be45-e9aedb9a-02f9-4d12-a87d-dd0099a07f8a-000000",
      destination: ["recipient@example.com"],
      tags: { "ses:configuration-set": ["ConfigSet"], mailpush: [tag] },
    },
  });
}

function eventOf(type: string, details: object, tag: string = TAG): string {
  const mail = { messageId: "m-1", destination: ["recipient@example.com"], tags: { mailpush: [tag] } };
  const field = type === "Rendering Failure" ? "failure" : type[0]?.toLowerCase() + type.slice(1);
  return JSON.stringify({ eventType: type, mail, [field]: { timestamp: "2026-11-26T11:59:00Z", ...details } });
}

async function verified(body: string, certificate = async (_url: string) => sns.pem) {
  return verifySns(body, { topicArn: TOPIC, now: NOW, certificate });
}

function read(message: string) {
  return readSes(message, NOW, { keys: KEYS, now: NOW });
}

it("a message of SNS is taken by either version of its signature, and with a subject", async () => {
  for (const fields of [{ SignatureVersion: "1" }, { SignatureVersion: "2" }, { Subject: "Amazon SES\nEvent" }]) {
    expect(await verified(snsMessage(fields))).toMatchObject({ ok: true, value: { type: "Notification", at: NOW } });
  }
});

it("a message with anything changed, or of another key, is refused", async () => {
  for (const after of [
    { Message: bounceOf({ bounceType: "Transient" }) },
    { MessageId: "another" },
    { Subject: "added" },
    { Timestamp: new Date(NOW + 1).toISOString() },
    { SignatureVersion: "2" },
    { Signature: "" },
    { Signature: "AAAA" },
  ]) {
    expect(await verified(snsMessage({}, { after })), JSON.stringify(after)).toMatchObject({
      error: { code: "webhook-unverified" },
    });
  }
  expect(await verified(snsMessage({}, { key: other.key }))).toMatchObject({ ok: false });
  expect(await verified(snsMessage({ SignatureVersion: "3" }))).toMatchObject({ ok: false });
});

it("a foreign topic is refused, whoever signed, and nothing is fetched for it", async () => {
  const certificate = vi.fn(async () => sns.pem);
  for (const TopicArn of [TOPIC.replace("123456789012", "999999999999"), `${TOPIC}2`, ""]) {
    for (const Type of ["Notification", "SubscriptionConfirmation"]) {
      const body = snsMessage({ TopicArn, Type, SubscribeURL: `${HOST}/?Action=ConfirmSubscription`, Token: "t" });
      expect(await verified(body, certificate)).toMatchObject({ error: { code: "webhook-unverified" } });
    }
  }
  expect(certificate).not.toHaveBeenCalled();
});

it("a certificate is read from SNS's own hosts alone", async () => {
  const certificate = vi.fn(async (_url: string) => sns.pem);
  for (const SigningCertURL of [
    "http://sns.us-east-1.amazonaws.com/SimpleNotificationService-1.pem",
    "https://sns.us-east-1.amazonaws.com.evil.example/SimpleNotificationService-1.pem",
    "https://evil.example/sns.us-east-1.amazonaws.com/a.pem",
    "https://evil.s3.us-east-1.amazonaws.com/a.pem",
    "https://sns.us-east-1.amazonaws.com@evil.example/a.pem",
    "https://user:pw@sns.us-east-1.amazonaws.com/a.pem",
    "https://sns.us-east-1.amazonaws.com:8443/a.pem",
    "https://sns.us-east-1.amazonaws.com/?Action=GetTopicAttributes&x=.pem",
    "https://sns.us-east-1.amazonaws.com/a/../../b",
    "https://xsns.us-east-1.amazonaws.com/a.pem",
    "https://sns.amazonaws.com.cn.evil.example/a.pem",
    "https://sns.us-east-1.amazonaws.co/a.pem",
    "not a url",
    "",
  ]) {
    expect(await verified(snsMessage({ SigningCertURL }), certificate), SigningCertURL).toMatchObject({
      error: { code: "webhook-unverified" },
    });
  }
  expect(certificate).not.toHaveBeenCalled();
  for (const host of ["sns.cn-north-1.amazonaws.com.cn", "sns.us-gov-west-1.amazonaws.com"]) {
    const SigningCertURL = `https://${host}/SimpleNotificationService-1.pem`;
    expect(await verified(snsMessage({ SigningCertURL }), certificate)).toMatchObject({ ok: true });
  }
});

it("an old message, one from the future, and one without a time are refused", async () => {
  for (const Timestamp of [
    new Date(NOW - 3 * 86_400_000 - 1_000).toISOString(),
    new Date(NOW + 5 * 60_000 + 1_000).toISOString(),
    "yesterday",
  ]) {
    expect(await verified(snsMessage({ Timestamp }))).toMatchObject({ error: { code: "webhook-unverified" } });
  }
  const Timestamp = new Date(NOW - 2 * 86_400_000).toISOString();
  expect(await verified(snsMessage({ Timestamp }))).toMatchObject({ ok: true });
});

it("raw delivery, and what is no message of SNS, is refused", async () => {
  for (const body of [bounceOf(), "", "[]", "null", '"Notification"', '{"Type":"toString"}', "{"]) {
    expect(await verified(body), body).toMatchObject({ error: { code: "webhook-unverified" } });
  }
});

it("a certificate that cannot be read now lets SNS try again", async () => {
  const certificate = () => Promise.reject(new Error("SNS answered 500"));
  expect(await verified(snsMessage(), certificate)).toMatchObject({ error: { code: "feedback-not-taken" } });
  expect(await verified(snsMessage(), async () => "<html>")).toMatchObject({ error: { code: "webhook-unverified" } });
});

it("a subscription is confirmed on SNS's own hosts alone", async () => {
  const confirmation = (SubscribeURL: string) =>
    snsMessage({ Type: "SubscriptionConfirmation", Token: "t", SubscribeURL, Message: "You have chosen to subscribe" });
  const url = `${HOST}/?Action=ConfirmSubscription&TopicArn=${TOPIC}&Token=t`;
  expect(await verified(confirmation(url))).toEqual({
    ok: true,
    value: { type: "SubscriptionConfirmation", subscribeUrl: url },
  });
  expect(await verified(confirmation("https://evil.example/?Action=ConfirmSubscription"))).toMatchObject({ ok: false });
});

it("a tag names the delivery, whatever underscores its push has; a tag of ours with one character changed is nobody's", () => {
  expect(sesHeaders(TOKEN, "news")).toBe(`X-SES-CONFIGURATION-SET: news\r\nX-SES-MESSAGE-TAGS: mailpush=${TAG}\r\n`);
  expect(sesHeaders(TOKEN, null)).toBe(`X-SES-MESSAGE-TAGS: mailpush=${TAG}\r\n`);
  expect(TAG).toMatch(/^[\w-]+$/);
  expect(read(bounceOf())).toMatchObject({ events: [{ push: PUSH, recipient: RECIPIENT }], ignored: [] });
  const changed = TAG.slice(0, -1) + (TAG.endsWith("0") ? "1" : "0");
  for (const tag of [changed, "", "mailpush", TAG.replace(/_/g, "-"), `${TAG}_`]) {
    expect(read(bounceOf({}, tag))).toEqual({ events: [], ignored: ["not ours"] });
  }
});

it("SES's bounces suppress only who is not there, or whom SES has suppressed", () => {
  const recipient = (status: string, words: string) => ({
    bouncedRecipients: [{ emailAddress: "recipient@example.com", status, diagnosticCode: words }],
  });
  const none = { bouncedRecipients: [{ emailAddress: "recipient@example.com" }] };
  for (const [details, expected] of [
    [{}, { status: "5.1.1", class: "no-such-user", permanent: true, suppress: "no-such-user" }],
    [
      { bounceSubType: "NoEmail", ...none },
      { class: "no-such-user", permanent: true, suppress: "no-such-user" },
    ],
    [
      { bounceSubType: "OnAccountSuppressionList", ...none },
      { permanent: true, suppress: "bounced" },
    ],
    ...["Suppressed", "OnTenantSuppressionList", "EmailValidationSuppressed"].map(
      (bounceSubType) =>
        [
          { bounceSubType, ...none },
          { permanent: true, suppress: "bounced" },
        ] as const,
    ),
    [
      { bounceSubType: "UnsubscribedRecipient", ...none },
      { permanent: true, suppress: "unsubscribed" },
    ],
    [
      { bounceSubType: "Suppressed", ...recipient("5.1.1", "Amazon SES has suppressed sending to this address") },
      { permanent: true, suppress: "bounced" },
    ],
    [
      { bounceSubType: "NoEmail", ...recipient("5.7.1", "smtp; 550 5.7.1 Message rejected as spam") },
      { class: "blocked-as-spam", suppress: null },
    ],
    [recipient("5.0.0", "smtp; 550 user unknown"), { class: "no-such-user", suppress: "no-such-user" }],
    [none, { permanent: true, suppress: "bounced", status: null }],
    [recipient("5.7.1", "smtp; 550 5.7.1 Message rejected as spam"), { class: "blocked-as-spam", suppress: null }],
    [recipient("5.0.0", "smtp; 550 5.1.1 no such user"), { status: "5.1.1", suppress: "no-such-user" }],
    [
      { bounceType: "Transient", bounceSubType: "MailboxFull", ...recipient("4.2.2", "smtp; 452 4.2.2 over quota") },
      { status: "4.2.2", permanent: false, suppress: null, class: "mailbox-full" },
    ],
    [
      { bounceType: "Undetermined", bounceSubType: "Undetermined", ...none },
      { status: null, class: null, suppress: null },
    ],
  ] as const) {
    expect(read(bounceOf(details)).events, JSON.stringify(details)).toMatchObject([
      { kind: "bounced", source: "ses", address: "recipient@example.com", ...expected },
    ]);
  }
});

it("an out-of-office reply that SES calls a bounce is only noted", () => {
  const details = {
    bounceType: "Transient",
    bounceSubType: "General",
    bouncedRecipients: [{ emailAddress: "recipient@example.com" }],
  };
  expect(read(bounceOf(details)).events).toMatchObject([{ kind: "noted" }]);
});

it("SES's other events become what they mean", () => {
  for (const [type, details, expected] of [
    ["Complaint", { feedbackId: "f", complaintFeedbackType: "abuse" }, { kind: "complained", id: "ses:Complaint:f" }],
    ["Complaint", { feedbackId: "f" }, { kind: "complained" }],
    ["Complaint", { complaintFeedbackType: "not-spam" }, { kind: "noted" }],
    ["Complaint", { complaintSubType: "OnAccountSuppressionList" }, { kind: "bounced", suppress: "complained" }],
    ["Complaint", { complaintSubType: "OnTenantSuppressionList" }, { kind: "bounced", suppress: "complained" }],
    ["Complaint", { complaintSubType: null }, { kind: "complained" }],
    ["Rendering Failure", { errorMessage: "Attribute 'x' is not present" }, { kind: "bounced", suppress: null }],
    ["Delivery", { smtpResponse: "250 ok" }, { kind: "delivered", at: Date.parse("2026-11-26T11:59:00Z") }],
    ["DeliveryDelay", { delayType: "MailboxFull" }, { kind: "delayed", words: "MailboxFull" }],
    ["Reject", { reason: "Bad content" }, { kind: "bounced", suppress: null, words: "Bad content" }],
    ["Subscription", { newTopicPreferences: { unsubscribeAll: true } }, { kind: "unsubscribed" }],
  ] as const) {
    expect(read(eventOf(type, details)).events, type).toMatchObject([expected]);
  }
  for (const type of ["Open", "Click", "Send", "constructor", "New"]) {
    expect(read(eventOf(type, {}))).toEqual({ events: [], ignored: [type] });
  }
  expect(read("Successfully validated SNS topic for Amazon SES event publishing.").events).toEqual([]);
});

it("an event that comes again has the same id, and another one another", () => {
  const [first, again] = [bounceOf(), bounceOf()].map((message) => read(message).events[0]?.id);
  expect(again).toBe(first);
  expect(read(bounceOf({ feedbackId: "2" })).events[0]?.id).not.toBe(first);
});

it("the webhook answers once its events are on the queue, and confirms no foreign topic", async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  vi.spyOn(console, "log").mockImplementation(() => undefined);
  const fetched: string[] = [];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (url) => {
    fetched.push(String(url));
    return new Response(sns.pem);
  });
  const Timestamp = new Date().toISOString();
  const vars = { SES_TOPIC_ARN: TOPIC };
  expect(await webhook("ses", snsMessage({ Timestamp }), { vars })).toMatchObject({
    status: 200,
    events: [{ kind: "bounced", push: PUSH, recipient: RECIPIENT }],
  });
  expect(await webhook("ses", snsMessage({ Timestamp }), { vars, queueFails: true })).toMatchObject({ status: 503 });
  expect(await webhook("ses", snsMessage({ Timestamp }, { after: { Message: "" } }), { vars })).toEqual({
    status: 403,
    events: [],
  });
  const subscribe = { Type: "SubscriptionConfirmation", Token: "t", Timestamp };
  const url = `${HOST}/?Action=ConfirmSubscription&Token=t`;
  fetched.length = 0;
  expect(await webhook("ses", snsMessage({ ...subscribe, SubscribeURL: url }))).toMatchObject({ status: 403 });
  const foreign = snsMessage({ ...subscribe, SubscribeURL: url, TopicArn: `${TOPIC}-other` });
  expect(await webhook("ses", foreign, { vars })).toMatchObject({ status: 403 });
  expect(fetched).toEqual([]);
  expect(await webhook("ses", snsMessage({ ...subscribe, SubscribeURL: url }), { vars })).toMatchObject({
    status: 200,
  });
  expect(fetched).toEqual([url]);
});

it("a redirect of SNS's host is not followed, for a certificate or a confirmation", async () => {
  const fetched: [string, RequestInit | undefined][] = [];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (url, init) => {
    fetched.push([String(url), init]);
    return new Response(null, { status: 302, headers: { location: "https://evil.example/" } });
  });
  for (const get of [readCertificate, confirmSubscription]) {
    await expect(get(`${HOST}/redirected-${get.name}.pem`)).rejects.toThrow("302");
  }
  expect(fetched).toMatchObject([
    [`${HOST}/redirected-readCertificate.pem`, { redirect: "manual" }],
    [`${HOST}/redirected-confirmSubscription.pem`, { redirect: "manual" }],
  ]);
});
