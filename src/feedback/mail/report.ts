import type { VerdictClass } from "../../core/verdict-class.ts";

/** What became of a mail to one recipient, as a server tells it. */
export interface RecipientReport {
  /** As the report names it, which may be the address it was forwarded to; null: it names none. */
  readonly recipient: string | null;
  /** `failed`: given up. `relayed`: passed on to a server that sends no reports (RFC 3464 section 2.3.3). */
  readonly outcome: "failed" | "delayed" | "delivered" | "relayed";
  /** Enhanced status code (RFC 3463); null: none was given. */
  readonly status: string | null;
  /** SMTP reply code; null: none was quoted. */
  readonly code: number | null;
  /** The server's words, untrusted; null: none. */
  readonly words: string | null;
  /** By the verdict table. */
  readonly class: VerdictClass;
  /** Failed, and not after temporary refusals (4.x.x). */
  readonly permanent: boolean;
}

/** Registered feedback types (RFC 5965 section 7.3, RFC 6591, RFC 6430), and `unknown` for others. */
export const FEEDBACK_TYPES = ["abuse", "fraud", "virus", "opt-out", "not-spam", "auth-failure", "dmarc"] as const;
export type FeedbackType = (typeof FEEDBACK_TYPES)[number] | "unknown";

/** What a mail that came back is. */
export type MailReport =
  | {
      readonly kind: "bounce";
      /** `dsn`: RFC 3464. `text`: told to people, in one of many formats. `ses`: a notification by SNS. */
      readonly format: "dsn" | "text" | "ses";
      readonly recipients: readonly RecipientReport[];
      readonly evidence: Evidence;
    }
  | {
      readonly kind: "feedback";
      readonly type: FeedbackType;
      /** Mailboxes that the report names: most report one, some several, many none. */
      readonly recipients: readonly string[];
      readonly evidence: Evidence;
    }
  | { readonly kind: "auto-reply"; readonly words: string; readonly evidence: Evidence }
  | { readonly kind: "other" };

/** Where a token of ours may stand; each is verified before it is believed. */
export interface Evidence {
  /** Original-Envelope-Id (RFC 3461): our ENVID. */
  readonly envelopeIds: readonly string[];
  /** Message-IDs of the returned message, without angle brackets. */
  readonly messageIds: readonly string[];
  /** Envelope senders of the returned message. */
  readonly returnPaths: readonly string[];
}
