import { isCounted } from "../health/deferrals.ts";
import type { Ledger } from "./ledger.ts";

/**
 * Returns deliveries to pending whose deferral, or refusal of us, turned out to be the relay's doing; without the
 * attempt, and with no class, so that the same reply counts as a first one. Those that have moved on stay.
 */
export function undoOutcomes(ledger: Ledger, ids: readonly number[], now: number): void {
  if (ids.length === 0) return;
  const rows = ledger.rows(ids).filter(({ state, class: verdict }) => {
    return (state === "deferred" && isCounted(verdict)) || (state === "failed" && verdict === "unauthorised");
  });
  ledger.store(
    rows,
    rows.map(({ id, attempts }) => ({
      id,
      state: "pending",
      attempts: Math.max(0, attempts - 1),
      due_at: now,
      class: null,
    })),
    now,
  );
}
