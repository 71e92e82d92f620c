import type { Stage } from "../reply.ts";
import type { VerdictClass } from "../verdict-class.ts";

/** Matches when all given fields match. */
export interface Condition {
  /** Reply codes; x is any digit: "4xx". */
  readonly codes?: readonly string[];
  readonly stages?: readonly Stage[];
  /** Enhanced status codes (RFC 3463); x is any number: "x.1.1". */
  readonly status?: readonly string[];
  /** Matched against the text without URLs and addresses. Only where the codes alone mislead. */
  readonly words?: RegExp;
  /** Matched against the whole text. */
  readonly raw?: RegExp;
  /** None of these may match the text without URLs and addresses. */
  readonly not?: readonly RegExp[];
}

export interface VerdictRow {
  readonly class: VerdictClass;
  readonly when: Condition;
  /** A real reply that this row is the first to match. */
  readonly sample: string;
  readonly stage: Stage;
}

/** Before a session stands. */
export const OPENING: readonly Stage[] = ["connect", "greeting", "ehlo", "starttls"];
/** Stages at which a refusal may be about one recipient or its content. */
export const RECIPIENT: readonly Stage[] = ["rcpt", "data", "content"];
export const ENVELOPE: readonly Stage[] = ["mail", ...RECIPIENT];
