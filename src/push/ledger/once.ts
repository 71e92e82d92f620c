import type { Ledger } from "./ledger.ts";

/** A repeat follows its first attempt within seconds; so many commands are never that close together. */
const RESULTS_KEPT = 100;

/**
 * Runs a command once for each request id: a repeat, sent because the first answer was lost, gets the first result.
 * Call in the command's transaction. Results must survive JSON.
 */
export function once<T>(ledger: Ledger, id: string, command: () => T): T {
  const [known] = ledger.sql.exec<{ result: string }>("SELECT result FROM request WHERE id = ?1", id).toArray();
  if (known !== undefined) return JSON.parse(known.result);
  const result = command();
  ledger.sql.exec("INSERT INTO request (id, result) VALUES (?1, ?2)", id, JSON.stringify(result));
  ledger.sql.exec("DELETE FROM request WHERE n <= (SELECT max(n) FROM request) - ?1", RESULTS_KEPT);
  return result;
}
