import { effectOf, isVerdict } from "../../core/verdict.ts";
import type { Ledger, PushRow } from "../ledger/ledger.ts";
import type { Applied } from "../ledger/transition.ts";
import { isClear } from "./breaker.ts";
import { healthOf } from "./health.ts";

/** Suppressions written to D1 at once. */
const CHUNK = 1_000;

export interface Suppressing {
  readonly id: number;
  readonly address: string;
  readonly detail: string | null;
}

/**
 * Notes the addresses that a settle has shown to have nobody behind them. They are suppressed once it is clear that the
 * refusals are about them: a relay that calls everyone unknown must not empty the list. A claim that teaches nothing more
 * notes nobody: the breaker, which has to be clear of suspicion, does not see it either.
 */
export function noteSuppressions(ledger: Ledger, push: PushRow, claim: number, applied: readonly Applied[]): void {
  const noted = applied
    .filter(
      ({ outcome, change }) =>
        change.state === "failed" && isVerdict(outcome.class) && effectOf(outcome.class).suppress,
    )
    .map(({ outcome }) => [outcome.id, outcome.address, outcome.reply])
    .filter(([, address]) => address !== null);
  if (noted.length === 0 || claim <= healthOf(push).fromClaim) return;
  ledger.sql.exec(
    `INSERT INTO suppress (id, address, detail)
     SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?1) WHERE true ON CONFLICT DO NOTHING`,
    JSON.stringify(noted),
  );
}

/** What may be suppressed now; empty while the breaker has a suspicion, or has tripped and nobody has looked. */
export function suppressible(ledger: Ledger, push: PushRow, limit = CHUNK): Suppressing[] {
  const ended = push.status === "finished";
  if (!ended && push.status !== "running") return [];
  if (!isClear(healthOf(push).breaker, ended)) return [];
  return ledger.sql
    .exec<{ id: number; address: string; detail: string | null }>("SELECT * FROM suppress ORDER BY id LIMIT ?1", limit)
    .toArray();
}

/** They are in D1. */
export function removeNotedSuppressions(ledger: Ledger, done: readonly Suppressing[]): void {
  removeNotes(
    ledger,
    done.map((one) => one.id),
  );
}

/** Their mail was taken after all. */
export function removeNotes(ledger: Ledger, ids: readonly number[]): void {
  if (ids.length === 0) return;
  ledger.sql.exec("DELETE FROM suppress WHERE id IN (SELECT value FROM json_each(?1))", JSON.stringify(ids));
}

/**
 * Nobody noted so far is to be suppressed: the breaker has tripped over them, or begins anew and knows nothing of its
 * suspicion any more. Who really is not there will be noted again when a retry asks.
 */
export function dropNotedSuppressions(ledger: Ledger): void {
  ledger.sql.exec("DELETE FROM suppress");
}
