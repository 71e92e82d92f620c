import { createHash, timingSafeEqual } from "node:crypto";
import { type Context, Hono } from "hono";
import * as z from "zod";
import { required } from "../../../config/providers.ts";
import { readSettings } from "../../../config/settings.ts";
import { ok, type Result } from "../../../core/result.ts";
import { sendFeedback } from "../../../feedback/event.ts";
import { readMailgun, verifyMailgun } from "../../../feedback/providers/mailgun.ts";
import { readPostmark } from "../../../feedback/providers/postmark.ts";
import type { ProviderName, Reading, Refused, Told } from "../../../feedback/providers/provider.ts";
import { checkSendgrid, readSendgrid } from "../../../feedback/providers/sendgrid.ts";
import { readSes } from "../../../feedback/providers/ses.ts";
import { verifySns } from "../../../feedback/providers/sns.ts";
import { confirmSubscription, readCertificate } from "../../../feedback/providers/sns-host.ts";
import { spendToken, takeToken } from "../../../feedback/providers/used-tokens.ts";
import { logError, logEvent } from "../../../log.ts";
import { describe } from "../../openapi/operation.ts";
import { type Problem, refuse } from "../../problem.ts";
import type { ProblemCode } from "../../problem-codes.ts";
import { drain, readBytes } from "../../request/body.ts";

type Call = Context<{ Bindings: Env }>;

/** SendGrid's batches are the largest calls: up to 768 KB. Postmark can be set to send whole mails along. */
const MAX_BODY_BYTES = 4_194_304;

/** The description of a provider's route. */
function describeWebhook(provider: string, type: string, ...refusals: readonly ProblemCode[]) {
  return describe({
    id: `take${provider}Events`,
    section: "Feedback",
    summary: `Take events of ${provider}`,
    body: { text: [type], description: `As ${provider} sends it.` },
    answers: { 200: { description: "Taken", json: z.object({ events: z.int() }) } },
    refusals: ["invalid-body", "body-too-large", "invalid-configuration", "feedback-not-taken", ...refusals],
    caller: "provider",
  });
}

/** What providers call: a call is answered with 200 once its events are on the queue, and repeated by them otherwise. */
export const feedback = new Hono<{ Bindings: Env }>();

feedback.use(async (context, next) => {
  await next();
  await drain(context.req.raw);
});

feedback.post("/ses", describeWebhook("Ses", "text/plain", "webhook-unverified"), async (context) => {
  const { providers } = readSettings(context.env);
  const body = await bodyOf(context);
  if (!body.ok) return refuse(body.error);
  // Not set: any topic is a foreign one.
  const topicArn = providers.sesTopicArn ?? "";
  const message = await verifySns(body.value.text, { topicArn, now: Date.now(), certificate: readCertificate });
  if (!message.ok) return refusedCall("ses", message.error);
  switch (message.value.type) {
    case "SubscriptionConfirmation":
      return confirm(message.value.subscribeUrl);
    case "UnsubscribeConfirmation":
      logError({ at: "feedback", source: "ses", error: "the topic does not send to this address any more" });
      return context.json({ events: 0 });
    case "Notification":
      return taken(context, "ses", ok(readSes(message.value.message, message.value.at, readingOf(context))));
  }
});

feedback.post("/postmark", describeWebhook("Postmark", "application/json", "webhook-credentials"), async (context) => {
  const { postmarkUsername, postmarkPassword } = readSettings(context.env).providers;
  const password = required(postmarkPassword, "POSTMARK_PASSWORD");
  if (!isBasic(context.req.header("authorization"), postmarkUsername, password)) {
    const detail = "expected the header Authorization: Basic with POSTMARK_USERNAME and POSTMARK_PASSWORD";
    return refuse({ code: "webhook-credentials", detail, headers: { "www-authenticate": 'Basic realm="mailpush"' } });
  }
  const body = await bodyOf(context);
  if (!body.ok) return refuse(body.error);
  return taken(context, "postmark", readPostmark(body.value.text, readingOf(context)));
});

