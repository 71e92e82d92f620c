import { withoutSuppressed } from "../../recipients/filter/audience.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { EXCEPTIONAL } from "../ledger/schema.ts";
import type { RetryQuery } from "../rpc.ts";

/** Skipped deliveries read and looked up in D1 at once. */
const PAGE = 5_000;

/**
 * The skipped deliveries of a selection that may get the mail by now: their recipient exists and is not suppressed.
 * Reads D1 once per 5,000 skipped deliveries; other events run in between.
 */
export async function sendableSkipped(db: D1Database, ledger: Ledger, query: RetryQuery): Promise<number[]> {
  if (!query.states.includes("skipped")) return [];
  if (ledger.push() === null) return [];
  const list = ledger.sql.exec<{ list: number }>("SELECT list FROM content").one().list === 1;
  const sendable: number[] = [];
  for (let after: number | null = 0; after !== null; ) {
    // The push may reach its retention between two pages.
    const page: number[] = ledger.push() === null ? [] : pageOfSkipped(ledger, query, after);
    if (page.length > 0) sendable.push(...(await withoutSuppressed(db, page, list)));
    after = page.length < PAGE ? null : (page.at(-1) ?? null);
  }
  return sendable;
}

function pageOfSkipped(ledger: Ledger, { class: verdict, ids }: RetryQuery, after: number): number[] {
  if (ledger.tallies().skipped === 0) return [];
  return ledger.sql
    .exec<{ id: number }>(
      `SELECT id FROM delivery INDEXED BY delivery_exceptional
       WHERE ${EXCEPTIONAL} AND state = 'skipped' AND id > ?1 AND (?2 IS NULL OR class = ?2)
       AND (?3 IS NULL OR id IN (SELECT value FROM json_each(?3))) ORDER BY id LIMIT ?4`,
      after,
      verdict,
      ids === null ? null : JSON.stringify(ids),
      PAGE,
    )
    .toArray()
    .map((row) => row.id);
}
