import { createHash } from "node:crypto";
import { readSettings } from "../config/settings.ts";
import { logError, logEvent } from "../log.ts";
import type { SignedDelivery } from "../message/signed/delivery-token.ts";
import { type FeedbackEvent, sendFeedback } from "./event.ts";
import { deliveryIn, deliveryOf, type Verifier } from "./mail/delivery.ts";
import { eventOf, unsubscribeEvent } from "./mail/events.ts";
import { type InboundMail, parseMail } from "./mail/inbound-mail.ts";
import { readStart } from "./mail/raw.ts";
import { readReport } from "./mail/readers/read-report.ts";
import type { MailReport } from "./mail/report.ts";

type Message = Pick<ForwardableEmailMessage, "to" | "raw" | "forward">;
type Bindings = Pick<Env, "FEEDBACK">;

/** Reports may be days on their way; a date before that, or after now, is not believed. */
const MAX_AGE_MS = 7 * 86_400_000;

/**
 * Takes a mail that came back: puts its event on the queue, or forwards what is none to FORWARD_TO.
 *
 * @throws if the queue refuses the event or the configuration is invalid: the sending server tries again later. Never
 *   refuses a mail for good, since nobody would read that refusal.
 */
export async function receiveEmail(message: Message, env: Env): Promise<void> {
  const { signingKeys, returnPath, forwardTo } = readSettings(env);
  const verifier: Verifier = { keys: signingKeys, inbound: returnPath };
  await receive(message, env, verifier, forwardTo, Date.now());
}

async function receive(
  message: Message,
  env: Bindings,
  verifier: Verifier,
  forwardTo: string | null,
  now: number,
): Promise<void> {
  const raw = await readStart(message.raw);
  // The address first: whatever a mail to an unsubscribe address holds, it unsubscribes.
  const unsubscribes = deliveryIn(message.to, "unsubscribe", verifier);
  const mail = await parseMail(raw);
  const occasion = { mailId: idOf(mail, raw), at: timeOf(mail, now) };
  if (unsubscribes !== null) return keep(unsubscribeEvent(unsubscribes, occasion), env);

  const report = readReport(mail);
  const delivery = report.kind === "other" ? null : deliveryOf(message.to, report.evidence, verifier);
  if (report.kind === "other") return forward(message, forwardTo);
  const event = delivery === null ? null : eventOf(report, delivery, occasion);
  if (event === null) return logUnknown(report, delivery);
  await keep(event, env);
}

async function keep(event: FeedbackEvent, env: Bindings): Promise<void> {
  await sendFeedback(env, [event]);
  logEvent({ at: "email", event: event.kind, source: event.source, push: event.push, recipient: event.recipient });
}

/** Nothing happens: a report without a signature of ours could be anybody's. */
function logUnknown(report: MailReport, delivery: SignedDelivery | null): void {
  const what = report.kind === "feedback" ? report.type : report.kind;
  logEvent({ at: "email", report: what, ignored: delivery === null ? "not about a mail of ours" : "says nothing" });
}

/** What is no report is for people. Email Routing refuses an address that nobody verified, and a mail that it forwarded. */
async function forward(message: Message, forwardTo: string | null): Promise<void> {
  if (forwardTo === null) return logEvent({ at: "email", ignored: "no report, and FORWARD_TO is not set" });
  try {
    await message.forward(forwardTo);
  } catch (error) {
    logError({ at: "email", forward: String(error) });
  }
}

/** By Message-ID; a mail without one is known by its content. */
function idOf(mail: InboundMail, raw: Uint8Array): string {
  const [id] = mail.headers("message-id");
  return createHash("sha256")
    .update(id || raw)
    .digest("hex")
    .slice(0, 32);
}

/** When the report was written, so that one on its way while a suppression was lifted does not bring it back. */
function timeOf(mail: InboundMail, now: number): number {
  const written = Date.parse(mail.headers("date")[0] ?? "");
  return written <= now && written >= now - MAX_AGE_MS ? written : now;
}
