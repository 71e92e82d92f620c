import type { Ledger } from "../ledger/ledger.ts";
import type { SteeringAction } from "../rpc.ts";

/** Of the changes of a held push, and of the other actions. The creation and the approval are kept besides. */
const ACTIONS_KEPT = 20;

/** Records who did what to the push. Call in the action's transaction. */
export function recordAction(ledger: Ledger, { action, by, at }: SteeringAction): void {
  ledger.sql.exec("INSERT INTO steering (action, by, at) VALUES (?1, ?2, ?3)", action, by, at);
  for (const isChange of [0, 1]) {
    ledger.sql.exec(
      `WITH kind AS (SELECT n FROM steering WHERE n > 1 AND action <> 'approve' AND (action = 'change') = ?1)
       DELETE FROM steering WHERE n IN (SELECT n FROM kind ORDER BY n DESC LIMIT -1 OFFSET ?2)`,
      isChange,
      ACTIONS_KEPT,
    );
  }
  ledger.changes++;
}

/** The creation, the approval, the last twenty changes and the last twenty other actions, oldest first. */
export function historyOf(ledger: Ledger): SteeringAction[] {
  const rows = ledger.sql.exec<{ action: string; by: string; at: number }>(
    "SELECT action, by, at FROM steering ORDER BY n",
  );
  return rows.toArray();
}
