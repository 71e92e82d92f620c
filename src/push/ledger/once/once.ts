import { err, type Result } from "../../../core/result.ts";
import type { CommandRequest } from "../../rpc.ts";
import type { Ledger } from "../ledger.ts";

/** A repeat follows its first attempt within seconds; so many commands are never that close together. */
const RESULTS_KEPT = 100;

/**
 * Runs a command once for each request id: a repeat, sent because the first answer was lost, gets the first result.
 * One that comes too late is refused and leaves no result: its caller may ask again under the same id. Call in the
 * command's transaction. Results must survive JSON.
 */
export function once<T, E>(
  ledger: Ledger,
  { id, until }: CommandRequest,
  now: number,
  command: () => Result<T, E>,
): Result<T, E | string> {
  const [known] = ledger.sql.exec<{ result: string }>("SELECT result FROM request WHERE id = ?1", id).toArray();
  if (known !== undefined) return JSON.parse(known.result);
  if (now > until) return err("the request came too late");
  const result = command();
  ledger.sql.exec("INSERT INTO request (id, result) VALUES (?1, ?2)", id, JSON.stringify(result));
  ledger.sql.exec("DELETE FROM request WHERE n <= (SELECT max(n) FROM request) - ?1", RESULTS_KEPT);
  return result;
}
