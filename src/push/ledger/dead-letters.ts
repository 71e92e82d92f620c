import type { Ledger, RowChange } from "./ledger.ts";

/** A message that the queue gave up on after `max_retries = 100`: consumers kept failing before the claim. */
export interface DeadLetter {
  readonly id: number;
  readonly release: number;
}

/** After this many dead letters the delivery itself is the likely cause. */
const DEAD_LETTERS_TO_FAIL = 3;

/** Requeues or fails dead-lettered deliveries, unless a newer release exists. */
export function returnDeadLetters(ledger: Ledger, letters: readonly DeadLetter[], now: number): void {
  if (ledger.push() === null) return;
  // Keep only the newest letter of each delivery.
  const releases = new Map(letters.toSorted((a, b) => a.release - b.release).map(({ id, release }) => [id, release]));
  const rows = ledger.rows([...releases.keys()]);
  const changes: RowChange[] = [];
  for (const row of rows) {
    const newest = row.release <= (releases.get(row.id) ?? 0);
    if (!newest || (row.state !== "queued" && row.state !== "deferred")) continue;
    const dead_letters = row.dead_letters + 1;
    changes.push(
      dead_letters >= DEAD_LETTERS_TO_FAIL
        ? { id: row.id, state: "failed", dead_letters, due_at: null, class: "dead-letter" }
        : { id: row.id, state: "pending", dead_letters, due_at: Math.max(now, row.due_at ?? now) },
    );
  }
  ledger.store(rows, changes, now);
  const failed = changes.filter((change) => change.state === "failed").length;
  if (changes.length > 0) ledger.record({ event: "dead-letters", requeued: changes.length - failed, failed });
}
