import type { Ledger, PushRow } from "../ledger/ledger.ts";
import type { Reason } from "../reason.ts";
import { pause } from "../steering/commands.ts";
import { type Canary, type CanaryFacts, failureOf, nextStep, openCanary, waitingReason } from "./canary.ts";

/** Reads the facts for a canary's decisions from the rows. */
function factsOf(ledger: Ledger, push: PushRow, canary: Canary): CanaryFacts {
  return {
    isRunning: push.status === "running",
    snapshotDone: push.snapshot_done === 1,
    tallies: ledger.tallies(),
    pending: canary.isChosen ? pendingWithTime(ledger) : 0,
  };
}

/** Does the canary's next step if it is due. True: more may be due now. */
export function sweepCanary(ledger: Ledger, now: number): boolean {
  const push = ledger.push();
  const canary = push === null ? null : openCanary(push);
  if (push === null || canary === null) return false;
  const facts = factsOf(ledger, push, canary);
  const next = nextStep(canary, facts, now);
  if (next === null || next.at > now) return false;
  const write = (change: Partial<Canary>) => ledger.updatePush({ canary: JSON.stringify({ ...canary, ...change }) });
  switch (next.step) {
    case "choose":
      choose(ledger, push.id, canary.count, now);
      write({ isChosen: true, waitsFrom: null });
      return true;
    case "wait":
      write({ waitsFrom: now });
      return true;
    case "judge": {
      const failure = failureOf(canary, facts);
      write({ verdict: failure === null ? "passed" : "failed" });
      if (failure !== null) pause(ledger, push, failure, now);
      return true;
    }
  }
}

/** When the canary's next step is due, epoch milliseconds; null: it has none, or waits for something else. */
export function canaryAt(ledger: Ledger, push: PushRow, now: number): number | null {
  const canary = openCanary(push);
  return canary === null ? null : (nextStep(canary, factsOf(ledger, push, canary), now)?.at ?? null);
}

/** Pending deliveries that may be released sooner or later without a decision: before a canary's verdict its own. */
export function releasable(ledger: Ledger, push: PushRow): number {
  const { pending } = ledger.tallies();
  if (pending === 0) return 0;
  const canary = openCanary(push);
  if (canary === null) return pending;
  return canary.isChosen ? pendingWithTime(ledger) : 0;
}

/** See `waitingReason`. */
export function canaryWaiting(ledger: Ledger, push: PushRow): Reason | null {
  const canary = openCanary(push);
  return canary === null ? null : waitingReason(canary, factsOf(ledger, push, canary));
}

/**
 * Makes the canary's deliveries due, so that they are released as requeued ones are. They are those with the least hash
 * of their id, with the push's id in it: not the same people each time. Called again it takes the next ones in that order,
 * as those before are no longer pending. One look over all rows.
 */
function choose(ledger: Ledger, push: string, count: number, now: number): void {
  const chosen = ledger.sql
    .exec<{ id: number }>(
      // Products stay below 2^63. SQLite has no exclusive or.
      `SELECT id FROM (
         SELECT id, ((id & ?2) * 1540483477 + ?1) & ?2 AS h FROM delivery WHERE state = 'pending' AND due_at IS NULL
       ) ORDER BY (((h | (h >> 15)) - (h & (h >> 15))) * 1274126177) & ?2, id LIMIT ?3`,
      seedOf(push),
      MASK,
      count,
    )
    .toArray()
    .map(({ id }) => id);
  ledger.moveAll(chosen, "pending", "pending", { due_at: now }, now);
}

const MASK = 0x7fffffff;

/** FNV-1a. */
function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return hash & MASK;
}

function pendingWithTime(ledger: Ledger): number {
  if (ledger.tallies().pending === 0) return 0;
  return ledger.sql
    .exec<{ n: number }>("SELECT count(*) AS n FROM delivery WHERE state = 'pending' AND due_at IS NOT NULL")
    .one().n;
}
