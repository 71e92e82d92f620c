import type { Page } from "../../recipients/filter/audience.ts";
import type { Ledger, PushRow } from "./ledger.ts";

/** The most recipients in a page read from D1. */
export const SNAPSHOT_PAGE = 5_000;

/** The snapshot's position, read before the D1 query and again after it. */
export interface SnapshotCursor {
  readonly after: number;
  readonly bound: number | null;
}

/** The snapshot's next page, or null: done, not started, or cancelled. A held push takes it before its start. */
export function nextPage(push: PushRow): SnapshotCursor | null {
  const begins = push.started_at !== null || push.status === "held" || push.snapshot_bound !== null;
  const ended = push.status === "finished" || push.status === "cancelled";
  if (!begins || ended || push.snapshot_done === 1) return null;
  return { after: push.snapshot_cursor, bound: push.snapshot_bound };
}

/** Sets the highest recipient id: later recipients are not in this push. */
export function beginSnapshot(ledger: Ledger, bound: number): void {
  const push = ledger.push();
  if (push !== null && push.snapshot_bound === null) ledger.updatePush({ snapshot_bound: bound });
}

/**
 * Inserts one page and advances the cursor. Skips the page if, during the D1 query, another alarm inserted it or the
 * push was cancelled.
 */
export function addPage(ledger: Ledger, cursor: SnapshotCursor, { recipients, upTo, isLast }: Page, now: number): void {
  const push = ledger.push();
  if (push === null || nextPage(push)?.after !== cursor.after) return;
  ledger.insertPending(recipients, now);
  ledger.updatePush({ snapshot_cursor: upTo, snapshot_done: isLast ? 1 : 0 });
}

/** Ends the snapshot on cancel: `total` counts the rows inserted so far. */
export function endSnapshot(ledger: Ledger): void {
  ledger.updatePush({ snapshot_done: 1 });
}
