import type { Ledger } from "../ledger/ledger.ts";
import { EXCEPTIONAL } from "../ledger/schema.ts";
import { type Failure, type FailureGroups, groupFailures, NO_FAILURES } from "./failure-groups.ts";

/** Failures that one call of the object reads: other events wait for it. */
export const FAILURES_READ = 20_000;

/** A part of a push's failures, grouped. */
export interface FailuresPage {
  readonly groups: FailureGroups;
  /** The following part's `after`; null on the last one. */
  readonly next: number | null;
}

/** The failed and the bounced deliveries after an id, at most 20,000, by class and by domain. */
export function failuresOf(ledger: Ledger, after: number): FailuresPage {
  if (ledger.push() === null) return { groups: NO_FAILURES, next: null };
  const rows = ledger.sql
    .exec<Failure & { id: number } & Record<string, SqlStorageValue>>(
      // Two looks at the index, merged in the order of ids: with `IN` SQLite would read and sort all failures first.
      `SELECT id, address, class, reply FROM delivery INDEXED BY delivery_exceptional
        WHERE id > ?1 AND ${EXCEPTIONAL} AND state = 'failed'
       UNION ALL
       SELECT id, address, class, reply FROM delivery INDEXED BY delivery_exceptional
        WHERE id > ?1 AND ${EXCEPTIONAL} AND state = 'bounced'
       ORDER BY id LIMIT ?2`,
      after,
      FAILURES_READ,
    )
    .toArray();
  return { groups: groupFailures(rows), next: rows.length < FAILURES_READ ? null : (rows.at(-1)?.id ?? null) };
}
