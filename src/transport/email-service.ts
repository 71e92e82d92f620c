import { EmailMessage } from "cloudflare:email";
import { parseReplyLine, type Reply, type Stage } from "../core/reply.ts";
import { wireAddress } from "../recipients/address.ts";
import { NO_CAPABILITIES } from "./smtp/capabilities.ts";
import { type WireContent, wireContent } from "./smtp/exchange/content.ts";
import { obstacle } from "./smtp/exchange/envelope.ts";
import {
  type Feed,
  type Outcome,
  type Outgoing,
  type SessionEnd,
  type SessionLimits,
  TIMEOUTS,
  type Timeouts,
  type Transport,
} from "./transport.ts";
import { within } from "./within.ts";

/** The service checks the size itself, and allows more to the account's verified addresses. */
const CAPABILITIES = { ...NO_CAPABILITIES, smtpUtf8: true };

/**
 * The transport over Cloudflare Email Service: binding `send_email`, no relay and no credentials. The service is for
 * transactional mail, replaces the Message-ID of every mail, and accepts only senders of a domain that it knows. A
 * session is a sequence of calls, one at a time.
 */
export function emailService(binding: SendEmail, options: { readonly timeouts?: Partial<Timeouts> } = {}): Transport {
  const { contentMs } = { ...TIMEOUTS, ...options.timeouts };
  return { name: "email-service", deliver: (feed, limits) => deliver(binding, contentMs, feed, limits) };
}

async function deliver(
  binding: SendEmail,
  timeoutMs: number,
  feed: Feed,
  { beginBefore, messageTimeoutMs }: SessionLimits,
): Promise<SessionEnd> {
  let answered = 0;
  while (Date.now() < beginBefore) {
    const message = await feed.next();
    if (message === null) break;
    const { id } = message;
    if (Date.now() >= beginBefore) {
      feed.report({ id, kind: "untried" });
      break;
    }
    const { outcome, lost } = await sendOne(binding, message, Math.min(timeoutMs, messageTimeoutMs));
    feed.report(outcome);
    if (lost !== null) return { kind: "fault", fault: { ...lost, answered } };
    if (outcome.kind === "answered") answered++;
  }
  return { kind: "done" };
}

/** A message's outcome, and the fault that ends the session, if any. */
interface Attempt {
  readonly outcome: Outcome;
  readonly lost: { readonly stage: Stage; readonly error: string; readonly reply: Reply | null } | null;
}

async function sendOne(binding: SendEmail, message: Outgoing, timeoutMs: number): Promise<Attempt> {
  const { id, from, to } = message;
  const content = wireContent(message);
  const found = obstacle(message, content.size, CAPABILITIES);
  if (found !== null) return { outcome: { id, kind: "unsendable", ...found }, lost: null };
  try {
    const sending = binding.send(new EmailMessage(wireAddress(from), wireAddress(to), streamOf(content)));
    const sent = await within(timeoutMs, sending, () => new Error(`no answer within ${timeoutMs / 1000} s`));
    // Runtimes before 2026 return nothing.
    const reply = { code: 250, enhanced: "2.0.0", text: sent?.messageId ?? "" };
    return { outcome: { id, kind: "answered", stage: "content", reply }, lost: null };
  } catch (error) {
    return refusal(id, error);
  }
}

/** The message in parts: a Blob would copy them. */
function streamOf({ bytes, tail }: WireContent): ReadableStream<Uint8Array> {
  const parts = [bytes, tail].filter((part) => part.length > 0);
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      const part = parts.shift();
      if (part === undefined) controller.close();
      else controller.enqueue(part);
    },
  });
}

/** The outcome that an error of `send` means: the service's answer if there is one, else in doubt. */
export function refusal(id: number, error: unknown): Attempt {
  const message = error instanceof Error ? error.message : String(error);
  const code = codeOf(error);
  const answer = code === null ? UNCODED.find(({ pattern }) => pattern.test(message))?.answer : (CODED[code] ?? LATER);
  if (answer === undefined) {
    return {
      outcome: { id, kind: "in_doubt", reason: message },
      lost: { stage: "content", error: message, reply: null },
    };
  }
  const text = code === null ? message : `${code}: ${message}`;
  if (answer === "unsendable")
    return { outcome: { id, kind: "unsendable", cause: "address", reason: text }, lost: null };
  const { stage, ...codes } = answer;
  // The service is down; the message was not refused.
  if (answer === DOWN)
    return { outcome: { id, kind: "untried" }, lost: { stage, error: text, reply: { ...codes, text } } };
  const reply = (code === "E_DELIVERY_FAILED" ? quotedReply(message) : null) ?? { ...codes, text };
  return { outcome: { id, kind: "answered", stage, reply }, lost: null };
}

