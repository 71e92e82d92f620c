import fc from "fast-check";
import { expect, it } from "vitest";
import { isFeedback } from "../../../src/feedback/event.ts";
import { parseEmailService, readEmailService } from "../../../src/feedback/providers/email-service.ts";
import { readMailgun, verifyMailgun } from "../../../src/feedback/providers/mailgun.ts";
import { readPostmark } from "../../../src/feedback/providers/postmark.ts";
import type { Told } from "../../../src/feedback/providers/provider.ts";
import { checkSendgrid, readSendgrid } from "../../../src/feedback/providers/sendgrid.ts";
import { readSes } from "../../../src/feedback/providers/ses.ts";
import { verifySns } from "../../../src/feedback/providers/sns.ts";
import { KEYS, PUSH, RECIPIENT, TOKEN } from "./webhook.ts";

const NOW = Date.parse("2026-11-26T12:00:00Z");
const READING = { keys: KEYS, now: NOW };

/** A field's value as documented, or anything. */
const orAnything = (...values: readonly unknown[]) =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...values) },
    fc.jsonValue(),
    fc.constantFrom("__proto__", "constructor", -1e308, 1e308, "1e308"),
  );
const token = orAnything(TOKEN, TOKEN.replaceAll(".", "_"));
const words = orAnything("550 5.1.1 user unknown", "smtp; 452 4.2.2 over quota", "Bounced Address");
const time = orAnything("2026-11-26T11:59:00Z", NOW / 1000 - 60, String(NOW / 1000));

const ses = fc.record({
  eventType: orAnything("Bounce", "Complaint", "Delivery", "DeliveryDelay", "Reject", "Subscription"),
  mail: orAnything({ tags: { mailpush: [TOKEN.replaceAll(".", "_")] }, destination: ["a@b.example"], headers: [null] }),
  bounce: fc.oneof(
    fc.jsonValue(),
    fc.record({
      bounceType: orAnything("Permanent", "Transient", "Undetermined"),
      bounceSubType: orAnything("General", "NoEmail", "Suppressed"),
      bouncedRecipients: orAnything([], [null], [{ status: "5.1.1", diagnosticCode: "smtp; 550 no" }]),
      timestamp: time,
    }),
  ),
  complaint: fc.jsonValue(),
  deliveryDelay: fc.jsonValue(),
});
const postmark = fc.record({
  RecordType: orAnything("Bounce", "Delivery", "SpamComplaint", "SubscriptionChange"),
  Type: orAnything("HardBounce", "Transient", "Blocked", "SMTPApiError", "Unknown"),
  Metadata: orAnything({ mailpush: TOKEN }),
  BouncedAt: time,
  Details: words,
  Email: fc.jsonValue(),
  SuppressSending: orAnything(true),
  SuppressionReason: orAnything("HardBounce"),
});
const sendgrid = fc.array(
  fc.oneof(
    fc.jsonValue(),
    fc.record({
      event: orAnything("bounce", "dropped", "deferred", "delivered", "spamreport"),
      mailpush: token,
      timestamp: time,
      reason: words,
      status: orAnything("5.0.0"),
      email: fc.jsonValue(),
    }),
  ),
);
const mailgun = fc.record({
  event: orAnything("failed", "rejected", "delivered", "complained"),
  severity: orAnything("permanent", "temporary"),
  reason: orAnything("suppress-bounce", "bounce"),
  "user-variables": orAnything({ mailpush: TOKEN }),
  timestamp: time,
  "delivery-status": orAnything({ code: 550, message: "no", "enhanced-code": "5.1.1" }),
});
const emailService = fc.record({
  type: orAnything(...["bounced", "failed", "rejected", "opened"].map((name) => `cf.email.sending.message.${name}`)),
  payload: orAnything({ messageId: "id", delivery: { smtpResponse: "550 5.1.1 no" } }, { messageId: "<>" }),
  metadata: orAnything({ eventTimestamp: "2026-11-26T12:00:00Z" }),
});

/** Every event is about the delivery of the token, of no later time, and taken by the queue's consumer. */
function isSound({ events, ignored }: Told): boolean {
  return (
    events.every((event) => isFeedback(event) && event.push === PUSH && event.recipient === RECIPIENT) &&
    events.every(({ at, id }) => at > 0 && at <= NOW && typeof id === "string") &&
    ignored.every((kind) => typeof kind === "string")
  );
}

it("whatever a verified call holds, it gives sound events of its token's delivery, and throws nothing", () => {
  const taken = (result: { ok: true; value: Told } | { ok: false }) => !result.ok || isSound(result.value);
  for (const [arbitrary, holds] of [
    [ses, (json: unknown) => isSound(readSes(JSON.stringify(json), NOW, READING))],
    [postmark, (json: unknown) => taken(readPostmark(JSON.stringify(json), READING))],
    [sendgrid, (json: unknown) => taken(readSendgrid(JSON.stringify(json), READING))],
    [mailgun, (json: unknown) => isSound(readMailgun(json, READING))],
    [
      emailService,
      (json: unknown) => {
        const event = parseEmailService(json);
        const read = event && readEmailService(event, { push: PUSH, recipient: RECIPIENT }, NOW);
        return read === null || isSound({ events: [read], ignored: [] });
      },
    ],
  ] as const) {
    fc.assert(fc.property(arbitrary as fc.Arbitrary<unknown>, holds), { numRuns: 300 });
  }
});

it("whatever comes unsigned is refused, and throws nothing", async () => {
  const certificate = async () => "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----";
  const body = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .record({
        Type: orAnything("Notification"),
        TopicArn: orAnything("topic"),
        Timestamp: orAnything(new Date(NOW).toISOString()),
        SignatureVersion: orAnything("1", "2"),
        SigningCertURL: orAnything("https://sns.us-east-1.amazonaws.com/a.pem"),
        Signature: fc.oneof(fc.base64String(), fc.jsonValue()),
        signature: fc.oneof(fc.jsonValue(), fc.record({ timestamp: time, token: fc.string(), signature: fc.string() })),
      })
      .map((json) => JSON.stringify(json)),
  );
  await fc.assert(
    fc.asyncProperty(body, fc.string(), async (text, signature) => {
      expect((await verifySns(text, { topicArn: "topic", now: NOW, certificate })).ok).toBe(false);
      expect(verifyMailgun(text, "key", NOW).ok).toBe(false);
      const bytes = new TextEncoder().encode(text);
      expect(checkSendgrid(bytes, { signature, timestamp: `${NOW / 1000}` }, signature, NOW)).not.toBeNull();
    }),
    { numRuns: 300 },
  );
});
