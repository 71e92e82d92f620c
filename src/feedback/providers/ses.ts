import type { FeedbackEvent } from "../event.ts";
import { parseJson, textAt, timeAt, valueAt } from "./fields.ts";
import { NOT_OURS, type Origin, originOf, type Reading, type Told, told } from "./provider.ts";
import { remoteRefusal } from "./remote-refusal.ts";

/**
 * Headers of a mail that goes out by SES: its events then carry the token as a tag.
 * Source: Amazon SES Developer Guide, "Send email using event publishing".
 * @param configurationSet null: the identity's default one
 */
export function sesHeaders(token: string, configurationSet: string | null): string {
  const set = configurationSet === null ? "" : `X-SES-CONFIGURATION-SET: ${configurationSet}\r\n`;
  return `${set}X-SES-MESSAGE-TAGS: mailpush=${tagOf(token)}\r\n`;
}

// A tag's value holds letters, digits, "_" and "-" only. A push id may hold "_": the last two are the token's dots.

function tagOf(token: string): string {
  return token.replaceAll(".", "_");
}

function tokenOf(tag: string | null): string | null {
  return tag?.replace(/_([^_]*)_([^_]*)$/, ".$1.$2") ?? null;
}

/**
 * What a notification of SES says, from its event publishing or from an identity's notifications; the latter carry the
 * token only with the original headers. Source: Amazon SES Developer Guide, "Contents of event data that Amazon SES
 * publishes to Amazon SNS".
 * @param message the Message of a verified SNS notification
 * @param sentAt the notification's own time
 */
export function readSes(message: string, sentAt: number, reading: Reading): Told {
  const json = parseJson(message);
  const type = textAt(json, "eventType") ?? textAt(json, "notificationType");
  // "Successfully validated SNS topic for Amazon SES event publishing."
  if (type === null) return told(["no event"]);
  const details = valueAt(json, fieldOf(type));
  const read = READERS.get(type);
  if (read === undefined) return told([type]);
  const origin = originOf(
    "ses",
    {
      token: tokenOf(textAt(json, "mail", "tags", "mailpush", 0) ?? tagInHeaders(valueAt(json, "mail", "headers"))),
      address: textAt(json, "mail", "destination", 0),
      at: timeAt(details, "timestamp") ?? sentAt,
    },
    reading,
  );
  if (origin === null) return told([NOT_OURS]);
  const id = `ses:${type}:${textAt(details, "feedbackId") ?? textAt(json, "mail", "messageId")}`;
  return told([read(details, { ...origin, id })]);
}

/** "DeliveryDelay" is told in `deliveryDelay`, "Rendering Failure" in `failure`. */
function fieldOf(type: string): string {
  return type === "Rendering Failure" ? "failure" : type.slice(0, 1).toLowerCase() + type.slice(1);
}

function tagInHeaders(headers: unknown): string | null {
  if (!Array.isArray(headers)) return null;
  const header = headers.find((one) => textAt(one, "name")?.toLowerCase() === "x-ses-message-tags");
  return /(?:^|,)\s*mailpush=([\w-]+)/.exec(textAt(header, "value") ?? "")?.[1] ?? null;
}

type Known = Origin & { readonly id: string };

/** By type of event; others (Send, Open, Click) say nothing of the delivery. */
const READERS: ReadonlyMap<string, (details: unknown, known: Known) => FeedbackEvent | string> = new Map([
  ["Bounce", bounce],
  ["Complaint", complaint],
  ["Delivery", (_details: unknown, known: Known): FeedbackEvent => ({ ...known, kind: "delivered" })],
  ["DeliveryDelay", delay],
  ["Reject", (details: unknown, known: Known) => failure(known, textAt(details, "reason"))],
  ["Rendering Failure", (details: unknown, known: Known) => failure(known, textAt(details, "errorMessage"))],
  ["Subscription", subscription],
]);

/** SES took the mail and then did not send it. */
function failure(known: Known, words: string | null): FeedbackEvent {
  return { ...known, kind: "bounced", status: null, words, class: null, permanent: true, suppress: null };
}

function bounce(details: unknown, known: Known): FeedbackEvent {
  const type = textAt(details, "bounceType");
  const subType = textAt(details, "bounceSubType") ?? "";
  const status = textAt(details, "bouncedRecipients", 0, "status");
  const diagnostic = textAt(details, "bouncedRecipients", 0, "diagnosticCode");
  // SES reports out-of-office replies so too; a real bounce has a delivery status.
  if (type === "Transient" && subType === "General" && status === null && diagnostic === null) {
    return { ...known, kind: "noted", words: "a reply that SES takes for a temporary bounce" };
  }
  const refusal = remoteRefusal({ words: diagnostic, status });
  const permanent = type === "Permanent" || (type !== "Transient" && refusal.permanent);
  // Without a delivery status, SES's word is all there is: it asks to remove the address.
  const unexplained = type === "Permanent" && refusal.class === null;
  const ofSubType = SUPPRESSED.get(subType) ?? (unexplained ? UNEXPLAINED.get(subType) : undefined);
  return {
    ...known,
    ...refusal,
    kind: "bounced",
    words: refusal.words ?? `${type ?? "Undetermined"} bounce (SES): ${subType || "no reason"}`,
    class: ofSubType === "no-such-user" ? ofSubType : refusal.class,
    permanent,
    suppress: permanent ? (ofSubType ?? refusal.suppress) : null,
  };
}

/** Subtypes of an address to which SES does not send any more. */
const SUPPRESSED: ReadonlyMap<string, "bounced" | "unsubscribed"> = new Map([
  ["Suppressed", "bounced"],
  ["OnAccountSuppressionList", "bounced"],
  ["OnTenantSuppressionList", "bounced"],
  ["EmailValidationSuppressed", "bounced"],
  ["UnsubscribedRecipient", "unsubscribed"],
]);

/** What a subtype means where no server is quoted. */
const UNEXPLAINED: ReadonlyMap<string, "no-such-user" | "bounced"> = new Map([
  ["General", "bounced"],
  ["NoEmail", "no-such-user"],
]);

const LISTED_FOR_COMPLAINT: readonly unknown[] = ["OnAccountSuppressionList", "OnTenantSuppressionList"];

function complaint(details: unknown, known: Known): FeedbackEvent {
  if (LISTED_FOR_COMPLAINT.includes(textAt(details, "complaintSubType"))) {
    const words = "on SES's suppression list for a complaint";
    return { ...known, kind: "bounced", status: null, words, class: null, permanent: true, suppress: "complained" };
  }
  const type = textAt(details, "complaintFeedbackType");
  const words = [type, textAt(details, "userAgent")].filter((part) => part !== null).join(", ") || null;
  switch (type) {
    case "not-spam":
    case "auth-failure":
      return { ...known, kind: "noted", words };
    case "opt-out":
      return { ...known, kind: "unsubscribed", words };
    default:
      return { ...known, kind: "complained", words };
  }
}

function delay(details: unknown, known: Known): FeedbackEvent {
  const { status, words } = remoteRefusal({
    words: textAt(details, "delayedRecipients", 0, "diagnosticCode") ?? textAt(details, "delayType"),
    status: textAt(details, "delayedRecipients", 0, "status"),
  });
  // One mail may be delayed several times.
  return { ...known, id: `${known.id}:${known.at}`, kind: "delayed", status, words };
}

/** By SES's own list management. */
function subscription(details: unknown, known: Known): FeedbackEvent | string {
  if (valueAt(details, "newTopicPreferences", "unsubscribeAll") !== true) return "Subscription";
  return { ...known, kind: "unsubscribed", words: "by SES's list management" };
}