/** An SMTP equivalent, classified by `core/verdict.ts`; `unsendable`: the service refuses this recipient. */
type Answer = { readonly stage: Stage; readonly code: number; readonly enhanced: string } | "unsendable";

const TOO_FAST: Answer = { stage: "content", code: 450, enhanced: "4.7.28" };
const NOT_OUR_SENDER: Answer = { stage: "mail", code: 530, enhanced: "5.7.0" };
const BAD_MESSAGE: Answer = { stage: "content", code: 554, enhanced: "5.6.0" };
const TOO_LARGE: Answer = { stage: "content", code: 552, enhanced: "5.3.4" };
const DOWN: Answer = { stage: "mail", code: 421, enhanced: "4.3.0" };
/** The service could not deliver, or gave an unknown code: try again, counting attempts. */
const LATER: Answer = { stage: "content", code: 451, enhanced: "4.0.0" };

/** Cloudflare's email-service/api/send-emails/workers-api, "Error codes". */
const CODED: Readonly<Record<string, Answer>> = {
  E_RATE_LIMIT_EXCEEDED: TOO_FAST,
  E_DAILY_LIMIT_EXCEEDED: TOO_FAST,
  E_SENDER_NOT_VERIFIED: NOT_OUR_SENDER,
  E_SENDER_DOMAIN_NOT_AVAILABLE: NOT_OUR_SENDER,
  E_RECIPIENT_NOT_ALLOWED: "unsendable",
  E_RECIPIENT_SUPPRESSED: "unsendable",
  E_CONTENT_TOO_LARGE: TOO_LARGE,
  E_DELIVERY_FAILED: LATER,
  E_INTERNAL_SERVER_ERROR: DOWN,
  E_VALIDATION_ERROR: BAD_MESSAGE,
  E_FIELD_MISSING: BAD_MESSAGE,
  E_TOO_MANY_RECIPIENTS: BAD_MESSAGE,
  E_HEADER_NOT_ALLOWED: BAD_MESSAGE,
  E_HEADER_USE_API_FIELD: BAD_MESSAGE,
  E_HEADER_VALUE_INVALID: BAD_MESSAGE,
  E_HEADER_VALUE_TOO_LONG: BAD_MESSAGE,
  E_HEADER_NAME_INVALID: BAD_MESSAGE,
  E_HEADERS_TOO_LARGE: BAD_MESSAGE,
  E_HEADERS_TOO_MANY: BAD_MESSAGE,
};

/** Errors without a code, from the binding's own checks and the local emulator. */
const UNCODED: readonly { readonly pattern: RegExp; readonly answer: Answer }[] = [
  // No sending domain yet: only the account's verified addresses are allowed.
  { pattern: /^destination address is not a verified address/i, answer: NOT_OUR_SENDER },
  { pattern: /^email from .* not allowed/i, answer: NOT_OUR_SENDER },
  { pattern: /^email to .* not allowed/i, answer: "unsendable" },
  // The same for every mail of a push: From and the envelope's sender are its own.
  { pattern: /^From: header does not match/i, answer: NOT_OUR_SENDER },
  { pattern: /^(invalid message-id|invalid headers set|could not parse email)/i, answer: BAD_MESSAGE },
];

function codeOf(error: unknown): string | null {
  const code = error instanceof Error && "code" in error ? error.code : null;
  return typeof code === "string" && code !== "" ? code : null;
}

/**
 * The reply of the recipient's server, if the service quotes it. Requires an enhanced code: a bare number may be
 * anything. A 421 becomes 451: it is about that server, not the service.
 */
function quotedReply(message: string): Reply | null {
  const at = message.search(/(?<![\d.])[45]\d\d[ -]#?[45]\.\d{1,3}\.\d{1,3}/);
  const reply = at < 0 ? null : parseReplyLine(message.slice(at));
  return reply?.code === 421 ? { ...reply, code: 451 } : reply;
}
