import { outageDelayMs } from "../../core/backoff.ts";
import type { Report, ReportAnswer } from "../../relay/rpc.ts";
import { SLOW_QUEUE_MS } from "../alarm/plan.ts";
import { releasable } from "../canary/rows.ts";
import { firstWindow, type Health, healthOf, lastClaim, nextOutage } from "../health/health.ts";
import type { Ledger, PushRow } from "../ledger/ledger.ts";
import type { Limits } from "../limits.ts";
import { pause } from "../steering/commands.ts";
import { choiceOf } from "./choice.ts";
import { candidatesOf, leasedRate, stoppedFor } from "./choose.ts";
import {
  answered,
  begun,
  type Owed,
  owe,
  type RelayUse,
  reportAt,
  reportDue,
  UNUSED,
  unanswered,
  type Wish,
} from "./use.ts";

/** A report to be sent, and when it was made. */
export interface Asking {
  readonly relay: string;
  readonly report: Report;
  readonly at: number;
}

/**
 * Makes the reports that are due. A report that was not answered is made again as it was.
 *
 * @param claiming deliveries that a consumer is about to claim: a deferred one that comes back is in no other count
 */
export function dueReports(ledger: Ledger, limits: Limits, now: number, claiming = 0): Asking[] {
  const push = ledger.push();
  if (push === null) return [];
  let health = healthOf(push);
  const asking: Asking[] = [];
  for (const { terms, use } of reachable(limits, push, health)) {
    const wish = wishOf(ledger, push, terms.id, health, now, claiming);
    if (!reportDue(use, wish, now)) continue;
    const { use: asked, report } = begun(use, wish, now);
    health = withUse(health, terms.id, asked);
    asking.push({ relay: terms.id, report, at: now });
  }
  if (asking.length > 0) save(ledger, health);
  return asking;
}

/** Takes a relay's answer. A fault that is this push's alone makes the push back off. */
export function takeAnswer(ledger: Ledger, limits: Limits, asking: Asking, answer: ReportAnswer, now: number): void {
  const push = ledger.push();
  if (push === null) return;
  const before = healthOf(push);
  const use = useOf(before, asking.relay);
  const health = withUse(before, asking.relay, answered(use, asking.report.seq, answer, asking.at, now));
  if (!answer.yours) {
    save(ledger, health);
    const choice = choiceOf(push, health);
    const stopped = stoppedFor(candidatesOf(limits, choice), choice);
    if (push.status !== "running" || stopped === null) return;
    save(ledger, { ...health, relaysStopped: true });
    pause(ledger, push, stopped, now);
    return;
  }
  const words = asking.report.later ?? asking.report.quota;
  const delay = outageDelayMs(before.outage.count + 1, limits.backoffScale, limits.random);
  const outage = nextOutage(before.outage, words, delay, now);
  ledger.updatePush({
    health: JSON.stringify({ ...health, outage, accepted: 0, fromClaim: lastClaim(ledger) }),
    window: firstWindow(health),
  });
}

/** The relay's object did not answer in time. */
export function noAnswer(ledger: Ledger, limits: Limits, relay: string, now: number): void {
  const push = ledger.push();
  if (push === null) return;
  const health = healthOf(push);
  save(ledger, withUse(health, relay, unanswered(useOf(health, relay), now, limits.random)));
}

/** Counts what a settle says of the relay that its claim went by. */
export function oweRelay(
  health: Health,
  relay: string,
  epoch: number,
  counts: Partial<Owed>,
  limits: Limits,
  now: number,
): Health {
  const restMs = (nth: number) => outageDelayMs(nth, limits.backoffScale, limits.random);
  return withUse(health, relay, owe(useOf(health, relay), epoch, counts, restMs, now));
}

/** When the next report is due; null: never, unless something happens. */
export function nextReportAt(ledger: Ledger, push: PushRow, limits: Limits, now: number): number | null {
  const health = healthOf(push);
  const times = reachable(limits, push, health).flatMap(({ terms, use }) => {
    const at = reportAt(use, wishOf(ledger, push, terms.id, health, now));
    return at === null ? [] : [at];
  });
  return times.length === 0 ? null : Math.min(...times);
}

export function useOf(health: Health, relay: string): RelayUse {
  return health.relays[relay] ?? UNUSED;
}

export function withUse(health: Health, relay: string, use: RelayUse): Health {
  return { ...health, relays: { ...health.relays, [relay]: use } };
}

/** Those that may have something for the push, and those that it owes something. */
function reachable(limits: Limits, push: PushRow, health: Health) {
  return candidatesOf(limits, { ...choiceOf(push, health), lost: {} }).filter(
    ({ terms }) => health.lost[terms.id] === undefined || health.relays[terms.id] !== undefined,
  );
}

/** Deliveries wanted are counted no further than a lease could serve. */
const WANTS_AT_MOST = 100_000;

function wishOf(ledger: Ledger, push: PushRow, relay: string, health: Health, now: number, claiming = 0): Wish {
  const { queued, sending } = ledger.tallies();
  const sends = push.status === "running" && (health.outage.nextTryAt ?? 0) <= now && health.lost[relay] === undefined;
  const { sessions, mails } = ledger.openClaims.out(relay, sending, now);
  return {
    push: push.id,
    wants: sends ? Math.min(WANTS_AT_MOST, Math.max(releasable(ledger, push) + queued, claiming)) : 0,
    readyInMs: queued > 0 || health.queueMs < SLOW_QUEUE_MS ? 0 : Math.round(health.queueMs),
    priority: push.priority,
    asked: push.rate,
    sessionsOpen: sessions,
    out: mails,
  };
}

function save(ledger: Ledger, health: Health): void {
  ledger.updatePush({ health: JSON.stringify(health) });
}

/** True if the push paused because this relay stopped. */
export function isPausedFor(push: PushRow, relay: string): boolean {
  const { relaysStopped, relays } = healthOf(push);
  const { health } = relays[relay] ?? UNUSED;
  // The words alone do not tell: two pushes may be refused in different ones.
  const forRelays = relaysStopped || health.words === push.reason;
  return push.status === "paused" && health.kind === "stopped" && forRelays;
}

/** True if a claim could draw from some relay now, or if no push is there to claim from. */
export function hasLease(ledger: Ledger, limits: Limits, now: number): boolean {
  const push = ledger.push();
  return push === null || leasedRate(candidatesOf(limits, choiceOf(push, healthOf(push))), now) !== 0;
}
