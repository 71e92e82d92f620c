import { err, ok, type Result } from "../../core/result.ts";
import type { FeedbackEvent } from "../event.ts";
import { parseJson, textAt, timeAt, valueAt } from "./fields.ts";
import {
  isTimely,
  NOT_OURS,
  type Origin,
  originOf,
  type Reading,
  type Refused,
  type Told,
  told,
  UNTIMELY,
  unverified,
} from "./provider.ts";
import { remoteRefusal } from "./remote-refusal.ts";

/**
 * Headers of a mail that goes out by Postmark: its events then carry the token, and our Message-ID stays.
 * Source: Postmark's "Custom metadata FAQ" and "Sending with SMTP".
 */
export function postmarkHeaders(token: string): string {
  return `X-PM-Metadata-mailpush: ${token}\r\nX-PM-KeepID: true\r\n`;
}

/**
 * What a webhook call of Postmark says. The caller has checked its basic authentication: Postmark signs nothing. A test
 * from its pages has an old time, and is refused. Source: Postmark's webhook documentation and "Bounce API: types".
 */
export function readPostmark(body: string, reading: Reading): Result<Told, Refused> {
  const json = parseJson(body);
  const type = textAt(json, "RecordType") ?? (textAt(json, "Type") === null ? null : "Bounce");
  if (type === null) return err({ code: "invalid-body", detail: "the body is no event of Postmark" });
  const read = READERS.get(type);
  if (read === undefined) return ok(told([type]));
  const at = timeAt(json, "BouncedAt") ?? timeAt(json, "DeliveredAt") ?? timeAt(json, "ChangedAt");
  if (!isTimely(at, reading.now)) return err(unverified(UNTIMELY));
  const address = textAt(json, "Email") ?? textAt(json, "Recipient");
  const origin = originOf("postmark", { token: textAt(json, "Metadata", "mailpush"), address, at }, reading);
  if (origin === null) return ok(told([NOT_OURS]));
  // Not by ID: some are beyond 2^53, where neighbours become equal.
  const id = `postmark:${type}:${textAt(json, "MessageID")}:${at}`;
  return ok(told([read(json, { ...origin, id })]));
}

type Known = Origin & { readonly id: string };

const READERS: ReadonlyMap<string, (json: unknown, known: Known) => FeedbackEvent> = new Map([
  ["Delivery", (_json: unknown, known: Known): FeedbackEvent => ({ ...known, kind: "delivered" })],
  ["Bounce", bounce],
  ["SpamComplaint", complaint],
  ["SubscriptionChange", subscriptionChange],
]);

function complaint(json: unknown, known: Known): FeedbackEvent {
  return { ...known, kind: "complained", words: wordsOf(json) };
}

function wordsOf(json: unknown): string | null {
  return textAt(json, "Details") ?? textAt(json, "Description") ?? textAt(json, "Name");
}

/** The types of bounces that are not about a refusal by the recipient's server. */
function bounce(json: unknown, known: Known): FeedbackEvent {
  const words = wordsOf(json);
  switch (textAt(json, "Type")) {
    // Postmark has not given up yet.
    case "Transient":
    case "DnsError":
      return { ...known, kind: "delayed", status: remoteRefusal({ words }).status, words };
    case "Unsubscribe":
      return { ...known, kind: "unsubscribed", words };
    case "SpamComplaint":
      return { ...known, kind: "complained", words };
    // Answers of persons and machines to a mail that arrived, and what is not about a mail of ours.
    case "Subscribe":
    case "AutoResponder":
    case "AddressChange":
    case "OpenRelayTest":
    case "ChallengeVerification":
    case "InboundError":
      return { ...known, kind: "noted", words };
    default:
      return refused(json, known);
  }
}

function refused(json: unknown, known: Known): FeedbackEvent {
  const type = textAt(json, "Type");
  const refusal = remoteRefusal({ words: wordsOf(json) });
  const event = { ...known, ...refusal, kind: "bounced" } as const;
  switch (type) {
    case "HardBounce":
      return { ...event, permanent: true, suppress: refusal.suppress ?? "bounced" };
    case "BadEmailAddress":
      return { ...event, permanent: true, suppress: "no-such-user", class: "no-such-user" };
    case "ManuallyDeactivated":
      return { ...event, permanent: true, suppress: "manual" };
    case "SoftBounce":
      return { ...event, permanent: false, suppress: null };
    case "SpamNotification":
    case "Blocked":
      return { ...event, class: refusal.class ?? "blocked-as-spam", suppress: null };
    case "SMTPApiError":
      // Postmark took the mail by SMTP, and found the address on its list of suppressed ones.
      return { ...event, permanent: true, suppress: INACTIVE.test(refusal.words ?? "") ? "bounced" : null };
    default:
      // What Postmark deactivates gets no further mail by it.
      return { ...event, suppress: refusal.suppress ?? (valueAt(json, "Inactive") === true ? "bounced" : null) };
  }
}

const INACTIVE = /marked as inactive|inactive recipient/i;

/** A change of Postmark's own list of suppressed addresses. */
function subscriptionChange(json: unknown, known: Known): FeedbackEvent {
  const reason = textAt(json, "SuppressionReason");
  const words = [reason, textAt(json, "Origin")].filter((part) => part !== null).join(" by ") || null;
  if (valueAt(json, "SuppressSending") !== true) return { ...known, kind: "noted", words: "Postmark sends again" };
  if (reason === "SpamComplaint") return { ...known, kind: "complained", words };
  if (reason === "HardBounce") {
    const unknown = { status: null, class: null, permanent: true } as const;
    return { ...known, ...unknown, kind: "bounced", words, suppress: "bounced" };
  }
  return textAt(json, "Origin") === "Recipient"
    ? { ...known, kind: "unsubscribed", words }
    : { ...known, kind: "noted", words };
}
