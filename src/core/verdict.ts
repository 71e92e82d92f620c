import type { Reply, Stage } from "./reply.ts";
import type { Condition, VerdictRow } from "./verdict/row.ts";
import { ACCOUNT_QUOTA, MAILBOX_QUOTA } from "./verdict/temporary.ts";
import { VERDICT_CLASSES, type VerdictClass } from "./verdict-class.ts";
import { VERDICT_TABLE } from "./verdict-table.ts";

/** The effect of a verdict on the delivery and on its push. */
export interface Effect {
  readonly delivery: "sent" | "failed" | "deferred" | "pending";
  /** True if the relay answered for this recipient: only then an attempt counts. */
  readonly countsAttempt: boolean;
  /** `throttle`: cut the rate. `outage`: back off. `pause`: the reply is the reason. `breaker`: count it. */
  readonly push: "none" | "throttle" | "outage" | "pause" | "breaker";
  /** True if the address is to be suppressed once the breaker is clear. */
  readonly suppress: boolean;
}

const EFFECTS: Readonly<Record<VerdictClass, Effect>> = {
  accepted: { delivery: "sent", countsAttempt: true, push: "none", suppress: false },
  throttled: { delivery: "pending", countsAttempt: false, push: "throttle", suppress: false },
  greylisted: { delivery: "deferred", countsAttempt: true, push: "none", suppress: false },
  "mailbox-full": { delivery: "deferred", countsAttempt: true, push: "none", suppress: false },
  transient: { delivery: "deferred", countsAttempt: true, push: "none", suppress: false },
  "no-such-user": { delivery: "failed", countsAttempt: true, push: "breaker", suppress: true },
  "blocked-as-spam": { delivery: "failed", countsAttempt: true, push: "breaker", suppress: false },
  // All mails have the same content: the others would fail too.
  "too-large": { delivery: "failed", countsAttempt: true, push: "pause", suppress: false },
  rejected: { delivery: "failed", countsAttempt: true, push: "breaker", suppress: false },
  outage: { delivery: "pending", countsAttempt: false, push: "outage", suppress: false },
  unauthorised: { delivery: "pending", countsAttempt: false, push: "pause", suppress: false },
};

/** True for a verdict class, false for the ledger's own reasons ("expired", "template"). */
export function isVerdict(reason: string | null): reason is VerdictClass {
  return (VERDICT_CLASSES as readonly (string | null)[]).includes(reason);
}

export function effectOf(verdict: VerdictClass): Effect {
  return EFFECTS[verdict];
}

/** The class of a reply at a stage of the session. Every reply has one. */
export function classify(reply: Reply, stage: Stage): VerdictClass {
  return rowFor(reply, stage).class;
}

/**
 * True if the reply is about our own account's quota (by the hour, day, month or plan), which waiting renews; never for
 * the mailbox's quota. Such a reply is classified as `throttled` once the envelope has begun.
 */
export function isAccountQuota(reply: Reply): boolean {
  const facts = factsOf(reply, "content");
  return matches(ACCOUNT_QUOTA, facts) && !matches(MAILBOX_QUOTA, facts);
}

/** The first row of the verdict table that matches the reply. */
export function rowFor(reply: Reply, stage: Stage): VerdictRow {
  const facts = factsOf(reply, stage);
  const row = VERDICT_TABLE.find((candidate) => matches(candidate.when, facts));
  if (row === undefined) throw new Error("the last row of the verdict table matches every reply");
  return row;
}

interface Facts {
  readonly code: string;
  readonly stage: Stage;
  readonly status: string | null;
  /** The reply's text as one line, without URLs and addresses, with spaces for underscores ("user_unknown"). */
  readonly words: string;
  /** The same line with URLs and addresses. */
  readonly raw: string;
}

function factsOf(reply: Reply, stage: Stage): Facts {
  return { code: String(reply.code), stage, status: statusOf(reply), ...wordsOf(reply) };
}

function matches(when: Condition, facts: Facts): boolean {
  return (
    (when.codes === undefined || when.codes.some((pattern) => fits(pattern, facts.code))) &&
    (when.stages === undefined || when.stages.includes(facts.stage)) &&
    (when.status === undefined ||
      (facts.status !== null && when.status.some((pattern) => fits(pattern, facts.status)))) &&
    (when.words === undefined || when.words.test(facts.words)) &&
    (when.raw === undefined || when.raw.test(facts.raw)) &&
    !(when.not ?? []).some((pattern) => pattern.test(facts.words))
  );
}

/** "5xx" fits 550; "x.7.x" fits 5.7.26. Any part but x must be equal. */
function fits(pattern: string, value: string | null): boolean {
  if (value === null) return false;
  const wanted = pattern.includes(".") ? pattern.split(".") : [...pattern];
  const given = value.includes(".") ? value.split(".") : [...value];
  return wanted.length === given.length && wanted.every((part, i) => part === "x" || part === given[i]);
}

const STATUS_IN_WORDS = /(?<![\d.])[245]\.\d\.\d{1,3}(?![\d.])/g;

/**
 * The enhanced status code: the server's, else one in the text ("#5.1.1" of qmail and IronPort, a quoted bounce).
 * A policy code (x.7.x) overrides the others: the reason is then not the recipient.
 */
function statusOf(reply: Reply): string | null {
  const quoted = (reply.text.match(STATUS_IN_WORDS) ?? []).filter((status) => status[0] === String(reply.code)[0]);
  const all = reply.enhanced === null ? quoted : [reply.enhanced, ...quoted];
  return all.find((status) => status.split(".")[1] === "7") ?? all[0] ?? null;
}

/** Bounds the work on untrusted text, and is enough to classify a reply. */
const WORDS_LENGTH = 2_000;

function wordsOf(reply: Reply): Pick<Facts, "words" | "raw"> {
  const raw = reply.text.slice(0, WORDS_LENGTH).replace(/\s+/g, " ").trim();
  const words = raw
    .replace(/https?:\/\/\S+/gi, " ")
    .replace(/<?[^\s<>()[\]]+@[^\s<>()[\]:;,]+>?/g, "<>")
    .replaceAll("_", " ");
  return { words, raw };
}
