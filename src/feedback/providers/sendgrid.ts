import { Buffer } from "node:buffer";
import { createPublicKey, verify } from "node:crypto";
import { err, ok, type Result } from "../../core/result.ts";
import type { FeedbackEvent } from "../event.ts";
import { numberAt, parseJson, textAt } from "./fields.ts";
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
 * Header of a mail that goes out by SendGrid: its events then carry the token as a field of their own.
 * Source: Twilio SendGrid's "Building an X-SMTPAPI header" and "Unique arguments".
 */
export function sendgridHeaders(token: string): string {
  return `X-SMTPAPI: {"unique_args":\r\n {"mailpush": "${token}"}}\r\n`;
}

/** The headers of a call that carry its signature. */
export interface SendgridSignature {
  /** X-Twilio-Email-Event-Webhook-Signature: base64 of the DER form. */
  readonly signature: string;
  /** X-Twilio-Email-Event-Webhook-Timestamp: epoch seconds. */
  readonly timestamp: string;
}

/**
 * Verifies the signature of a call: ECDSA with SHA-256 over the timestamp and the body as it came. Null: it is right.
 * Source: Twilio SendGrid's "Getting started with the Event Webhook security features".
 * @param publicKey the verification key as SendGrid shows it: base64 of a SubjectPublicKeyInfo
 */
export function checkSendgrid(
  body: Uint8Array,
  { signature, timestamp }: SendgridSignature,
  publicKey: string,
  now: number,
): Refused | null {
  if (!isSigned(Buffer.concat([Buffer.from(timestamp), body]), signature, publicKey)) {
    return unverified("the signature is wrong");
  }
  const seconds = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) : null;
  return isTimely(seconds === null ? null : seconds * 1000, now) ? null : unverified(UNTIMELY);
}

/** Never throws: the signature comes from outside. */
function isSigned(signed: Uint8Array, signature: string, publicKey: string): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, "base64"), format: "der", type: "spki" });
    return verify("sha256", signed, key, Buffer.from(signature, "base64"));
  } catch {
    return false;
  }
}

/** Whether a text is a public key as SendGrid shows it. */
export function isSendgridKey(text: string): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(text, "base64"), format: "der", type: "spki" });
    return key.asymmetricKeyType === "ec";
  } catch {
    return false;
  }
}

/**
 * What a verified call says: a list of events of many mails.
 * Source: Twilio SendGrid's "Event Webhook reference".
 */
export function readSendgrid(body: string, reading: Reading): Result<Told, Refused> {
  const json = parseJson(body);
  if (!Array.isArray(json)) return err({ code: "invalid-body", detail: "the body is no list of events" });
  return ok(told(json.map((one) => eventOf(one, reading))));
}

type Known = Origin & { readonly id: string };

function eventOf(json: unknown, reading: Reading): FeedbackEvent | string {
  const type = textAt(json, "event") ?? "no event";
  const read = READERS.get(type);
  if (read === undefined) return type;
  const seconds = numberAt(json, "timestamp");
  const origin = originOf(
    "sendgrid",
    {
      token: textAt(json, "mailpush"),
      address: textAt(json, "email"),
      at: seconds === null ? null : seconds * 1000,
    },
    reading,
  );
  if (origin === null) return NOT_OURS;
  const id = textAt(json, "sg_event_id") ?? `${type}:${textAt(json, "sg_message_id")}:${seconds}`;
  return read(json, { ...origin, id: `sendgrid:${id}` });
}

/** By type of event; others (processed, open, click) say nothing of the delivery. */
const READERS: ReadonlyMap<string, (json: unknown, known: Known) => FeedbackEvent> = new Map([
  ["delivered", (_json: unknown, known: Known): FeedbackEvent => ({ ...known, kind: "delivered" })],
  ["deferred", deferred],
  ["bounce", bounce],
  ["dropped", dropped],
  ["spamreport", (_json: unknown, known: Known): FeedbackEvent => ({ ...known, kind: "complained", words: null })],
  ["unsubscribe", unsubscribed],
  ["group_unsubscribe", unsubscribed],
]);

function unsubscribed(json: unknown, known: Known): FeedbackEvent {
  return { ...known, kind: "unsubscribed", words: `${textAt(json, "event")} (SendGrid)` };
}

function deferred(json: unknown, known: Known): FeedbackEvent {
  const { status, words } = remoteRefusal({
    words: textAt(json, "response") ?? textAt(json, "reason"),
    status: textAt(json, "status"),
  });
  return { ...known, kind: "delayed", status, words };
}

function bounce(json: unknown, known: Known): FeedbackEvent {
  const refusal = remoteRefusal({
    words: textAt(json, "reason") ?? textAt(json, "response"),
    status: textAt(json, "status"),
  });
  const event = { ...known, ...refusal, kind: "bounced" } as const;
  // "blocked": the server refused this mail, not the mailbox.
  if (textAt(json, "type") === "blocked") return { ...event, suppress: null };
  if (!INVALID_ADDRESS.test(textAt(json, "bounce_classification") ?? "")) return event;
  return { ...event, permanent: true, class: "no-such-user", suppress: "no-such-user" };
}

/** "Invalid Address"; SendGrid's own examples have "invalid" too. */
const INVALID_ADDRESS = /^invalid( address)?$/i;

/** SendGrid took the mail and then did not send it. */
function dropped(json: unknown, known: Known): FeedbackEvent {
  const words = textAt(json, "reason");
  const suppress = DROPPED.find(({ reason }) => reason.test(words ?? ""))?.suppress ?? null;
  return {
    ...known,
    kind: "bounced",
    status: remoteRefusal({ words: null, status: textAt(json, "status") }).status,
    words,
    class: suppress === "no-such-user" ? suppress : null,
    permanent: true,
    suppress,
  };
}

/** Reasons that name a dead address, or one that SendGrid keeps on a list of suppressed ones. */
const DROPPED = [
  { reason: /^bounced address/i, suppress: "bounced" },
  { reason: /^unsubscribed address/i, suppress: "unsubscribed" },
  { reason: /^spam reporting address/i, suppress: "complained" },
  { reason: /^invalid$/i, suppress: "no-such-user" },
] as const;
