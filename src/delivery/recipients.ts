import type { Outcome } from "../push/rpc.ts";
import { type Addressee, readForSending } from "../recipients/filter/audience.ts";
import { within } from "../transport/within.ts";
import type { Reservations } from "./reservations.ts";
import type { Rereadable } from "./work.ts";

/** A query of D1 ends after 30 s; sessions wait for this one, and the relay waits for them. */
const READ_TIMEOUT_MS = 10_000;

/** The recipients of one claim as last read. */
export class Recipients implements Rereadable {
  /** Epoch milliseconds. */
  readAt = 0;
  readonly #db: D1Database;
  readonly #list: boolean;
  readonly #reservations: Reservations | null;
  #known: ReadonlyMap<number, Addressee> = new Map();

  /**
   * @param list false: an unsubscribe does not count, see `Content`
   * @param reservations null: the push has no `onceKey`
   */
  constructor(db: D1Database, list: boolean, reservations: Reservations | null) {
    this.#db = db;
    this.#list = list;
    this.#reservations = reservations;
  }

  /**
   * Reads these recipients in one query, so that an unsubscribe, a changed address or a deletion counts up to this
   * moment; then reserves them. Resolves to the outcomes of those who may not receive: deleted, suppressed, or of another
   * push.
   *
   * @throws if D1 does not answer within ten seconds; OnceUnreachable
   */
  async read(ids: readonly number[]): Promise<Outcome[]> {
    const late = () => new Error(`no answer within ${READ_TIMEOUT_MS / 1000} s`);
    const found = await within(READ_TIMEOUT_MS, readForSending(this.#db, ids, this.#list), late);
    const readAt = Date.now();
    const left = ids.flatMap((id) => skipped(id, found.get(id)) ?? []);
    const free = [...found.values()].filter(({ suppressed }) => suppressed === null);
    const taken = (await this.#reservations?.reserve(free)) ?? [];
    // Only now: while it is being reserved, a changed address is not to be mailed.
    this.#known = found;
    this.readAt = readAt;
    return [...left, ...taken];
  }

  get(id: number): Addressee | undefined {
    return this.#known.get(id);
  }
}

/** The outcome of a recipient who may not receive; null: may receive. */
function skipped(id: number, recipient: Addressee | undefined): Outcome | null {
  const outcome = { id, kind: "skipped", reply: null, attempt: 0 } as const;
  if (recipient === undefined) return { ...outcome, class: "deleted", address: null };
  if (recipient.suppressed === null) return null;
  return { ...outcome, class: recipient.suppressed, address: recipient.address };
}
