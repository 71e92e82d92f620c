import type { Reply, Stage } from "./reply.ts";
import { VERDICT_CLASSES, type VerdictClass } from "./verdict-class.ts";
import { type Condition, VERDICT_TABLE, type VerdictRow } from "./verdict-table.ts";

/** What a verdict does to the delivery and to its push. */
export interface Effect {
  readonly delivery: "sent" | "failed" | "deferred" | "pending";
  /** True if the relay answered for this recipient: only then is an attempt used up. */
  readonly countsAttempt: boolean;
  /** `throttle`: cut the rate. `outage`: back off as a whole. `pause`: with the server's words. `breaker`: count it. */
  readonly push: "none" | "throttle" | "outage" | "pause" | "breaker";
  /** True if nobody should write to this address again, once the breaker is clear. */
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
  // The same content goes to everyone: every other one would fail too.
  "too-large": { delivery: "failed", countsAttempt: true, push: "pause", suppress: false },
  rejected: { delivery: "failed", countsAttempt: true, push: "breaker", suppress: false },
  outage: { delivery: "pending", countsAttempt: false, push: "outage", suppress: false },
  unauthorised: { delivery: "pending", countsAttempt: false, push: "pause", suppress: false },
};

/** True of a class of the table, false of the ledger's own reasons ("expired", "template"). */
export function isVerdict(reason: string | null): reason is VerdictClass {
  return (VERDICT_CLASSES as readonly (string | null)[]).includes(reason);
}

export function effectOf(verdict: VerdictClass): Effect {
  return EFFECTS[verdict];
}

/** The class of a server's reply, by the stage of the session it came at. Total: every reply has one. */
export function classify(reply: Reply, stage: Stage): VerdictClass {
  return rowFor(reply, stage).class;
}

/** The row of the table that decides about this reply: the first that matches. */
export function rowFor(reply: Reply, stage: Stage): VerdictRow {
  const facts: Facts = { code: String(reply.code), stage, status: statusOf(reply), ...wordsOf(reply) };
  const row = VERDICT_TABLE.find((candidate) => matches(candidate.when, facts));
  if (row === undefined) throw new Error("the last row of the verdict table matches every reply");
  return row;
}

interface Facts {
  readonly code: string;
  readonly stage: Stage;
  readonly status: string | null;
  /** The reply's text in one line, without URLs and addresses. */
  readonly words: string;
  /** The same with them. */
  readonly raw: string;
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

/** "5xx" fits 550; "x.7.x" fits 5.7.26; a part without x fits itself alone. */
function fits(pattern: string, value: string | null): boolean {
  if (value === null) return false;
  const wanted = pattern.includes(".") ? pattern.split(".") : [...pattern];
  const given = value.includes(".") ? value.split(".") : [...value];
  return wanted.length === given.length && wanted.every((part, i) => part === "x" || part === given[i]);
}

const STATUS_IN_WORDS = /(?<![\d.])[245]\.\d\.\d{1,3}(?![\d.])/g;

/**
 * The enhanced status code: the server's, or else one among the words ("#5.1.1" of qmail and IronPort, a bounce quoted).
 * A policy code (x.7.x) anywhere wins over all others: it says that the reason is not the recipient.
 */
function statusOf(reply: Reply): string | null {
  const quoted = (reply.text.match(STATUS_IN_WORDS) ?? []).filter((status) => status[0] === String(reply.code)[0]);
  const all = reply.enhanced === null ? quoted : [reply.enhanced, ...quoted];
  return all.find((status) => status.split(".")[1] === "7") ?? all[0] ?? null;
}

/** As much as says what a reply is about; bounds the work on words that we do not choose. */
const WORDS_LENGTH = 2_000;

function wordsOf(reply: Reply): Pick<Facts, "words" | "raw"> {
  const raw = reply.text.slice(0, WORDS_LENGTH).replace(/\s+/g, " ").trim();
  const words = raw.replace(/https?:\/\/\S+/gi, " ").replace(/<?[^\s<>()[\]]+@[^\s<>()[\]]+>?/g, "<>");
  return { words, raw };
}
