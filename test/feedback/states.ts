import { runInDurableObject } from "cloudflare:test";
import type { env } from "cloudflare:workers";

/** The states of a push's deliveries, by recipient, and the sum of its tallies. */
export function statesOf(
  object: ReturnType<(typeof env)["PUSH"]["getByName"]>,
): Promise<{ states: string[]; sum: number }> {
  return runInDurableObject(object, (_object, { storage }) => {
    const rows = storage.sql.exec<{ state: string }>("SELECT state FROM delivery ORDER BY id").toArray();
    const tallies = Object.values(storage.sql.exec<Record<string, number>>("SELECT * FROM tally").one());
    return { states: rows.map(({ state }) => state), sum: tallies.reduce((sum, n) => sum + n, 0) };
  });
}
