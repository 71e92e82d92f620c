import type { Ledger } from "../ledger/ledger.ts";
import type { SteeringAction } from "../rpc.ts";

/** Besides the first: the creation. */
const ACTIONS_KEPT = 20;

/** Records who did what to the push. Call in the action's transaction. */
export function recordAction(ledger: Ledger, { action, by, at }: SteeringAction): void {
  ledger.sql.exec("INSERT INTO steering (action, by, at) VALUES (?1, ?2, ?3)", action, by, at);
  ledger.sql.exec("DELETE FROM steering WHERE n > 1 AND n <= (SELECT max(n) FROM steering) - ?1", ACTIONS_KEPT);
  ledger.changes++;
}

/** The creation, then the last twenty actions, oldest first. */
export function historyOf(ledger: Ledger): SteeringAction[] {
  const rows = ledger.sql.exec<{ action: string; by: string; at: number }>(
    "SELECT action, by, at FROM steering ORDER BY n",
  );
  return rows.toArray();
}
