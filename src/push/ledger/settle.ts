import { secondsUntil } from "../../core/backoff.ts";
import { adjustHealth } from "../health/adjust.ts";
import { healthOf } from "../health/health.ts";
import { judge } from "../health/judgement.ts";
import { pauseOverShare } from "../health/returned.ts";
import { confirmNotes, noteSuppressions, removeNotes } from "../health/suppressions.ts";
import { Suspects } from "../health/suspects.ts";
import type { Limits } from "../limits.ts";
import { DEFAULT_RELAY } from "../relay/draw.ts";
import { useOf } from "../relay/reporting.ts";
import type { Redelivery, SettleAnswer, SettleRequest } from "../rpc.ts";
import { conclude } from "./conclude.ts";
import type { DeliveryRow, Ledger, RowChange } from "./ledger.ts";
import { type Applied, isHeld, transitionOf } from "./transition.ts";
import { undoOutcomes } from "./undo-outcomes.ts";

/**
 * Applies the outcomes reported under a claim's token (see `transitionOf`). A replayed settle changes nothing and gets
 * the same answer, delays included.
 */
export function settle(ledger: Ledger, limits: Limits, request: SettleRequest, now: number): SettleAnswer {
  const push = ledger.push();
  if (push === null) return { later: [], stop: true };
  const { n: claim, relay, epoch } = claimOf(ledger, request.token, now);
  ledger.openClaims.heard(
    claim,
    request.outcomes.map(({ id }) => id),
    now,
  );
  const before = ledger.rows(request.outcomes.map((outcome) => outcome.id));
  const rows = new Map(before.map((row) => [row.id, row]));

  const suspects = new Suspects(ledger, request.outcomes);
  const applied: Applied[] = [];
  const later: Redelivery[] = [];
  const health = healthOf(push);
  const reported = request.outcomes.flatMap((outcome) => {
    const row = rows.get(outcome.id);
    if (row === undefined) return [];
    return {
      outcome: suspects.judged(outcome),
      row,
      news: outcome.kind === "sent" ? row.state !== "sent" : isHeld(row, claim),
    };
  });
  const use = useOf(health, relay);
  const paced = epoch >= use.epoch && use.heldUntil <= now;
  const judgement = judge(health, claim > health.fromClaim, paced, reported, (id) => suspects.confirmed(id));
  for (const outcome of judgement.outcomes) {
    const row = rows.get(outcome.id) as DeliveryRow;
    const change = transitionOf(row, claim, outcome, push, limits, now);
    if (change !== null) {
      applied.push({ outcome, change, again: outcome.class === row.class });
      // A delivery may occur twice in one settle: apply the second outcome to the first one's result.
      rows.set(row.id, { ...row, ...change } as DeliveryRow);
    }
    const delay = delayOf(row, change, claim, now);
    if (delay !== null) later.push({ id: row.id, release: row.release, delaySeconds: delay });
  }
  const changedIds = new Set(applied.map(({ change }) => change.id));
  ledger.store(
    before,
    [...changedIds].map((id) => rows.get(id) as DeliveryRow),
    now,
  );
  suspects.note(
    applied.map(({ outcome }) => outcome),
    judgement.passedOver,
  );
  if (push.status === "running") undoOutcomes(ledger, judgement.undone, now);
  noteSuppressions(ledger, push, claim, applied);
  removeNotes(
    ledger,
    before.filter((row) => row.state === "failed" && rows.get(row.id)?.state === "sent").map((row) => row.id),
  );
  const stop = adjustHealth(
    ledger,
    push,
    claim,
    { relay, epoch, sessionsRefused: request.sessionsRefused ?? 0 },
    judgement,
    applied,
    limits,
    now,
  );
  confirmNotes(ledger);
  pauseOverShare(ledger, limits, now);
  conclude(ledger, now);
  return { later, stop };
}

/** Seconds until the queue redelivers a deferred delivery, or null; a replayed settle gets the same delay. */
function delayOf(row: DeliveryRow, change: RowChange | null, claim: number, now: number): number | null {
  if (change !== null) {
    return change.state === "deferred" && typeof change.due_at === "number" ? secondsUntil(change.due_at, now) : null;
  }
  const replayed = row.state === "deferred" && row.claim === claim && row.due_at !== null;
  return replayed ? secondsUntil(row.due_at ?? now, row.updated_at) : null;
}

interface ClaimKey extends Record<string, SqlStorageValue> {
  n: number;
  relay: string;
  epoch: number;
}

/**
 * The token's claim. An unknown token is recorded as used. Its claim has not arrived; if it arrives
 * later it gets nothing, because the consumer has given up.
 */
function claimOf(ledger: Ledger, token: string, now: number): ClaimKey {
  const known = ledger.sql.exec<ClaimKey>("SELECT n, relay, epoch FROM claim WHERE token = ?1", token).toArray()[0];
  if (known !== undefined) return known;
  return ledger.sql
    .exec<ClaimKey>(
      "INSERT INTO claim (token, lease_until, granted, answer) VALUES (?1, ?2, '[]', ?3) RETURNING n, relay, epoch",
      token,
      now,
      JSON.stringify({ send: [], later: [], sendTimes: null, relay: DEFAULT_RELAY, sessions: null }),
    )
    .one();
}
