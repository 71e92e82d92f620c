import type { Reply, Stage } from "../../core/reply.ts";

/**
 * What sessions have learned of a relay that its EHLO does not say. Pure and JSON-serialisable; times in epoch
 * milliseconds.
 */
export interface RelayTraits {
  /**
   * Whether the relay answers a MAIL that was written together with the preceding content (RFC 2920 section 3.1
   * allows it). `breaks`: it refused or swallowed one; Haraka and chasquid do.
   */
  readonly joining: "unknown" | "works" | "breaks";
  readonly sessionLimit: SessionLimit | null;
  /** The last refusal before `sessionLimit` was reached: once it may be a rate, twice alike it is a smaller limit. */
  readonly refusedEarly: (Progress & { readonly at: number }) | null;
  /** When the first MAIL of a session was last refused for now: the relay then limits the rate, not the session. */
  readonly firstMailRefusedAt: number | null;
  /** The AUTH mechanism that last succeeded. */
  readonly mechanism: string | null;
  /** Mechanisms that are offered and were refused, in the order of the refusals. */
  readonly refusedMechanisms: readonly string[];
}

/** Where in a session the relay refused a MAIL after it had accepted others. */
export interface SessionLimit {
  /** Messages begun (MAIL accepted) before. Exim counts these. */
  readonly begun: number;
  /** Messages accepted before. OpenSMTPD counts these. */
  readonly accepted: number;
  /** Seen in two sessions, or said in the reply; else it may be a rate limit. */
  readonly certain: boolean;
  readonly learnedAt: number;
}

/** How far a session has come. */
export type Progress = Pick<SessionLimit, "begun" | "accepted">;

/** One observation of a session. */
export type Observation =
  | { readonly kind: "joined"; readonly answered: boolean }
  | { readonly kind: "session-limit"; readonly progress: Progress; readonly reply: Reply }
  | { readonly kind: "first-mail-refused" }
  | { readonly kind: "refused-early"; readonly progress: Progress }
  | { readonly kind: "auth"; readonly mechanism: string; readonly accepted: boolean };

export const NOTHING_LEARNED: RelayTraits = {
  joining: "unknown",
  sessionLimit: null,
  refusedEarly: null,
  firstMailRefusedAt: null,
  mechanism: null,
  refusedMechanisms: [],
};

/** A limit is tried again after this time: it may be misread, and short sessions are slow. */
const LIMIT_KNOWN_MS = 10 * 60_000;
/** The usual window of a rate limit (Postfix's anvil: 60 s). */
const RATE_LIMITED_MS = 60_000;

const SESSION =
  /\b(in|for|per|on|during|within|of|each|this|one|a|single) (an? |the |this |each |one |single |same |your )?(smtp )?(session|connection)\b/i;
const COUNT = /\b(messages?|mails?|e-?mails?|transactions?|envelopes?|deliver(y|ies)|commands?|limit|maximum)\b/i;
const TOO_MANY_MAILS = /too many (\w+ ){0,2}(messages|mails|e-?mails|transactions|envelopes)\b/i;

export function learn(traits: RelayTraits, seen: Observation, now: number): RelayTraits {
  switch (seen.kind) {
    case "joined":
      return { ...traits, joining: seen.answered && traits.joining !== "breaks" ? "works" : "breaks" };
    case "session-limit":
      return {
        ...traits,
        sessionLimit: limitOf(traits.sessionLimit, seen.progress, seen.reply, now),
        refusedEarly: null,
      };
    case "first-mail-refused": {
      const sessionLimit = traits.sessionLimit?.certain === true ? traits.sessionLimit : null;
      return { ...traits, sessionLimit, refusedEarly: null, firstMailRefusedAt: now };
    }
    case "refused-early":
      return { ...traits, refusedEarly: { ...seen.progress, at: now } };
    case "auth": {
      const others = traits.refusedMechanisms.filter((name) => name !== seen.mechanism);
      const working = traits.mechanism === seen.mechanism ? null : traits.mechanism;
      return seen.accepted
        ? { ...traits, mechanism: seen.mechanism, refusedMechanisms: others }
        : { ...traits, mechanism: working, refusedMechanisms: [...others, seen.mechanism] };
    }
  }
}

