import type { Ledger } from "../ledger/ledger.ts";
import type { Outcome } from "../rpc.ts";

/**
 * Some servers say at one recipient what others say of us all: "too many messages for this domain", a 421 after one
 * content, "relay access denied" for one address. The first time it is taken at its word and stops the push. If the relay
 * has taken others since and says it here again, it is about this delivery: a "later" with an attempt counted. Else one
 * recipient could stop a push for ever.
 */
export class Suspects {
  readonly #ledger: Ledger;
  readonly #known: ReadonlyMap<number, number>;
  readonly #sent: number;

  /** Reads what is known of these outcomes' deliveries, before anything of them is written. */
  constructor(ledger: Ledger, outcomes: readonly Outcome[]) {
    this.#ledger = ledger;
    const ids = outcomes.filter(stops).map((outcome) => outcome.id);
    this.#known = ids.length === 0 ? new Map() : sentAtLastStop(ledger, ids);
    this.#sent =
      ids.length === 0 ? 0 : ledger.tallies().sent + outcomes.filter((outcome) => outcome.kind === "sent").length;
  }

  /** The outcome as it is to be taken. */
  judged(outcome: Outcome): Outcome {
    if (!stops(outcome) || this.#sent <= (this.#known.get(outcome.id) ?? Infinity)) return outcome;
    return { ...outcome, kind: "deferred", attempt: 1 };
  }

  /** Notes those of the applied outcomes that stop the push. */
  note(applied: readonly Outcome[]): void {
    const ids = applied.filter(stops).map((outcome) => outcome.id);
    if (ids.length === 0) return;
    this.#ledger.sql.exec(
      "INSERT OR REPLACE INTO suspect (id, sent) SELECT value, ?2 FROM json_each(?1)",
      JSON.stringify(ids),
      this.#sent,
    );
  }
}

/**
 * In the middle of the others: behind some, so that it can't stop them all again, and not last, where a relay that really
 * is asked too fast says so.
 */
export function suspectsInTheMiddle<Row extends { readonly id: number }>(ledger: Ledger, rows: readonly Row[]): Row[] {
  // Nearly always there are none.
  if (ledger.sql.exec("SELECT 1 FROM suspect LIMIT 1").toArray().length === 0) return [...rows];
  const known = sentAtLastStop(
    ledger,
    rows.map((row) => row.id),
  );
  const others = rows.filter((row) => !known.has(row.id));
  return others.toSpliced(Math.ceil(others.length / 2), 0, ...rows.filter((row) => known.has(row.id)));
}

/** After a retry everybody begins anew. */
export function clearSuspects(ledger: Ledger): void {
  ledger.sql.exec("DELETE FROM suspect");
}

/** A reply of the relay that is not about the recipient; what a session gave back untried has no address. */
function stops({ kind, address }: Outcome): boolean {
  return address !== null && (kind === "throttled" || kind === "outage" || kind === "unauthorised");
}

function sentAtLastStop(ledger: Ledger, ids: readonly number[]): Map<number, number> {
  const query = "SELECT id, sent FROM suspect WHERE id IN (SELECT value FROM json_each(?1))";
  const rows = ledger.sql.exec<{ id: number; sent: number }>(query, JSON.stringify(ids)).toArray();
  return new Map(rows.map(({ id, sent }) => [id, sent]));
}
