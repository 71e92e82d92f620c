import { effectOf, isVerdict } from "../../core/verdict.ts";
import type { Bounced } from "../../feedback/event.ts";
import type { DeliveryRow, Ledger, PushRow } from "../ledger/ledger.ts";
import type { Applied } from "../ledger/transition.ts";
import { isClear } from "./breaker.ts";
import { healthOf } from "./health.ts";

/** Suppressions per write to D1. */
const CHUNK = 1_000;

export interface Suppressing {
  readonly id: number;
  readonly address: string;
  readonly detail: string | null;
  /** When the relay said so, or the mail bounced; epoch milliseconds. */
  readonly at: number;
}

/**
 * Notes the addresses that the relay reported as unknown. They are suppressed once the breaker is clear: a relay that
 * reports every address as unknown must not empty the list. Ignores old claims: the breaker did not count them, so it
 * cannot confirm their refusals.
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
     SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?1)
      WHERE value ->> 0 NOT IN (SELECT id FROM erased) ON CONFLICT DO NOTHING`,
    JSON.stringify(noted),
  );
}

/** Makes the notes certain if the breaker is clear. Call after the breaker has counted a settle's outcomes. */
export function confirmNotes(ledger: Ledger): void {
  if (ledger.sql.exec("SELECT 1 FROM suppress WHERE certain = 0 LIMIT 1").toArray().length === 0) return;
  const push = ledger.push();
  if (push === null || !isClear(healthOf(push).breaker, false)) return;
  ledger.sql.exec("UPDATE suppress SET certain = 1 WHERE certain = 0 AND bounced = 0");
}

/**
 * Notes the addresses of bounces that came while too many did (see `holdsBounces`). They are suppressed when a person
 * resumes the push, or when it ends; at once if that has happened meanwhile.
 */
export function noteBounces(
  ledger: Ledger,
  bounces: readonly Bounced[],
  rows: ReadonlyMap<number, Pick<DeliveryRow, "address">>,
  wait: boolean,
): void {
  const notes = bounces.map(({ recipient, address, words, at }) => {
    return [recipient, rows.get(recipient ?? -1)?.address ?? address, words, at];
  });
  if (notes.length === 0) return;
  ledger.changes++;
  ledger.sql.exec(
    `INSERT INTO suppress (id, address, detail, at, bounced, certain)
     SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, 1, ?2 FROM json_each(?1)
      WHERE value ->> 0 NOT IN (SELECT id FROM erased)
         ON CONFLICT (id) DO UPDATE SET detail = excluded.detail, at = excluded.at, bounced = 1,
                                        certain = max(certain, excluded.certain)`,
    JSON.stringify(notes),
    wait ? 0 : 1,
  );
}

/** A person has resumed the push: the bounces were what they looked like. */
export function confirmBounces(ledger: Ledger): void {
  ledger.sql.exec("UPDATE suppress SET certain = 1 WHERE bounced = 1");
}

/** Noted addresses to suppress now: the certain ones; when the push has finished, all that its outcomes confirm. */
export function suppressible(ledger: Ledger, push: PushRow, limit = CHUNK): Suppressing[] {
  if (!hasNotes(ledger)) return [];
  const all = push.status === "finished" && isClear(healthOf(push).breaker, true);
  const ended = push.status === "finished" || push.status === "cancelled";
  return ledger.sql
    .exec<{ id: number; address: string; detail: string | null; at: number }>(
      `SELECT id, suppress.address, detail, coalesce(suppress.at, delivery.updated_at) AS at
         FROM suppress JOIN delivery USING (id)
        WHERE certain >= ?1 OR (bounced = 1 AND ?2) ORDER BY id LIMIT ?3`,
      all ? 0 : 1,
      ended ? 1 : 0,
      limit,
    )
    .toArray();
}

/** False in the usual case. Each event asks. */
function hasNotes(ledger: Ledger): boolean {
  return ledger.sql.exec("SELECT 1 FROM suppress LIMIT 1").toArray().length > 0;
}

/** Removes the notes of suppressions that D1 has stored. */
export function removeNotedSuppressions(ledger: Ledger, done: readonly Suppressing[]): void {
  removeNotes(
    ledger,
    done.map((one) => one.id),
  );
}

/** Removes the notes of deliveries, such as those whose mail was accepted after all. */
export function removeNotes(ledger: Ledger, ids: readonly number[]): void {
  if (ids.length === 0) return;
  ledger.sql.exec("DELETE FROM suppress WHERE id IN (SELECT value FROM json_each(?1))", JSON.stringify(ids));
}

/**
 * Drops the notes that are not certain: the breaker tripped or was reset, so it cannot confirm them. A retry notes
 * unknown addresses again.
 */
export function dropNotedSuppressions(ledger: Ledger): void {
  ledger.sql.exec("DELETE FROM suppress WHERE certain = 0 AND bounced = 0");
}
