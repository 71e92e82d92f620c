import type { Ledger, PushRow } from "./ledger.ts";

/** Recipients read from D1 and written to the ledger at once. */
export const SNAPSHOT_PAGE = 5_000;

/** Where the snapshot stands: read before D1 is asked, and again when it has answered. */
export interface SnapshotCursor {
  readonly after: number;
  readonly bound: number | null;
}

/** The snapshot's next page, or null where there is none to take: done, not started, or cancelled. */
export function nextPage(push: PushRow): SnapshotCursor | null {
  const open = push.status === "running" || push.status === "paused";
  if (!open || push.started_at === null || push.snapshot_done === 1) return null;
  return { after: push.snapshot_cursor, bound: push.snapshot_bound };
}

/** Whoever is in the list now: later additions are not part of this push. */
export function beginSnapshot(ledger: Ledger, bound: number): void {
  const push = ledger.push();
  if (push !== null && push.snapshot_bound === null) ledger.updatePush({ snapshot_bound: bound });
}

/**
 * Adds one page to the ledger together with its cursor. While D1 was asked, another alarm may have taken the same
 * page or a person may have cancelled: then it is not added.
 */
export function addPage(
  ledger: Ledger,
  page: SnapshotCursor,
  recipients: readonly { id: number; address: string }[],
  now: number,
): void {
  const push = ledger.push();
  if (push === null || nextPage(push)?.after !== page.after) return;
  ledger.insertPending(recipients, now);
  const last = recipients.at(-1);
  const done = recipients.length < SNAPSHOT_PAGE;
  ledger.updatePush({ snapshot_cursor: last?.id ?? page.after, snapshot_done: done ? 1 : 0 });
}

/** Cancel ends the snapshot: `total` is what was in the ledger by then. */
export function endSnapshot(ledger: Ledger): void {
  ledger.updatePush({ snapshot_done: 1 });
}
