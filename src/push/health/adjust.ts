import { outageDelayMs } from "../../core/backoff.ts";
import { effectOf, isVerdict } from "../../core/verdict.ts";
import type { Ledger, PushRow } from "../ledger/ledger.ts";
import type { Applied } from "../ledger/transition.ts";
import type { Limits } from "../limits.ts";
import { HANG_UP, type Outcome, UNSENDABLE } from "../rpc.ts";
import { pause } from "../steering/commands.ts";
import { observe } from "./breaker.ts";
import { FIRST_WINDOW, type Health, healthOf, lastClaim, NO_OUTAGE, type Outage } from "./health.ts";
import { acceptedPerSecond, countAccepted, cutRate, HOLD_AFTER_CUT_MS, recoverRate } from "./rate.ts";
import { dropNotedSuppressions } from "./suppressions.ts";

/** The effect of one settle's outcomes on a push's health; applied by `adjustHealth`. */
export interface Adjustment {
  readonly health: Health;
  /** After an outage: reset the window to `FIRST_WINDOW`. */
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
  applied: readonly Applied[],
  limits: Limits,
  now: number,
): boolean {
  const before = healthOf(push);
  const outcomes = applied.map((one) => one.outcome);
  const adjustment = adjustmentOf(before, outcomes, claim > before.fromClaim, push.rate, limits, now);
  const fromClaim = adjustment.stop && claim > before.fromClaim ? lastClaim(ledger) : before.fromClaim;
  const window = adjustment.startAgain
    ? FIRST_WINDOW
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
  before: Health,
  outcomes: readonly Outcome[],
  counts: boolean,
  asked: number | null,
  limits: Limits,
  now: number,
): Adjustment {
  const sent = outcomes.filter((outcome) => outcome.kind === "sent").length;
  const acceptance = countAccepted(before.acceptance, sent, now);
  const accepted = acceptedPerSecond(acceptance, now);
  const rate = recoverRate(before.rate, accepted, asked, now);
  const health: Health = { ...before, acceptance, rate };
  // Ignore results of claims made before the last back-off, rate cut or resume, and tell their consumers to stop.
  if (!counts) return { health, startAgain: false, good: false, pauseFor: null, stop: true };

  const { breaker, tripped } = countFinal(before, outcomes, limits);
  // A reply about a recipient, even a refusal, ends the outage.
  const answered = outcomes.some((outcome) => outcome.attempt === 1 && outcome.class !== HANG_UP);
  const throttled = outcomes.some((outcome) => outcome.kind === "throttled");
  const updated: Health = {
    ...health,
    breaker,
    outage: answered ? NO_OUTAGE : before.outage,
    ...(throttled ? { rate: cutRate(before.rate, accepted, now), nextFreeAt: now + HOLD_AFTER_CUT_MS } : {}),
  };
  const base: Adjustment = { health: updated, startAgain: false, good: false, pauseFor: null, stop: true };

  const unauthorised = outcomes.find((outcome) => outcome.kind === "unauthorised");
  const pauseFor =
    unauthorised === undefined
      ? (tripped ?? refusalOfAll(outcomes))
      : (unauthorised.reply ?? "the relay refused our credentials or sender");
  // All of these are replies: the relay is reachable.
  if (pauseFor !== null) return { ...base, health: { ...updated, outage: NO_OUTAGE }, pauseFor };
  const down = outcomes.find((outcome) => outcome.kind === "outage");
  if (down !== undefined) {
    const outage = nextOutage(updated.outage, down.reply, limits, now);
    return { ...base, health: { ...updated, outage }, startAgain: true };
  }
  if (throttled) return base;
  const backingOff = updated.outage.nextTryAt !== null && updated.outage.nextTryAt > now;
  return { ...base, good: sent > 0, stop: backingOff };
}

function nextOutage(before: Outage, error: string | null, limits: Limits, now: number): Outage {
  const count = before.count + 1;
  const delay = outageDelayMs(count, limits.backoffScale, limits.random);
  return { count, since: before.since ?? now, error, nextTryAt: Math.ceil(now + delay) };
}

/** Counts the final outcomes in order; the first trip gives the reason. */
function countFinal(before: Health, outcomes: readonly Outcome[], limits: Limits) {
  let { breaker } = before;
  let tripped: string | null = null;
  for (const { kind, class: verdict, reply, attempt } of outcomes) {
    // Only refusals by the relay, replied or announced; a template error is not one.
    const byRelay = attempt === 1 || verdict === UNSENDABLE;
    if (kind !== "sent" && !(kind === "failed" && byRelay)) continue;
    const refused = kind === "sent" ? null : { class: verdict, reply };
    const seen = observe(breaker, { refused }, limits.breaker);
    breaker = seen.breaker;
    tripped ??= seen.tripped;
  }
  return { breaker, tripped };
}

/** The reply of a refusal that applies to all recipients, such as a message too large for the relay; else null. */
function refusalOfAll(outcomes: readonly Outcome[]): string | null {
  const one = outcomes.find(
    (outcome) => isVerdict(outcome.class) && outcome.kind === "failed" && effectOf(outcome.class).push === "pause",
  );
  return one === undefined ? null : (one.reply ?? one.class);
}
