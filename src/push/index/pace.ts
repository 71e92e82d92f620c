import { takenOf } from "../health/returned.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Pace, PaceSample, PushStatus } from "../rpc.ts";

/** After so many samples every second one of all is dropped: at most about twice as many are kept, the latest densest. */
const THINNED_AFTER = 240;
/** Deferred deliveries that are grouped by time; those that are due later are not named. */
const DEFERRED_READ = 10_000;
/** Deliveries that are due within the same minute are one group. */
const GROUP_MS = 60_000;

export const NO_PACE: Pace = { samples: [], retries: [], resendAt: null };

/** Notes how many mails the relay has taken by now. Call together with the mirror: it comes every few seconds at most. */
export function keepPace(ledger: Ledger, { tallies, currentRate }: PushStatus, now: number): void {
  const { n } = ledger.sql
    .exec<{ n: number }>(
      "INSERT INTO pace (at, done, rate) VALUES (?1, ?2, ?3) RETURNING n",
      now,
      takenOf(tallies),
      currentRate,
    )
    .one();
  if (n % THINNED_AFTER !== 0) return;
  ledger.sql.exec(
    `DELETE FROM pace WHERE n IN (SELECT n FROM (SELECT n, row_number() OVER (ORDER BY n DESC) AS place FROM pace)
                                  WHERE place % 2 = 0) AND n > 1`,
  );
}

/** How fast the push went, and what it will try again when. Null: there is no ledger. */
export function paceOf(ledger: Ledger): Pace | null {
  if (ledger.push() === null) return null;
  const samples = ledger.sql.exec<PaceSample & Record<string, SqlStorageValue>>(
    "SELECT at, done, rate FROM pace ORDER BY n",
  );
  const retries = ledger.sql.exec<{ at: number; count: number }>(
    // A number is bound as a float, by which SQLite would not divide to whole minutes.
    `SELECT min(due_at) AS at, count(*) AS count
     FROM (SELECT due_at FROM delivery WHERE state = 'deferred' AND due_at IS NOT NULL ORDER BY due_at LIMIT ?2)
     GROUP BY due_at / CAST(?1 AS INTEGER) ORDER BY at`,
    GROUP_MS,
    DEFERRED_READ,
  );
  const { at: resendAt } = ledger.sql
    .exec<{ at: number | null }>(
      "SELECT min(due_at) AS at FROM delivery WHERE state = 'in_doubt' AND due_at IS NOT NULL",
    )
    .one();
  return { samples: samples.toArray(), retries: retries.toArray(), resendAt };
}
