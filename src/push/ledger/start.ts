import { settlesFirstMs } from "../../core/backoff.ts";
import type { Ledger } from "./ledger.ts";

/**
 * Puts resends off when the object starts: while it was away, consumers sent their outcomes onto the queue, and those may
 * arrive only now. An idle object is evicted and starts again for the resend itself, so each doubt is put off only once,
 * and again only if it is overdue by a quarter of that time: then the object was away when it was due.
 */
export function delayResends(ledger: Ledger, backoffScale: number, now: number): void {
  if (ledger.tallies().in_doubt === 0) return;
  const delayMs = settlesFirstMs(backoffScale);
  ledger.sql.exec(
    `UPDATE delivery SET due_at = ?1 + ?2, updated_at = ?1
     WHERE state = 'in_doubt' AND due_at < ?1 + ?2 AND (due_at - updated_at > ?2 OR due_at < ?1 - ?2 / 4)`,
    now,
    delayMs,
  );
}
