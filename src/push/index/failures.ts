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

/** States whose deliveries have a reason, but for those that failed. */
export const OTHER_REASONED = ["deferred", "in_doubt", "skipped", "complained"] as const;
export type OtherReasoned = (typeof OTHER_REASONED)[number];

/** The deliveries of such a state after an id, at most 20,000, by class and by domain. */
export function reasonsOf(ledger: Ledger, state: OtherReasoned, after: number): FailuresPage {
  if (ledger.push() === null) return { groups: NO_FAILURES, next: null };
  return grouped(
    ledger.sql
      .exec<FailureRow>(
        `SELECT id, address, class, reply FROM delivery INDEXED BY delivery_exceptional
          WHERE id > ?1 AND ${EXCEPTIONAL} AND state = ?3 ORDER BY id LIMIT ?2`,
        after,
        FAILURES_READ,
        state,
      )
      .toArray(),
  );
}

/** The failed and the bounced deliveries after an id, at most 20,000, by class and by domain. */
export function failuresOf(ledger: Ledger, after: number): FailuresPage {
  if (ledger.push() === null) return { groups: NO_FAILURES, next: null };
  const rows = ledger.sql
    .exec<FailureRow>(
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
  return grouped(rows);
}

type FailureRow = Failure & { id: number } & Record<string, SqlStorageValue>;

function grouped(rows: readonly FailureRow[]): FailuresPage {
  return { groups: groupFailures(rows), next: rows.length < FAILURES_READ ? null : (rows.at(-1)?.id ?? null) };
}
