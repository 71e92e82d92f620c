import { RESERVE_WITHIN_MS, reserve } from "../once/call.ts";
import { personOf } from "../once/person.ts";
import type { Asked, Taken } from "../once/rpc.ts";
import { ONCE, type OnceClaim, type Outcome } from "../push/rpc.ts";
import type { Addressee } from "../recipients/filter/audience.ts";

/** The people whom one claim has reserved under its push's `onceKey`. */
export class Reservations {
  readonly #env: Env;
  readonly #push: string;
  readonly #once: OnceClaim;
  readonly #endsAt: number;
  /** By recipient: under which person. */
  readonly #reserved = new Map<number, string>();

  /** @param endsAt the end of the claim's lease, epoch milliseconds */
  constructor(env: Env, push: string, once: OnceClaim, endsAt: number) {
    this.#env = env;
    this.#push = push;
    this.#once = once;
    this.#endsAt = endsAt;
  }

  /**
   * Reserves those whom the claim has not, or not under their present address, in one call. Resolves to the outcomes of
   * those who belong to another push.
   *
   * @throws OnceUnreachable if the key's object does not answer
   */
  async reserve(people: readonly Addressee[]): Promise<Outcome[]> {
    const { key, macKey, claim, doubted } = this.#once;
    const asked = people
      .map(({ id, address }): Asked => {
        const one = { recipient: id, person: personOf(macKey, address) };
        return doubted === undefined || doubted.includes(id) ? one : { ...one, replaces: true };
      })
      .filter(({ recipient, person }) => this.#reserved.get(recipient) !== person);
    if (asked.length === 0) return [];
    const until = Math.min(Date.now() + RESERVE_WITHIN_MS, this.#endsAt);
    const { taken } = await reserve(this.#env, key, { push: this.#push, claim, until, people: asked });
    const refused = new Map(taken.map((one) => [one.recipient, one]));
    const addresses = new Map(people.map(({ id, address }) => [id, address]));
    for (const { recipient, person } of asked) {
      if (!refused.has(recipient)) this.#reserved.set(recipient, person);
    }
    return taken.map((one) => skipped(one, addresses.get(one.recipient) ?? null));
  }
}

function skipped({ recipient, push }: Taken, address: string | null): Outcome {
  const outcome = { id: recipient, kind: "skipped", attempt: 0 } as const;
  // Erased since the read: nothing of theirs may be written.
  if (push === null) return { ...outcome, class: "deleted", reply: null, address: null };
  return { ...outcome, class: ONCE, reply: `push ${push} has this person under the same onceKey`, address };
}
