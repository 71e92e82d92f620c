import { outageDelayMs } from "../../core/backoff.ts";
import { countAccepted } from "../../relay/acceptance.ts";
import type { Ledger, PushRow } from "../ledger/ledger.ts";
import type { Applied } from "../ledger/transition.ts";
import type { Limits } from "../limits.ts";
import type { Reason } from "../reason.ts";
import { choiceOf } from "../relay/choice.ts";
import { candidatesOf, stoppedFor } from "../relay/choose.ts";
import { owedBy } from "../relay/owed.ts";
import { oweRelay, useOf } from "../relay/reporting.ts";
import { HANG_UP, isOwnOutage, type Outcome, TEMPLATE, UNSENDABLE } from "../rpc.ts";
import { pause } from "../steering/commands.ts";
import { observe, passOver } from "./breaker.ts";
import { isOutage } from "./deferrals.ts";
import { afterRound, countDoubts, isRound, reasonToPause } from "./doubt.ts";
import { firstWindow, type Health, lastClaim, NO_OUTAGE, nextOutage } from "./health.ts";
import type { Judgement } from "./judgement.ts";
import { dropNotedSuppressions } from "./suppressions.ts";

/** The effect of one settle's outcomes on a push's health; applied by `adjustHealth`. */
export interface Adjustment {
  readonly health: Health;
  /** After a back-off: start again with the first window. */
  readonly startAgain: boolean;
  /** Mails were accepted without a fault: the window may double. */
  readonly good: boolean;
  /** The reason to pause the push, or null. */
  readonly pauseFor: Reason | null;
  /** The push backs off or pauses: results of the claims so far do not count again. */
  readonly backsOff: boolean;
  /** The consumer must start no more mails under this claim. */
  readonly stop: boolean;
}

/** The relay that a claim went by, and its epoch then. */
export interface ByRelay {
  readonly relay: string;
  readonly epoch: number;
  /** Sessions that the relay refused while others of the claim worked. */
  readonly sessionsRefused: number;
}

/**
 * Updates a push's health, window and state from the outcomes of one settle. True if the consumer must start no more
 * mails under this claim.
 */
export function adjustHealth(
  ledger: Ledger,
  push: PushRow,
  claim: number,
  by: ByRelay,
  judgement: Judgement,
  applied: readonly Applied[],
  limits: Limits,
  now: number,
): boolean {
  const { fromClaim: before } = judgement.health;
  const adjustment = adjustmentOf(push, by, judgement, applied, claim > before, limits, now);
  const fromClaim = adjustment.backsOff && claim > before ? lastClaim(ledger) : before;
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
 * @param counts false for a claim granted before the push's last back-off or resume: twenty sessions that fail together
 *   are one round. What it says of its relay is counted by the relay's epoch.
 */
export function adjustmentOf(
  push: PushRow,
  by: ByRelay,
  judgement: Judgement,
  applied: readonly Applied[],
  counts: boolean,
  limits: Limits,
  now: number,
): Adjustment {
  const { health: before } = judgement;
  const outcomes = applied.map((one) => one.outcome);
  const owed = owedBy(outcomes, by.sessionsRefused, before.deferrals.ofRecipients);
  const acceptance = countAccepted(before.acceptance, owed.accepted ?? 0, now);
  const health = oweRelay({ ...before, acceptance }, by.relay, by.epoch, owed, limits, now);
  const quiet = { health, startAgain: false, good: false, pauseFor: null, backsOff: false, stop: true };
  if (!counts) return quiet;

  const { breaker, tripped } = countFinal(before, applied, limits);
  const updated: Health = {
    ...health,
    breaker,
    outage: endsOutage(before, outcomes) ? NO_OUTAGE : before.outage,
    doubt: countDoubts(before.doubt, outcomes),
    lost: judgement.pauseFor === null ? health.lost : { ...health.lost, [by.relay]: judgement.pauseFor },
  };
  const pauseFor = tripped ?? stoppedFor(candidatesOf(limits, choiceOf(push, updated)), choiceOf(push, updated));
  // All of these are replies: the relay is reachable.
  if (pauseFor !== null) {
    const paused = { ...updated, outage: NO_OUTAGE, relaysStopped: tripped === null };
    return { ...quiet, health: paused, pauseFor, backsOff: true };
  }
  const backedOff = backOff(updated, outcomes, limits, now);
  if (backedOff !== null) {
    return { ...quiet, health: backedOff, startAgain: true, pauseFor: pauseReason(backedOff), backsOff: true };
  }
  const failed = outcomes.some(({ kind }) => kind === "outage" || kind === "quota");
  if (failed) return { ...quiet, health: { ...updated, accepted: 0 }, startAgain: true };
  const use = useOf(updated, by.relay);
  const stop =
    (updated.outage.nextTryAt ?? 0) > now || use.heldUntil > now || by.epoch < use.epoch || judgement.pauseFor !== null;
  return { ...quiet, health: updated, good: (owed.accepted ?? 0) > 0 && use.heldUntil <= now, stop };
}

/**
 * A reply about a recipient, even a refusal, ends an outage; but not one where the relay says "later" to everybody. One
 * of our own ends where a recipient was read, and reserved or not.
 */
function endsOutage({ deferrals, accepted, outage }: Health, outcomes: readonly Outcome[]): boolean {
  if (outage.own === true && outcomes.some(({ kind }) => kind === "skipped")) return true;
  return outcomes.some((one) => one.attempt === 1 && one.class !== HANG_UP) && !isOutage(deferrals, accepted);
}

/** The health after a back-off of the push itself, if the outcomes require one; else null. */
function backOff(health: Health, outcomes: readonly Outcome[], limits: Limits, now: number): Health | null {
  const down = outcomes.find((outcome) => outcome.kind === "outage");
  const own = down !== undefined && isOwnOutage(down.class);
  const round = isRound(health.doubt, health.accepted, down !== undefined && !own);
  if (!round && !own) return null;
  const doubt = round ? afterRound(health.doubt) : health.doubt;
  const error = down?.reply ?? doubt.words;
  const delay = outageDelayMs(health.outage.count + 1, limits.backoffScale, limits.random);
  return { ...health, doubt, outage: { ...nextOutage(health.outage, error, delay, now), own }, accepted: 0 };
}

function pauseReason(backedOff: Health): Reason | null {
  return backedOff.doubt.inARow === 0 ? reasonToPause(backedOff.doubt) : null;
}

/** Counts the final outcomes in order; the first trip gives the reason. */
function countFinal(before: Health, applied: readonly Applied[], limits: Limits) {
  let { breaker } = before;
  let tripped: Reason | null = null;
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
