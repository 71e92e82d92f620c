import type { Ledger } from "./ledger.ts";

/**
 * Finishes a push that has nothing left to do, or reopens one that a late outcome has given work. Called at the end of
 * every event, in its transaction.
 */
export function conclude(ledger: Ledger, now: number): void {
  const push = ledger.push();
  if (push === null) return;
  const tallies = ledger.tallies();
  const moving = tallies.pending + tallies.queued + tallies.sending + tallies.deferred > 0;
  const open = moving || push.snapshot_done === 0 || (tallies.in_doubt > 0 && resendToCome(ledger));
  // A paused one too: when its last mails have come back there is nothing to resume.
  if ((push.status === "running" || push.status === "paused") && !open) {
    // `paused_at` stays: if a late outcome reopens it, nobody has resumed it meanwhile.
    ledger.updatePush({ status: "finished", finished_at: now });
    ledger.sql.exec("DELETE FROM release");
  } else if (push.status === "finished" && open) {
    ledger.updatePush({ status: push.paused_at === null ? "running" : "paused", finished_at: null });
  } else if (push.status === "cancelled" && !open && push.finished_at === null) {
    ledger.updatePush({ finished_at: now });
    ledger.sql.exec("DELETE FROM release");
  }
}

function resendToCome(ledger: Ledger): boolean {
  const held = "SELECT 1 FROM delivery WHERE state = 'in_doubt' AND due_at IS NOT NULL LIMIT 1";
  return ledger.sql.exec(held).toArray().length > 0;
}
