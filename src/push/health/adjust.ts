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

/** What the outcomes of one settle make of what a push has learned. Pure: see `adjustHealth` for what is done with it. */
export interface Adjustment {
  readonly health: Health;
  /** Back to a small window: the relay was away. */
  readonly startAgain: boolean;
  /** The relay took something and nothing is wrong: the window may grow. */
  readonly good: boolean;
  /** Why the push has to pause, in words for a person, or null. */
  readonly pauseFor: string | null;
  /** The consumer should begin no more mails under this claim. */
  readonly stop: boolean;
}

/**
 * What the outcomes of one settle teach the push of its relay. Gives true if the consumer should begin no more mails
 * under this claim.
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
 * @param counts false for a claim granted before the last back-off, cut or resume: twenty sessions that fail together
 *   are one outage. What such a claim got accepted still counts into the measured rate.
 * @param asked mails per second asked for, or null
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
  // What was out before the last back-off, cut or resume teaches nothing, and should not go on at the old pace either.
  if (!counts) return { health, startAgain: false, good: false, pauseFor: null, stop: true };

  const { breaker, tripped } = observed(before, outcomes, limits);
  // A relay that answers is there, even if it says no.
  const answered = outcomes.some((outcome) => outcome.attempt === 1 && outcome.class !== HANG_UP);
  const throttled = outcomes.some((outcome) => outcome.kind === "throttled");
  const known: Health = {
    ...health,
    breaker,
    outage: answered ? NO_OUTAGE : before.outage,
    ...(throttled ? { rate: cutRate(before.rate, accepted, now), nextFreeAt: now + HOLD_AFTER_CUT_MS } : {}),
  };
  const quiet: Adjustment = { health: known, startAgain: false, good: false, pauseFor: null, stop: true };

  const unauthorised = outcomes.find((outcome) => outcome.kind === "unauthorised");
  const pauseFor =
    unauthorised === undefined
      ? (tripped ?? hopeless(outcomes))
      : (unauthorised.reply ?? "the relay refused our credentials or sender");
  if (pauseFor !== null) return { ...quiet, pauseFor };
  const down = outcomes.find((outcome) => outcome.kind === "outage");
  if (down !== undefined) {
    const outage = backedOff(known.outage, down.reply, limits, now);
    return { ...quiet, health: { ...known, outage }, startAgain: true };
  }
  if (throttled) return quiet;
  const away = known.outage.nextTryAt !== null && known.outage.nextTryAt > now;
  return { ...quiet, good: sent > 0, stop: away };
}

function backedOff(before: Outage, error: string | null, limits: Limits, now: number): Outage {
  const count = before.count + 1;
  const delay = outageDelayMs(count, limits.backoffScale, limits.random);
  return { count, since: before.since ?? now, error, nextTryAt: Math.ceil(now + delay) };
}

/** Counts what was final, one by one; what tripped the breaker first is the reason. */
function observed(before: Health, outcomes: readonly Outcome[], limits: Limits) {
  let { breaker } = before;
  let tripped: string | null = null;
  for (const { kind, class: verdict, reply, attempt } of outcomes) {
    // Only the relay's word, given or known beforehand: a template that fails for somebody is no refusal.
    const byRelay = attempt === 1 || verdict === UNSENDABLE;
    if (kind !== "sent" && !(kind === "failed" && byRelay)) continue;
    const refused = kind === "sent" ? null : { class: verdict, reply };
    const seen = observe(breaker, { refused }, limits.breaker);
    breaker = seen.breaker;
    tripped ??= seen.tripped;
  }
  return { breaker, tripped };
}

/** A refusal that everybody else would get too: too large for the relay is too large for all. */
function hopeless(outcomes: readonly Outcome[]): string | null {
  const one = outcomes.find(
    (outcome) => isVerdict(outcome.class) && outcome.kind === "failed" && effectOf(outcome.class).push === "pause",
  );
  return one === undefined ? null : (one.reply ?? one.class);
}
