import { outageDelayMs, quotaDelayMs } from "../../core/backoff.ts";
import type { Ledger, PushRow } from "../ledger/ledger.ts";
import type { Applied } from "../ledger/transition.ts";
import type { Limits } from "../limits.ts";
import { HANG_UP, type Outcome, TEMPLATE, UNSENDABLE } from "../rpc.ts";
import { pause } from "../steering/commands.ts";
import { observe, passOver } from "./breaker.ts";
import { isOutage } from "./deferrals.ts";
import { afterRound, countDoubts, isRound, reasonToPause } from "./doubt.ts";
import { firstWindow, type Health, lastClaim, NO_OUTAGE, type Outage } from "./health.ts";
import type { Judgement } from "./judgement.ts";
import { afterRest } from "./quota.ts";
import { acceptedPerSecond, countAccepted, cutRate, HOLD_AFTER_CUT_MS, recoverRate } from "./rate.ts";
import { dropNotedSuppressions } from "./suppressions.ts";

/** The effect of one settle's outcomes on a push's health; applied by `adjustHealth`. */
export interface Adjustment {
  readonly health: Health;
  /** After a back-off: start again with the first window. */
  readonly startAgain: boolean;
  /** Mails were accepted without a fault: the window may double. */
  readonly good: boolean;
  /** Human-readable reason to pause the push, or null. */
  readonly pauseFor: string | null;
  /** The consumer must start no more mails under this claim. */
  readonly stop: boolean;
}

/**
 * Updates a push's health, window and state from the outcomes of one settle. True if the consumer must start no more
 * mails under this claim.
 */
export function adjustHealth(
  ledger: Ledger,
  push: PushRow,
  claim: number,
  judgement: Judgement,
  applied: readonly Applied[],
  limits: Limits,
  now: number,
): boolean {
  const { fromClaim: before } = judgement.health;
  const adjustment = adjustmentOf(judgement, applied, claim > before, push.rate, limits, now);
  const fromClaim = adjustment.stop && claim > before ? lastClaim(ledger) : before;
  const window = adjustment.startAgain
    ? firstWindow(adjustment.health)
    : Math.min(limits.window, push.window * (adjustment.good ? 2 : 1));
  ledger.updatePush({ health: JSON.stringify({ ...adjustment.health, fromClaim }), window });
  if (adjustment.pauseFor !== null) dropNotedSuppressions(ledger);
  if (adjustment.pauseFor !== null && push.status === "running") pause(ledger, push, adjustment.pauseFor, now);
  return adjustment.stop || push.status !== "running";
}

/**
 * Computes the adjustment. Pure.
 *
 * @param counts false for a claim granted before the last back-off, rate cut or resume: twenty sessions that fail
 *   together are one outage. Its accepted mails still count in the measured rate.
 * @param asked requested rate, mails per second, or null
 */
