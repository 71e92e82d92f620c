import { Buffer } from "node:buffer";
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { err, ok, type Result } from "../../core/result.ts";
import type { FeedbackEvent } from "../event.ts";
import { numberAt, parseJson, textAt, valueAt } from "./fields.ts";
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
 * Header of a mail that goes out by Mailgun: its events then carry the token as a variable. Recipients see it too.
 * Source: Mailgun's "Attaching metadata to messages".
 */
export function mailgunHeaders(token: string): string {
  return `X-Mailgun-Variables: {"mailpush":\r\n "${token}"}\r\n`;
}

/** A call whose signature is right. */
export interface MailgunCall {
  /** Signed, unlike the event: use it once. */
  readonly token: string;
  /** Of the whole body: tells a call that comes again from another one with its token. */
  readonly digest: string;
  readonly event: unknown;
}

/**
 * Verifies a call: HMAC-SHA-256 of timestamp and token, by our own key or, as `parent-signature`, for a subaccount. It
 * does not cover the event: whoever saw one call could send any event with its token, so the caller refuses a token that
 * was used. Source: Mailgun's "Securing webhooks".
 */
export function verifyMailgun(body: string, signingKey: string, now: number): Result<MailgunCall, Refused> {
  const json = parseJson(body);
  const token = textAt(json, "signature", "token");
  const timestamp = textAt(json, "signature", "timestamp") ?? numberAt(json, "signature", "timestamp")?.toString();
  if (token === null || timestamp === undefined)
    return err({ code: "invalid-body", detail: "the body has no signature" });
  const expected = createHmac("sha256", signingKey).update(`${timestamp}${token}`).digest("hex");
  const given = ["signature", "parent-signature"].map((name) => textAt(json, "signature", name) ?? "");
  if (!given.map((one) => isEqual(one.toLowerCase(), expected)).includes(true)) {
    return err(unverified("the signature is wrong"));
  }
  // Exactly: "1" + "23" and "12" + "3" have one signature.
  if (!/^\d{10}$/.test(timestamp) || !isTimely(Number(timestamp) * 1000, now)) return err(unverified(UNTIMELY));
  const digest = createHash("sha256").update(body).digest("hex");
  return ok({ token, digest, event: valueAt(json, "event-data") });
}

function isEqual(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** What a verified call's event says. Source: Mailgun's "Webhook payloads" and "Tracking failures". */
export function readMailgun(event: unknown, reading: Reading): Told {
  const type = textAt(event, "event") ?? "no event";
  const read = READERS.get(type);
  if (read === undefined) return told([type]);
  const seconds = numberAt(event, "timestamp");
  const origin = originOf(
    "mailgun",
    {
      token: textAt(event, "user-variables", "mailpush"),
      address: textAt(event, "recipient"),
      at: seconds === null ? null : Math.floor(seconds * 1000),
    },
    reading,
  );
  if (origin === null) return told([NOT_OURS]);
  const id = textAt(event, "id") ?? `${origin.push}:${origin.recipient}:${seconds}`;
  return told([read(event, { ...origin, id: `mailgun:${type}:${id}` })]);
}

type Known = Origin & { readonly id: string };

/** By type of event; others (accepted, opened, clicked, stored) say nothing of the delivery. */
const READERS: ReadonlyMap<string, (event: unknown, known: Known) => FeedbackEvent> = new Map([
  ["delivered", (_event: unknown, known: Known): FeedbackEvent => ({ ...known, kind: "delivered" })],
  ["failed", failed],
  ["rejected", rejected],
  ["complained", (_event: unknown, known: Known): FeedbackEvent => ({ ...known, kind: "complained", words: null })],
  ["unsubscribed", (_event: unknown, known: Known): FeedbackEvent => ({ ...known, kind: "unsubscribed", words: null })],
]);

function failed(event: unknown, known: Known): FeedbackEvent {
  const status = valueAt(event, "delivery-status");
  const refusal = remoteRefusal({
    words: textAt(status, "message") ?? textAt(status, "description"),
    status: textAt(status, "enhanced-code"),
    code: numberAt(status, "code"),
  });
  if (textAt(event, "severity") === "temporary") {
    return { ...known, kind: "delayed", status: refusal.status, words: refusal.words };
  }
  const reason = textAt(event, "reason") ?? "";
  const listed = SUPPRESSED.get(reason) ?? SUPPRESSED_CODES.get(numberAt(status, "code") ?? 0);
  if (listed !== undefined) {
    const words = refusal.words ?? reason;
    return { ...known, kind: "bounced", status: null, words, class: null, permanent: true, suppress: listed };
  }
  return { ...known, ...refusal, kind: "bounced" };
}

/** Mailgun keeps the address on one of its lists of suppressed ones. */
const SUPPRESSED: ReadonlyMap<string, "bounced" | "unsubscribed" | "complained"> = new Map([
  ["suppress-bounce", "bounced"],
  ["suppress-unsubscribe", "unsubscribed"],
  ["suppress-complaint", "complained"],
]);

/** The same by Mailgun's own codes: some such events have another reason. */
const SUPPRESSED_CODES: ReadonlyMap<number, "bounced" | "unsubscribed" | "complained"> = new Map([
  [605, "bounced"],
  [606, "unsubscribed"],
  [607, "complained"],
]);

/** Mailgun took the mail and then did not send it. */
function rejected(event: unknown, known: Known): FeedbackEvent {
  const words = textAt(event, "reject", "reason") ?? textAt(event, "reject", "description");
  return { ...known, kind: "bounced", status: null, words, class: null, permanent: true, suppress: null };
}
