import type { Tallies } from "../../core/states.ts";
import type { PushRow } from "../ledger/ledger.ts";
import { type Reason, reasonOf } from "../reason.ts";

// A canary: a few deliveries of a push go first, and what becomes of them decides whether the others follow by themselves.

/** What was asked for. */
export interface CanaryTerms {
  /** Deliveries that go first. */
  readonly count: number;
  /** From when none of them is pending, queued or sending. */
  readonly waitSeconds: number;
  /** Of those with an outcome, 0 to 1: more pauses the push. */
  readonly maxFailureShare: number;
}

/** Where it stands; stored as JSON in the push's row. */
export interface Canary extends CanaryTerms {
  /**
   * The deliveries are chosen: they are pending with a due time, and the others without. Where all are skipped the next
   * ones are chosen, until one has an outcome.
   */
  readonly isChosen: boolean;
  /** Since when none of them is pending, queued or sending, and some have an outcome, epoch milliseconds; null: not yet. */
  readonly waitsFrom: number | null;
  /** null: not judged yet. */
  readonly verdict: "passed" | "failed" | null;
}

export interface CanaryFacts {
  readonly isRunning: boolean;
  readonly snapshotDone: boolean;
  readonly tallies: Tallies;
  /** Pending deliveries of the canary; all others that are pending wait for the verdict. */
  readonly pending: number;
}

/** The next step, and when it is due, epoch milliseconds. */
export interface CanaryStep {
  readonly step: "choose" | "wait" | "judge";
  readonly at: number;
}

/** What is wrong with a canary that `outlastsExpiry`. */
export const WAITS_TOO_LONG = "is not less than expiresIn: the others would expire before the canary is judged";

/** Whether all that is unsent has expired before the canary is judged. */
export function outlastsExpiry(canary: CanaryTerms | null, expiresInSeconds: number): boolean {
  return canary !== null && canary.waitSeconds >= expiresInSeconds;
}

export function newCanary({ count, waitSeconds, maxFailureShare }: CanaryTerms): Canary {
  return { count, waitSeconds, maxFailureShare, isChosen: false, waitsFrom: null, verdict: null };
}

/** The push's canary; null: it has none. */
export function canaryOf(push: Pick<PushRow, "canary">): Canary | null {
  return push.canary === null ? null : (JSON.parse(push.canary) as Canary);
}

/** The canary if its verdict is out: then nothing but it may be released. */
export function openCanary(push: Pick<PushRow, "canary">): Canary | null {
  const canary = canaryOf(push);
  return canary?.verdict === null ? canary : null;
}

/** null: nothing to do before something else happens. */
export function nextStep(canary: Canary, facts: CanaryFacts, now: number): CanaryStep | null {
  const { isRunning, snapshotDone } = facts;
  if (canary.verdict !== null || !isRunning || !snapshotDone) return null;
  if (!canary.isChosen) return { step: "choose", at: now };
  if (restOf(facts) === 0) return null; // nothing is left that a verdict could stop
  // Also during the wait: a deferred one that is tried again has no outcome, and is not yet the proof that all is well.
  if (underWay(facts) > 0 || allDeferred(facts)) return null;
  // Those who were skipped show nothing: others take their place.
  if (outcomesOf(facts) === 0) return { step: "choose", at: now };
  if (canary.waitsFrom === null) return { step: "wait", at: now };
  return { step: "judge", at: canary.waitsFrom + canary.waitSeconds * 1000 };
}

/** Why the canary fails; null: it passes. */
export function failureOf(canary: CanaryTerms, facts: CanaryFacts): Reason | null {
  const { failed, bounced, complained, in_doubt } = facts.tallies;
  const bad = failed + bounced + complained + in_doubt;
  const outcomes = outcomesOf(facts);
  if (outcomes === 0 || bad / outcomes <= canary.maxFailureShare) return null;
  const parts = Object.entries({ failed, bounced, complained, "in doubt": in_doubt }).filter(([, n]) => n > 0);
  const words = parts.map(([name, n]) => `${n} ${name}`).join(", ");
  return reasonOf(
    "canary-failed",
    `canary: of ${outcomes} mails ${words} (${percent(bad / outcomes)}, at most ${percent(canary.maxFailureShare)} may); resume sends the rest`,
    { of: outcomes, failed, bounced, complained, inDoubt: in_doubt, allowed: canary.maxFailureShare },
  );
}

/** Why a push with this canary sends nothing else; null: it has no rest, or does not run. */
export function waitingReason(canary: Canary, facts: CanaryFacts): Reason | null {
  if (!facts.isRunning) return null;
  const { count, waitSeconds: seconds, maxFailureShare: allowed } = canary;
  if (!canary.isChosen) {
    return reasonOf("canary-choosing", `canary: ${count} mails go first, once all recipients are known`, { count });
  }
  const rest = restOf(facts);
  if (rest === 0) return null;
  const others = `waiting for its verdict: ${rest}`;
  const left = underWay(facts);
  const skipped = skippedOf(facts);
  if (skipped > 0 && outcomesOf(facts) === 0 && !allDeferred(facts)) {
    const words = `canary: ${skipped} were skipped, which shows nothing, and the next ${count} go in their place; ${others}`;
    return reasonOf("canary-next", words, { skipped, count, rest });
  }
  if (left > 0) {
    return reasonOf("canary-going", `canary: still to go before it is judged: ${left}; ${others}`, { left, rest });
  }
  if (allDeferred(facts)) {
    const words = `canary: all its mails are deferred, and none has an outcome to judge; ${others}`;
    return reasonOf("canary-deferred", words, { rest });
  }
  if (canary.waitsFrom === null) {
    return reasonOf("canary-begins", `canary: is judged ${seconds} s from now; ${others}`, { seconds, rest });
  }
  const until = canary.waitsFrom + seconds * 1000;
  const at = new Date(until).toISOString().slice(0, 19);
  const words = `canary: is judged at ${at}Z, at most ${percent(allowed)} may fail; ${others}`;
  return reasonOf("canary-waits", words, { until, allowed, rest });
}

/** Before the verdict every delivery that is not pending is the canary's. */
function restOf({ tallies, pending }: CanaryFacts): number {
  return tallies.pending - pending;
}

function underWay({ tallies, pending }: CanaryFacts): number {
  return pending + tallies.queued + tallies.sending;
}

/** Servers that say "later" to all of them, as to a new sender, have shown nothing yet: neither the wait nor the verdict begins. */
function allDeferred(facts: CanaryFacts): boolean {
  return outcomesOf(facts) === 0 && facts.tallies.deferred > 0;
}

/** The canary's deliveries that are not deferred or skipped, of which none is under way. */
function outcomesOf({ tallies }: CanaryFacts): number {
  const { sent, failed, bounced, complained, in_doubt } = tallies;
  return sent + failed + bounced + complained + in_doubt;
}

/** The canary's deliveries that ended without a mail. */
function skippedOf({ tallies }: CanaryFacts): number {
  return tallies.skipped + tallies.cancelled;
}

function percent(share: number): string {
  return `${Number((100 * share).toFixed(1))} %`;
}
