import type { Ledger } from "../ledger/ledger.ts";
import type { Outcome } from "../rpc.ts";
import { isCounted } from "./deferrals.ts";

/**
 * Some servers give for one recipient a reply that normally concerns the sender: "too many messages for this domain", a
 * 421 after one content, "too busy" for one address. The first such reply stops the push, or is passed over, and makes
 * the delivery a suspect. If the relay has accepted others since and repeats the reply, it concerns this delivery:
 * `deferred` with an attempt. Otherwise one recipient could stop a push for ever.
 */
export class Suspects {
  readonly #ledger: Ledger;
  readonly #sentAtLastStop: ReadonlyMap<number, number>;
  readonly #sentNow: number;

  /** Reads the suspects among these outcomes' deliveries; call before writing any of the outcomes. */
  constructor(ledger: Ledger, outcomes: readonly Outcome[]) {
    this.#ledger = ledger;
    const isSent = ({ kind }: Outcome) => kind === "sent";
    const concerned = outcomes.filter((outcome) => mayBeOfOne(outcome) || isSent(outcome));
    const ids = hasSuspects(ledger) ? concerned.map(({ id }) => id) : [];
    this.#sentAtLastStop = ids.length === 0 ? new Map() : sentAtLastStop(ledger, ids);
    const counts = ids.length > 0 || outcomes.some(mayBeOfOne);
    this.#sentNow = counts ? ledger.tallies().sent + outcomes.filter(isSent).length : 0;
  }

  /** True if the relay has accepted others, or now this delivery, since it gave this delivery such a reply. */
  confirmed(id: number): boolean {
    return this.#sentNow > (this.#sentAtLastStop.get(id) ?? Infinity);
  }

  /** The outcome to apply: `deferred` for a confirmed suspect. A refusal of us is judged with the others of its kind. */
  judged(outcome: Outcome): Outcome {
    if (!stopsPush(outcome) || outcome.kind === "unauthorised" || !this.confirmed(outcome.id)) return outcome;
    return { ...outcome, kind: "deferred", attempt: 1 };
  }

  /** Records as suspects the applied outcomes that stop the push, and the deliveries whose reply was passed over. */
  note(applied: readonly Outcome[], passedOver: readonly number[]): void {
    const ids = [...applied.filter(stopsPush).map((outcome) => outcome.id), ...passedOver];
    if (ids.length === 0) return;
    this.#ledger.sql.exec(
      "INSERT OR REPLACE INTO suspect (id, sent) SELECT value, ?2 FROM json_each(?1)",
      JSON.stringify(ids),
      this.#sentNow,
    );
  }
}

/**
 * Puts suspect deliveries in the middle of the batch: first would stop the whole batch again; last is where real
 * throttling shows.
 */
export function suspectsInTheMiddle<Row extends { readonly id: number }>(ledger: Ledger, rows: readonly Row[]): Row[] {
  if (!hasSuspects(ledger)) return [...rows];
  const suspects = sentAtLastStop(
    ledger,
    rows.map((row) => row.id),
  );
  const others = rows.filter((row) => !suspects.has(row.id));
  return others.toSpliced(Math.ceil(others.length / 2), 0, ...rows.filter((row) => suspects.has(row.id)));
}

/** Forgets all suspects, for a retry. */
export function clearSuspects(ledger: Ledger): void {
  ledger.sql.exec("DELETE FROM suspect");
}

const STOPPING: ReadonlySet<Outcome["kind"]> = new Set(["throttled", "quota", "outage", "unauthorised"]);

/** A reply that does not concern the recipient. Deliveries a session left untried have no address. */
function stopsPush({ kind, address }: Outcome): boolean {
  return address !== null && STOPPING.has(kind);
}

function mayBeOfOne(outcome: Outcome): boolean {
  return stopsPush(outcome) || (outcome.kind === "deferred" && isCounted(outcome.class));
}

/** False in the usual case. */
function hasSuspects(ledger: Ledger): boolean {
  return ledger.sql.exec("SELECT 1 FROM suspect LIMIT 1").toArray().length > 0;
}

function sentAtLastStop(ledger: Ledger, ids: readonly number[]): Map<number, number> {
  const query = "SELECT id, sent FROM suspect WHERE id IN (SELECT value FROM json_each(?1))";
  const rows = ledger.sql.exec<{ id: number; sent: number }>(query, JSON.stringify(ids)).toArray();
  return new Map(rows.map(({ id, sent }) => [id, sent]));
}