feedback.post("/sendgrid", describeWebhook("Sendgrid", "application/json", "webhook-unverified"), async (context) => {
  const key = required(readSettings(context.env).providers.sendgridPublicKey, "SENDGRID_PUBLIC_KEY");
  const body = await bodyOf(context);
  if (!body.ok) return refuse(body.error);
  const header = (name: string) => context.req.header(`x-twilio-email-event-webhook-${name}`) ?? "";
  const signature = { signature: header("signature"), timestamp: header("timestamp") };
  const refused = checkSendgrid(body.value.bytes, signature, key, Date.now());
  if (refused !== null) return refusedCall("sendgrid", refused);
  return taken(context, "sendgrid", readSendgrid(body.value.text, readingOf(context)));
});

feedback.post("/mailgun", describeWebhook("Mailgun", "application/json", "webhook-unverified", "webhook-repeated"));
feedback.post("/mailgun", async (context) => {
  const key = required(readSettings(context.env).providers.mailgunSigningKey, "MAILGUN_SIGNING_KEY");
  const body = await bodyOf(context);
  if (!body.ok) return refuse(body.error);
  const now = Date.now();
  const call = verifyMailgun(body.value.text, key, now);
  if (!call.ok) return refusedCall("mailgun", call.error);
  const { token, digest, event } = call.value;
  const { DB } = context.env;
  if (!(await takeToken(DB, token, digest, now))) {
    return refusedCall("mailgun", { code: "webhook-repeated", detail: "the token was used for a call before" });
  }
  const response = await taken(context, "mailgun", ok(readMailgun(event, readingOf(context))));
  if (response.ok) await spendToken(DB, token);
  return response;
});

function readingOf({ env }: Call): Reading {
  return { keys: readSettings(env).signingKeys, now: Date.now() };
}

async function bodyOf({ req }: Call): Promise<Result<{ bytes: Uint8Array; text: string }, Problem>> {
  const bytes = await readBytes(req.raw, MAX_BODY_BYTES);
  return bytes.ok ? ok({ bytes: bytes.value, text: new TextDecoder().decode(bytes.value) }) : bytes;
}

/** The answer to a verified call: 200 once its events are on the queue. */
async function taken(context: Call, source: ProviderName, told: Result<Told, Refused>): Promise<Response> {
  if (!told.ok) return refusedCall(source, told.error);
  const { events, ignored } = told.value;
  try {
    await sendFeedback(context.env, events);
  } catch (error) {
    logError({ at: "feedback", source, events: events.length, error: String(error) });
    return refuse({ code: "feedback-not-taken", detail: "the queue does not take events at the moment" });
  }
  if (ignored.length > 0) logEvent({ at: "feedback", source, ignored: countOf(ignored) });
  return context.json({ events: events.length });
}

const MAX_KINDS = 20;

/** How many of each kind; kinds come from outside. */
function countOf(kinds: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const kind of kinds) {
    const name = kind.slice(0, 40);
    if (counts.has(name) || counts.size < MAX_KINDS) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return Object.fromEntries(counts);
}

/** Somebody may have set a wrong key: the log tells. */
function refusedCall(source: ProviderName, refused: Refused): Response {
  logError({ at: "feedback", source, error: refused.detail });
  return refuse(refused);
}

async function confirm(url: string): Promise<Response> {
  try {
    await confirmSubscription(url);
  } catch (error) {
    return refusedCall("ses", { code: "feedback-not-taken", detail: `the subscription was not confirmed: ${error}` });
  }
  logEvent({ at: "feedback", source: "ses", subscription: "confirmed" });
  return Response.json({ events: 0 });
}

/** RFC 7617, in constant time. */
function isBasic(header: string | undefined, username: string, password: string): boolean {
  const given = /^Basic +([\w+/=-]+)$/i.exec(header ?? "")?.[1] ?? "";
  const expected = Buffer.from(`${username}:${password}`).toString("base64");
  const [a, b] = [given, expected].map((text) => createHash("sha256").update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}
