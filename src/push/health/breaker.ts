/**
 * Stops a push before it ruins its list or its sender's name: when mail after mail is refused alike for good, or too
 * much of it is taken for spam. Pure and JSON-serialisable; a resume starts from `BREAKER_AT_REST` again.
 */
export interface Breaker {
  /** Final outcomes since the start or the last resume, counted up to what the rule about the first ones needs. */
  readonly counted: number;
  /** How many in a row, up to the last, were refused alike, and as what; 0 after a mail was taken. */
  readonly streak: number;
  readonly alike: string | null;
  /** One was not like the others: taken, or refused in another way. */
  readonly mixed?: boolean;
  /** The share of spam is taken over the block of outcomes being filled and the full one before it. */
  readonly block: Block;
  readonly previous: Block;
}

interface Block {
  readonly outcomes: number;
  readonly spam: number;
}

/** BREAKER_FIRST, BREAKER_STREAK, BREAKER_SPAM_SHARE. */
export interface BreakerThresholds {
  readonly first: number;
  readonly streak: number;
  readonly spamShare: number;
}

/** A final outcome: taken, or refused for good. What was deferred or went back says nothing yet. */
export interface FinalOutcome {
  /** Null if it was taken. Else the verdict's class and the server's words ("550 5.1.1 …"), or our own reason. */
  readonly refused: { readonly class: string | null; readonly reply: string | null } | null;
}

/** A share of fewer than this would trip over two or three mails; also the size of a block. */
const SHARE_OUTCOMES = 100;

const EMPTY: Block = { outcomes: 0, spam: 0 };
export const BREAKER_AT_REST: Breaker = { counted: 0, streak: 0, alike: null, block: EMPTY, previous: EMPTY };

/** Counts one outcome. `tripped`: why the push has to pause, in words for a person, or null. */
export function observe(
  breaker: Breaker,
  outcome: FinalOutcome,
  thresholds: BreakerThresholds,
): { readonly breaker: Breaker; readonly tripped: string | null } {
  const alike = outcome.refused === null ? null : fingerprint(outcome.refused);
  const blocks = filled(breaker, outcome.refused?.class === "blocked-as-spam");
  const next: Breaker = {
    counted: Math.min(breaker.counted + 1, thresholds.first + 1),
    streak: alike === null ? 0 : alike === breaker.alike ? breaker.streak + 1 : 1,
    alike,
    mixed: breaker.mixed || alike === null || (breaker.counted > 0 && alike !== breaker.alike),
    ...blocks,
  };
  return { breaker: next, tripped: reasonToTrip(next, outcome, thresholds) };
}

/**
 * True if nothing is suspected: only then are addresses suppressed for what the server said of them. While mail goes out,
 * one must have been taken since the last refusal; at the end it is enough that not all were refused alike.
 */
export function isClear(breaker: Breaker, ended: boolean): boolean {
  return breaker.counted > 0 && (ended ? breaker.mixed === true : breaker.streak === 0);
}

function reasonToTrip(breaker: Breaker, outcome: FinalOutcome, thresholds: BreakerThresholds): string | null {
  const words = outcome.refused?.reply ?? outcome.refused?.class ?? "refused";
  if (breaker.counted === thresholds.first && breaker.streak === breaker.counted) {
    return `the first ${breaker.streak} mails were all refused alike: ${words}`;
  }
  if (breaker.streak >= thresholds.streak) return `${breaker.streak} mails in a row were refused alike: ${words}`;
  const outcomes = breaker.block.outcomes + breaker.previous.outcomes;
  const spam = breaker.block.spam + breaker.previous.spam;
  if (outcomes >= SHARE_OUTCOMES && spam / outcomes > thresholds.spamShare) {
    return `${spam} of the last ${outcomes} mails were refused as spam${outcome.refused === null ? "" : `: ${words}`}`;
  }
  return null;
}

function filled(breaker: Breaker, spam: boolean): Pick<Breaker, "block" | "previous"> {
  const full = breaker.block.outcomes >= SHARE_OUTCOMES;
  const block = full ? EMPTY : breaker.block;
  return {
    block: { outcomes: block.outcomes + 1, spam: block.spam + (spam ? 1 : 0) },
    previous: full ? breaker.block : breaker.previous,
  };
}

/** What makes two refusals alike: class and reply code. The words often hold an address or an id. */
function fingerprint(refused: { readonly class: string | null; readonly reply: string | null }): string {
  return `${refused.class ?? ""} ${/^[45]\d\d\b/.exec(refused.reply ?? "")?.[0] ?? ""}`.trim();
}
