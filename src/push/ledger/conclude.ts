import type { Ledger } from "./ledger.ts";
import { hasRetries } from "./retries.ts";

/**
 * Finishes a push that has no work left, or reopens a finished one when a late outcome adds work. Call at the end of
 * every event, in its transaction.
 */
export function conclude(ledger: Ledger, now: number): void {
  const push = ledger.push();
  if (push === null) return;
  const tallies = ledger.tallies();
  const active = tallies.pending + tallies.queued + tallies.sending + tallies.deferred > 0;
  const open =
    active || push.snapshot_done === 0 || (tallies.in_doubt > 0 && hasScheduledResend(ledger)) || hasRetries(ledger);
  // A paused push finishes too: once all its mails are settled, nothing is left to resume.
  if ((push.status === "running" || push.status === "paused") && !open) {
    // Keep `paused_at`, so that a push that a late outcome reopens is still paused.
    ledger.updatePush({ status: "finished", finished_at: now });
    ledger.sql.exec("DELETE FROM release");
  } else if (push.status === "finished" && open) {
    ledger.updatePush({ status: push.paused_at === null ? "running" : "paused", finished_at: null });
  } else if (push.status === "cancelled" && !open && push.finished_at === null) {
    ledger.updatePush({ finished_at: now });
    ledger.sql.exec("DELETE FROM release");
  }
}

function hasScheduledResend(ledger: Ledger): boolean {
  const query = "SELECT 1 FROM delivery WHERE state = 'in_doubt' AND due_at IS NOT NULL LIMIT 1";
  return ledger.sql.exec(query).toArray().length > 0;
}
