import type { GiveBackRequest, ReserveRequest, Taken } from "./rpc.ts";

/** A person who belongs to one delivery of one push. */
export interface Reservation {
  readonly person: string;
  readonly push: string;
  readonly recipient: number;
  /** The newest claim that asked. */
  readonly claim: number;
}

export interface Decision {
  readonly taken: readonly Taken[];
  /** People whom the deliveries had under an earlier address. They are free before `reserved` is written. */
  readonly freed: readonly string[];
  /** New, or renewed by a later claim. */
  readonly reserved: readonly Reservation[];
}

/**
 * Who of a request is free: nobody has them, or the same delivery does. Pure.
 *
 * @param held reservations of the people and of the recipients asked for
 * @param erased recipients asked for who were erased: a consumer may have read them just before
 */
export function decide(
  { push, claim, people }: ReserveRequest,
  held: readonly Reservation[],
  erased: ReadonlySet<number>,
): Decision {
  const own = Map.groupBy(
    held.filter((one) => one.push === push),
    (one) => one.recipient,
  );
  // Before anybody is reserved: two recipients may have exchanged their addresses.
  const freed = people.flatMap(({ recipient, person, replaces }) =>
    (own.get(recipient) ?? [])
      .filter((one) => replaces === true && one.claim < claim && one.person !== person)
      .map((one) => one.person),
  );
  const known = new Map(held.map((one) => [one.person, one]));
  for (const person of freed) known.delete(person);
  const taken: Taken[] = [];
  const reserved: Reservation[] = [];
  for (const { recipient, person } of people) {
    const owner = known.get(person);
    const isOwn = owner !== undefined && owner.push === push && owner.recipient === recipient;
    // Of a claim that has ended: nothing would give the person back.
    const isLate = (own.get(recipient) ?? []).some((one) => one.claim > claim);
    if (erased.has(recipient)) taken.push({ recipient, push: null });
    else if (isOwn && owner.claim >= claim) continue;
    else if (isOwn || (owner === undefined && !isLate)) {
      const reservation = { person, push, recipient, claim };
      known.set(person, reservation);
      reserved.push(reservation);
    } else taken.push({ recipient, push: owner?.push ?? push });
  }
  return { taken, freed, reserved };
}

/**
 * The people of these deliveries who are free again. Not those whom a later claim has reserved since: a call that was
 * long under way must not take from a mail that is being sent. Pure.
 *
 * @param held reservations of the deliveries' recipients, under any push
 */
export function freed({ push, deliveries }: GiveBackRequest, held: readonly Reservation[]): string[] {
  const last = new Map(deliveries.map(({ recipient, claim }) => [recipient, claim]));
  return held
    .filter((one) => one.push === push && one.claim <= (last.get(one.recipient) ?? 0))
    .map(({ person }) => person);
}
