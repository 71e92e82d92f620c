import { type Reason, reasonOf } from "../reason.ts";

/**
 * Stops a push before it harms its list or its sender's reputation: on a run of identical permanent refusals, or on a
 * high share refused as spam. Pure and JSON-serialisable; a resume resets to `BREAKER_AT_REST`.
 */
export interface Breaker {
  /** Final outcomes since the start or the last resume, counted up to `first` + 1. */
  readonly counted: number;
  /** Length of the current run of identical refusals; 0 after an accepted mail. `alike` is their fingerprint. */
  readonly streak: number;
  readonly alike: string | null;
  /** At least one outcome differed: accepted, or refused with another fingerprint. */
  readonly mixed?: boolean;
  /** The spam share covers the current block of outcomes and the full one before it. */
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

/** A final outcome: accepted, or permanently refused. Deferred and requeued deliveries do not count. */
export interface FinalOutcome {
  /** Null if accepted. Else the verdict's class and the server's reply ("550 5.1.1 …"), or our own reason. */
  readonly refused: { readonly class: string | null; readonly reply: string | null } | null;
}

/** Block size and minimum sample for the share: on a smaller one, two or three mails would trip the breaker. */
const SHARE_OUTCOMES = 100;

const EMPTY: Block = { outcomes: 0, spam: 0 };
export const BREAKER_AT_REST: Breaker = { counted: 0, streak: 0, alike: null, block: EMPTY, previous: EMPTY };

/** Counts one outcome. `tripped`: the reason to pause the push, or null. */
export function observe(
  breaker: Breaker,
  outcome: FinalOutcome,
  thresholds: BreakerThresholds,
): { readonly breaker: Breaker; readonly tripped: Reason | null } {
  const alike = outcome.refused === null ? null : fingerprint(outcome.refused);
  const blocks = countInBlocks(breaker, outcome.refused?.class === "blocked-as-spam");
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
 * A delivery renewed by a retry was refused as before: no news, and no reason to trip. But a mail has to be accepted
 * after it before the breaker is clear.
 */
export function passOver(breaker: Breaker): Breaker {
  return { ...breaker, streak: Math.max(1, breaker.streak) };
}

/**
 * True if the refusals concern single recipients; only then are their addresses suppressed. While the push runs, this
 * needs a mail accepted after the last refusal; when it has ended, that not all outcomes were the same refusal.
 */
export function isClear(breaker: Breaker, ended: boolean): boolean {
  return breaker.counted > 0 && (ended ? breaker.mixed === true : breaker.streak === 0);
}

function reasonToTrip(breaker: Breaker, outcome: FinalOutcome, thresholds: BreakerThresholds): Reason | null {
  const said = outcome.refused?.reply ?? outcome.refused?.class ?? "refused";
  const count = breaker.streak;
  if (breaker.counted === thresholds.first && count === breaker.counted) {
    return reasonOf("first-alike", `the first ${count} mails were all refused alike: ${said}`, { count, said });
  }
  if (count >= thresholds.streak) {
    return reasonOf("alike", `${count} mails in a row were refused alike: ${said}`, { count, said });
  }
  const outcomes = breaker.block.outcomes + breaker.previous.outcomes;
  const spam = breaker.block.spam + breaker.previous.spam;
  if (outcomes >= SHARE_OUTCOMES && spam / outcomes > thresholds.spamShare) {
    const isSaid = outcome.refused !== null;
    const words = `${spam} of the last ${outcomes} mails were refused as spam${isSaid ? `: ${said}` : ""}`;
    return reasonOf("spam-share", words, { count: spam, of: outcomes, ...(isSaid ? { said } : {}) });
  }
  return null;
}

function countInBlocks(breaker: Breaker, spam: boolean): Pick<Breaker, "block" | "previous"> {
  const full = breaker.block.outcomes >= SHARE_OUTCOMES;
  const block = full ? EMPTY : breaker.block;
  return {
    block: { outcomes: block.outcomes + 1, spam: block.spam + (spam ? 1 : 0) },
    previous: full ? breaker.block : breaker.previous,
  };
}

/** Two refusals with equal class and reply code are alike; the reply's text often holds an address or an id. */
function fingerprint(refused: { readonly class: string | null; readonly reply: string | null }): string {
  return `${refused.class ?? ""} ${/^[45]\d\d\b/.exec(refused.reply ?? "")?.[0] ?? ""}`.trim();
}
