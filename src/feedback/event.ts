import { createHash } from "node:crypto";
import { formatWords } from "../core/reply.ts";
import type { VerdictClass } from "../core/verdict-class.ts";
import type { SuppressionReason } from "../recipients/suppressions.ts";

/** What came back about a mail, by whatever way. Whoever makes one has verified where it comes from. */
export type FeedbackEvent =
  | Bounced
  | Complained
  | Unsubscribed
  /** The recipient's server took the mail, or a server that sends no reports. A proof that the relay had it. */
  | (Known & { readonly kind: "delivered" })
  /** The relay has not given up yet. A proof that it has the mail. */
  | (Known & { readonly kind: "delayed"; readonly status: string | null; readonly words: string | null })
  /** Worth a line in the delivery's story: an auto-reply, a report type without effect. No proof of anything. */
  | (Known & { readonly kind: "noted"; readonly words: string | null });

interface Known {
  /** The same when the same event comes again, by any way; unlike that of every other event of the delivery. */
  readonly id: string;
  /** When it happened, epoch milliseconds. */
  readonly at: number;
  /** The way it came: "dsn", "arf", "ses", "one-click". */
  readonly source: string;
  /** The push, from a token or MAC of ours that was verified; null: only the address is known. */
  readonly push: string | null;
  /** The delivery of `push`: the recipient's id. */
  readonly recipient: number | null;
  /**
   * The mailbox, where somebody we trust names it: a provider's signed event does, the text of a mail does not. Used
   * where the ledger does not know the delivery's address.
   */
  readonly address: string | null;
}

/** The mail was taken by the relay, and was not delivered in the end. */
export interface Bounced extends Known {
  readonly kind: "bounced";
  /** Enhanced status code (RFC 3463): "5.1.1"; null: none was given. */
  readonly status: string | null;
  /** The remote server's words. Untrusted; `sendFeedback` cuts and cleans them. */
  readonly words: string | null;
  /** The class by the verdict table; null: not known. */
  readonly class: VerdictClass | null;
  /** False: given up after temporary refusals (4.x.x). */
  readonly permanent: boolean;
  /** Suppress the address for this reason: nobody is there, or a provider has suppressed it; else null. */
  readonly suppress: SuppressionReason | null;
}

/** A report of abuse, fraud or a virus. Suppresses the address. */
export interface Complained extends Known {
  readonly kind: "complained";
  readonly words: string | null;
}

/** Suppresses the delivery's address and the recipient's present one. Changes no state. */
export interface Unsubscribed extends Known {
  readonly kind: "unsubscribed";
  readonly words: string | null;
}

/** A queue message is at most 128 KB, a batch 256 KB; an event is at most 4 KB. */
const EVENTS_A_BATCH = 50;
const MAX_ID_LENGTH = 200;
const MAX_ADDRESS_LENGTH = 320;
const MAX_SOURCE_LENGTH = 32;
const STATUS = /^[245]\.\d{1,3}\.\d{1,3}$/;

/**
 * Puts events on the queue. Await it before answering whoever brought them, so that nothing acknowledged is lost.
 *
 * @throws if the queue refuses: some of the events may be on it. HTTP answers 503, `email()` throws.
 */
export async function sendFeedback(env: Pick<Env, "FEEDBACK">, events: readonly FeedbackEvent[]): Promise<void> {
  const messages = events.map((event) => ({ body: bounded(event), contentType: "json" as const }));
  for (let start = 0; start < messages.length; start += EVENTS_A_BATCH) {
    await env.FEEDBACK.sendBatch(messages.slice(start, start + EVENTS_A_BATCH));
  }
}

/** The event with its texts from outside cut and cleaned: they go to the ledger, to D1 and onto pages. */
function bounded(event: FeedbackEvent): FeedbackEvent {
  const fields: Record<string, unknown> = {
    // Not cut: two events would become one.
    id: event.id.length > MAX_ID_LENGTH ? createHash("sha256").update(event.id).digest("hex") : event.id,
    source: event.source.slice(0, MAX_SOURCE_LENGTH),
    address: event.address !== null && event.address.length > MAX_ADDRESS_LENGTH ? null : event.address,
  };
  if ("words" in event) fields.words = event.words === null ? null : formatWords(event.words) || null;
  if ("status" in event) fields.status = event.status !== null && STATUS.test(event.status) ? event.status : null;
  return { ...event, ...fields } as FeedbackEvent;
}

const KINDS: readonly unknown[] = [
  "bounced",
  "complained",
  "unsubscribed",
  "delivered",
  "delayed",
  "noted",
] satisfies FeedbackEvent["kind"][];

/** Whether a message's body is an event: one malformed message must not block its batch. */
export function isFeedback(body: unknown): body is FeedbackEvent {
  if (typeof body !== "object" || body === null) return false;
  const { kind, id, at, push, recipient, address } = body as Record<string, unknown>;
  return (
    KINDS.includes(kind) &&
    typeof id === "string" &&
    Number.isFinite(at) &&
    (push === null || (typeof push === "string" && push !== "")) &&
    (recipient === null || Number.isSafeInteger(recipient)) &&
    (address === null || typeof address === "string")
  );
}