/**
 * True if this refusal ends the session only: the relay takes a limited number of messages in each. Any 4xx to MAIL
 * after accepted messages may be one (Exim: "421 too many messages in this connection", OpenSMTPD: "452 4.5.3 Too many
 * messages sent"), unless a session was just refused at its first MAIL, or others have sent more: that is a rate, until
 * a second session is refused at the same point.
 *
 * @param progress before the refused message
 */
export function refusesSession(
  traits: RelayTraits,
  stage: Stage,
  reply: Reply,
  progress: Progress,
  now: number,
): boolean {
  if (reply.code < 400 || progress.begun === 0) return false;
  if (saysSession(reply)) return true;
  if (stage !== "mail" || progress.accepted === 0) return false;
  if (reply.code >= 500 && !TOO_MANY_MAILS.test(reply.text)) return false;
  const { sessionLimit, refusedEarly, firstMailRefusedAt } = traits;
  if (firstMailRefusedAt !== null && now - firstMailRefusedAt < RATE_LIMITED_MS) return false;
  if (sessionLimit === null || isOld(sessionLimit, now)) return true;
  if (reaches(progress, sessionLimit)) return true;
  return refusedEarly !== null && now - refusedEarly.at < LIMIT_KNOWN_MS && isSame(progress, refusedEarly);
}

/** True if the session was refused before the known limit. */
export function isEarly({ sessionLimit }: RelayTraits, progress: Progress, now: number): boolean {
  return sessionLimit !== null && !isOld(sessionLimit, now) && !reaches(progress, sessionLimit);
}

function reaches(progress: Progress, limit: Progress): boolean {
  return progress.begun >= limit.begun || progress.accepted >= limit.accepted;
}

function isSame(one: Progress, other: Progress): boolean {
  return one.begun === other.begun || one.accepted === other.accepted;
}

/** The most messages to send in one session; Infinity: no limit is known for certain. */
export function messagesPerSession({ sessionLimit }: RelayTraits, now: number): number {
  return sessionLimit?.certain === true && !isOld(sessionLimit, now) ? sessionLimit.begun : Infinity;
}

/** The mechanisms to try, in this order: what worked, then what was not refused yet, in the order of `supported`. */
export function mechanismsToTry(
  traits: RelayTraits,
  offered: readonly string[],
  supported: readonly string[],
): string[] {
  const rank = (name: string) => (name === traits.mechanism ? -1 : traits.refusedMechanisms.indexOf(name) + 1);
  return supported.filter((name) => offered.includes(name)).sort((one, other) => rank(one) - rank(other));
}

/** The relay has taken a MAIL in this session, so it is not the command that it does not know. */
const OUT_OF_ORDER_CODES: readonly number[] = [500, 502, 503];
const OUT_OF_ORDER = /pipelin|synchroni[sz]|\bsequence\b|out of order|protocol (error|violation)|nested mail/i;

/** A reply to a MAIL behind a content that is about their order, not about the mail. */
export function refusesJoining(reply: Reply): boolean {
  return OUT_OF_ORDER_CODES.includes(reply.code) || (reply.code >= 400 && OUT_OF_ORDER.test(reply.text));
}

function limitOf(before: SessionLimit | null, progress: Progress, reply: Reply, now: number): SessionLimit {
  const { begun, accepted } = progress;
  const known = before !== null && !isOld(before, now) ? before : null;
  // A smaller limit may be a rate after all: it has to be met again, unless the reply says so.
  const certain =
    (known !== null && (isSame(progress, known) || (known.certain && reaches(progress, known)))) || saysSession(reply);
  return {
    begun: Math.min(begun, known?.begun ?? Infinity),
    accepted: Math.min(accepted, known?.accepted ?? Infinity),
    certain,
    learnedAt: now,
  };
}

function saysSession(reply: Reply): boolean {
  return SESSION.test(reply.text) && COUNT.test(reply.text);
}

function isOld(limit: SessionLimit, now: number): boolean {
  return now - limit.learnedAt >= LIMIT_KNOWN_MS;
}
