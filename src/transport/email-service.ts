import { EmailMessage } from "cloudflare:email";
import { parseReplyLine, type Reply, type Stage } from "../core/reply.ts";
import { NO_CAPABILITIES } from "./smtp/capabilities.ts";
import { canonical } from "./smtp/content.ts";
import { obstacle } from "./smtp/envelope.ts";
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

/** It says itself what is too large, and takes more for addresses that the account has verified. */
const CAPABILITIES = { ...NO_CAPABILITIES, smtpUtf8: true };

/**
 * The transport over Cloudflare Email Service: the binding `send_email`, no relay and no credentials. The service is for
 * transactional mail, gives every mail a Message-ID of its own, and takes only senders of a domain that it knows. What
 * is a session elsewhere is here a row of calls, one at a time.
 */
export function emailService(binding: SendEmail, options: { readonly timeouts?: Partial<Timeouts> } = {}): Transport {
  const { contentMs } = { ...TIMEOUTS, ...options.timeouts };
  return { name: "email-service", deliver: (feed, limits) => deliver(binding, contentMs, feed, limits) };
}

async function deliver(
  binding: SendEmail,
  patienceMs: number,
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
    const { outcome, lost } = await hand(binding, message, Math.min(patienceMs, messageTimeoutMs));
    feed.report(outcome);
    if (lost !== null) return { kind: "fault", fault: { ...lost, answered } };
    if (outcome.kind === "answered") answered++;
  }
  return { kind: "done" };
}

/** What became of one message, and why no other should follow it now. */
interface Handed {
  readonly outcome: Outcome;
  readonly lost: { readonly stage: Stage; readonly error: string; readonly reply: Reply | null } | null;
}

async function hand(binding: SendEmail, message: Outgoing, patienceMs: number): Promise<Handed> {
  const { id, from, to } = message;
  const content = canonical(message.content).bytes;
  const reason = obstacle(message, content.length, CAPABILITIES);
  if (reason !== null) return { outcome: { id, kind: "unsendable", reason }, lost: null };
  try {
    const sending = binding.send(new EmailMessage(from, to, new Blob([content]).stream()));
    const sent = await within(patienceMs, sending, () => new Error(`no answer within ${patienceMs / 1000} s`));
    // Runtimes of before 2026 give nothing back.
    const reply = { code: 250, enhanced: "2.0.0", text: sent?.messageId ?? "" };
    return { outcome: { id, kind: "answered", stage: "content", reply }, lost: null };
  } catch (error) {
    return refusal(id, error);
  }
}

/** What an error of `send` says of a message: the service's answer where it has one, else a doubt. */
export function refusal(id: number, error: unknown): Handed {
  const message = error instanceof Error ? error.message : String(error);
  const code = codeOf(error);
  const answer = code === null ? UNCODED.find(({ words }) => words.test(message))?.answer : (CODED[code] ?? LATER);
  if (answer === undefined) {
    return {
      outcome: { id, kind: "in_doubt", reason: message },
      lost: { stage: "content", error: message, reply: null },
    };
  }
  const text = code === null ? message : `${code}: ${message}`;
  if (answer === "unsendable") return { outcome: { id, kind: "unsendable", reason: text }, lost: null };
  const { stage, ...codes } = answer;
  // The service is down: nothing was said of this message.
  if (answer === DOWN)
    return { outcome: { id, kind: "untried" }, lost: { stage, error: text, reply: { ...codes, text } } };
  const reply = (code === "E_DELIVERY_FAILED" ? quotedReply(message) : null) ?? { ...codes, text };
  return { outcome: { id, kind: "answered", stage, reply }, lost: null };
}

/** An answer in the words of SMTP, which `core/verdict.ts` judges; `unsendable`: this recipient is not to be written to. */
type Answer = { readonly stage: Stage; readonly code: number; readonly enhanced: string } | "unsendable";

const TOO_FAST: Answer = { stage: "content", code: 450, enhanced: "4.7.28" };
const NOT_OUR_SENDER: Answer = { stage: "mail", code: 530, enhanced: "5.7.0" };
const BAD_MESSAGE: Answer = { stage: "content", code: 554, enhanced: "5.6.0" };
const TOO_LARGE: Answer = { stage: "content", code: 552, enhanced: "5.3.4" };
const DOWN: Answer = { stage: "mail", code: 421, enhanced: "4.3.0" };
/** It could not deliver, or said what nobody knew when this was written: with attempts counted, again. */
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

/** Errors without a code, as the binding's own checks and the local emulator word them. */
const UNCODED: readonly { readonly words: RegExp; readonly answer: Answer }[] = [
  // The account has no sending domain yet, and may write to itself alone.
  { words: /^destination address is not a verified address/i, answer: NOT_OUR_SENDER },
  { words: /^email from .* not allowed/i, answer: NOT_OUR_SENDER },
  { words: /^email to .* not allowed/i, answer: "unsendable" },
  { words: /^From: header does not match/i, answer: BAD_MESSAGE },
  { words: /^(invalid message-id|invalid headers set|could not parse email)/i, answer: BAD_MESSAGE },
];

function codeOf(error: unknown): string | null {
  const code = error instanceof Error && "code" in error ? error.code : null;
  return typeof code === "string" && code !== "" ? code : null;
}

/**
 * What the recipient's server said, where the service quotes it: with an enhanced code, or else it might be any number.
 * A 421 is about that server alone, and for us a "later" like any other.
 */
function quotedReply(message: string): Reply | null {
  const at = message.search(/(?<![\d.])[45]\d\d[ -]#?[45]\.\d{1,3}\.\d{1,3}/);
  const reply = at < 0 ? null : parseReplyLine(message.slice(at));
  return reply?.code === 421 ? { ...reply, code: 451 } : reply;
}