export function adjustmentOf(
  judgement: Judgement,
  applied: readonly Applied[],
  counts: boolean,
  asked: number | null,
  limits: Limits,
  now: number,
): Adjustment {
  const before = judgement.health;
  const outcomes = applied.map((one) => one.outcome);
  const sent = outcomes.filter((outcome) => outcome.kind === "sent").length;
  const acceptance = countAccepted(before.acceptance, sent, now);
  const accepted = acceptedPerSecond(acceptance, now);
  const rate = recoverRate(before.rate, accepted, asked, now);
  const health: Health = { ...before, acceptance, rate };
  // Ignore results of claims made before the last back-off, rate cut or resume, and tell their consumers to stop.
  if (!counts) return { health, startAgain: false, good: false, pauseFor: null, stop: true };

  const { breaker, tripped } = countFinal(before, applied, limits);
  const throttled = outcomes.some((outcome) => outcome.kind === "throttled");
  const updated: Health = {
    ...health,
    breaker,
    outage: endsOutage(before, outcomes) ? NO_OUTAGE : before.outage,
    doubt: countDoubts(before.doubt, outcomes),
    quota: { ...before.quota, accepted: before.quota.accepted + sent },
    ...(throttled ? { rate: cutRate(before.rate, accepted, now), nextFreeAt: now + HOLD_AFTER_CUT_MS } : {}),
  };
  const base: Adjustment = { health: updated, startAgain: false, good: false, pauseFor: null, stop: true };

  const unauthorised = outcomes.find((outcome) => outcome.kind === "unauthorised" && outcome.address === null);
  const pauseFor =
    judgement.pauseFor ??
    (unauthorised === undefined ? tripped : (unauthorised.reply ?? "the relay refused our credentials or sender"));
  // All of these are replies: the relay is reachable.
  if (pauseFor !== null) return { ...base, health: { ...updated, outage: NO_OUTAGE }, pauseFor };
  const backedOff = backOff(updated, outcomes, limits, now);
  if (backedOff !== null) return { ...base, health: backedOff, startAgain: true, pauseFor: pauseReason(backedOff) };
  if (throttled) return base;
  const backingOff = updated.outage.nextTryAt !== null && updated.outage.nextTryAt > now;
  return { ...base, good: sent > 0, stop: backingOff };
}

/** A reply about a recipient, even a refusal, ends an outage; but not one where the relay says "later" to everybody. */
function endsOutage({ deferrals, accepted }: Health, outcomes: readonly Outcome[]): boolean {
  return outcomes.some((one) => one.attempt === 1 && one.class !== HANG_UP) && !isOutage(deferrals, accepted);
}

/** The health after a back-off, if the outcomes require one; else null. */
function backOff(health: Health, outcomes: readonly Outcome[], limits: Limits, now: number): Health | null {
  const quota = outcomes.find((outcome) => outcome.kind === "quota");
  if (quota !== undefined) {
    const rests = afterRest(health.quota);
    const delay = quotaDelayMs(rests.rests, limits.backoffScale, limits.random);
    const outage = { ...nextOutage(health.outage, quota.reply, delay, now), count: 0 };
    return { ...health, outage, quota: rests, accepted: 0 };
  }
  const down = outcomes.find((outcome) => outcome.kind === "outage");
  const round = isRound(health.doubt, health.accepted, down !== undefined);
  if (!round && down === undefined) return null;
  const doubt = round ? afterRound(health.doubt) : health.doubt;
  const error = down?.reply ?? doubt.words;
  const delay = outageDelayMs(health.outage.count + 1, limits.backoffScale, limits.random);
  return { ...health, doubt, outage: nextOutage(health.outage, error, delay, now), accepted: 0 };
}

function pauseReason(backedOff: Health): string | null {
  return backedOff.doubt.inARow === 0 ? reasonToPause(backedOff.doubt) : null;
}

function nextOutage(before: Outage, error: string | null, delayMs: number, now: number): Outage {
  return { count: before.count + 1, since: before.since ?? now, error, nextTryAt: Math.ceil(now + delayMs) };
}

/** Counts the final outcomes in order; the first trip gives the reason. */
function countFinal(before: Health, applied: readonly Applied[], limits: Limits) {
  let { breaker } = before;
  let tripped: string | null = null;
  for (const { outcome, again } of applied) {
    const { kind, class: verdict, reply, attempt } = outcome;
    // A refusal by the relay, replied or announced, or a template that fails.
    const refusal = kind === "failed" && (attempt === 1 || verdict === UNSENDABLE || verdict === TEMPLATE);
    if (kind !== "sent" && !refusal) continue;
    if (refusal && again) {
      breaker = passOver(breaker);
      continue;
    }
    const refused = kind === "sent" ? null : { class: verdict, reply };
    const seen = observe(breaker, { refused }, limits.breaker);
    breaker = seen.breaker;
    tripped ??= seen.tripped;
  }
  return { breaker, tripped };
}
