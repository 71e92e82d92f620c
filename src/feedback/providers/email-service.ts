import type { FeedbackEvent } from "../event.ts";
import { numberAt, textAt, timeAt, valueAt } from "./fields.ts";
import { happenedAt, type Origin } from "./provider.ts";
import { remoteRefusal } from "./remote-refusal.ts";

/** An event of Cloudflare Email Service that concerns a delivery. */
export interface EmailServiceEvent {
  /** "bounced", "delivered", …: the last part of its type. */
  readonly type: string;
  readonly messageId: string;
  /** Epoch milliseconds; null: it does not say. */
  readonly at: number | null;
  readonly payload: unknown;
}

const TYPE = /^cf\.email\.sending\.message\.([a-z_]+)$/;

/**
 * The event in a message of the queue that Email Service's event subscription fills; null: not an event of a mail.
 * Source: Cloudflare Email Service's "Event subscriptions".
 */
export function parseEmailService(body: unknown): EmailServiceEvent | null {
  const type = TYPE.exec(textAt(body, "type") ?? "")?.[1];
  const messageId = textAt(body, "payload", "messageId");
  if (type === undefined || messageId === null) return null;
  const payload = valueAt(body, "payload");
  return { type, messageId: bareId(messageId), at: timeAt(body, "metadata", "eventTimestamp"), payload };
}

/** The service gives its id with angle brackets in some places and without in others. */
export function bareId(messageId: string): string {
  return messageId.trim().replace(/^<(.*)>$/, "$1");
}

/** What an event says of its delivery; null: of no use here. */
export function readEmailService(
  { type, messageId, at, payload }: EmailServiceEvent,
  delivery: { readonly push: string; readonly recipient: number },
  now: number,
): FeedbackEvent | null {
  const read = READERS.get(type);
  if (read === undefined) return null;
  const id = textAt(payload, "eventId") ?? `${type}:${messageId}:${at}`;
  return read(payload, {
    source: "email-service",
    ...delivery,
    id: `email-service:${id}`,
    address: textAt(payload, "recipient"),
    at: happenedAt(at, now),
  });
}

type Known = Origin & { readonly id: string };

const READERS: ReadonlyMap<string, (payload: unknown, known: Known) => FeedbackEvent> = new Map([
  ["delivered", (_payload: unknown, known: Known): FeedbackEvent => ({ ...known, kind: "delivered" })],
  ["deferred", deferred],
  ["bounced", bounced],
  ["failed", failed],
  ["rejected", rejected],
  ["complained", complained],
]);

function refusalOf(payload: unknown) {
  return remoteRefusal({
    words: textAt(payload, "delivery", "smtpResponse") ?? textAt(payload, "bounce", "reason"),
    status: textAt(payload, "delivery", "smtpEnhancedStatusCode"),
    code: numberAt(payload, "delivery", "smtpStatusCode"),
  });
}

function deferred(payload: unknown, known: Known): FeedbackEvent {
  const { status, words } = refusalOf(payload);
  return { ...known, kind: "delayed", status, words };
}

function bounced(payload: unknown, known: Known): FeedbackEvent {
  const refusal = refusalOf(payload);
  const soft = textAt(payload, "bounce", "type") === "soft";
  return {
    ...known,
    ...refusal,
    kind: "bounced",
    permanent: !soft && refusal.permanent,
    suppress: soft ? null : refusal.suppress,
  };
}

/** Inside the service: nothing is known of the address. */
function failed(payload: unknown, known: Known): FeedbackEvent {
  const words = textAt(payload, "failure", "reason");
  return { ...known, kind: "bounced", status: null, words, class: null, permanent: true, suppress: null };
}

function rejected(payload: unknown, known: Known): FeedbackEvent {
  const reason = textAt(payload, "rejection", "reason");
  const words = [reason, textAt(payload, "rejection", "detail")].filter((part) => part !== null).join(": ") || null;
  const suppress = /suppress/i.test(reason ?? "") ? "bounced" : null;
  return { ...known, kind: "bounced", status: null, words, class: null, permanent: true, suppress };
}

function complained(payload: unknown, known: Known): FeedbackEvent {
  return { ...known, kind: "complained", words: textAt(payload, "complaint", "type") };
}
