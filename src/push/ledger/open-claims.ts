/** A claim whose outcomes are not all settled. */
interface OpenClaim {
  readonly relay: string;
  readonly sessions: number;
  readonly ids: Set<number>;
  /** Time of the claim, its last settle or pulse, epoch milliseconds. */
  heardAt: number;
}

/** A consumer that says nothing for so long has no sessions any more; its mails stay out until its lease ends. */
const SILENT_MS = 30_000;

/**
 * The claims that consumers work on, by relay: how many sessions and mails are out. In memory alone, so that a claim
 * costs no row more; after a restart of the object the mails that are `sending` are counted from the tally.
 */
export class OpenClaims {
  readonly #claims = new Map<number, OpenClaim>();

  open(claim: number, relay: string, sessions: number, ids: readonly number[], now: number): void {
    this.#claims.set(claim, { relay, sessions, ids: new Set(ids), heardAt: now });
  }

  /** A settle or a pulse under this claim. */
  heard(claim: number, settled: readonly number[], now: number): void {
    const open = this.#claims.get(claim);
    if (open === undefined) return;
    open.heardAt = now;
    for (const id of settled) open.ids.delete(id);
    if (open.ids.size === 0) this.#claims.delete(claim);
  }

  /** The lease ran out. */
  close(claim: number): void {
    this.#claims.delete(claim);
  }

  /**
   * Sessions and mails that are out over this relay.
   *
   * @param sending the tally of `sending`: mails of claims from before a restart may be out over any relay
   */
  out(relay: string, sending: number, now: number): { readonly sessions: number; readonly mails: number } {
    let sessions = 0;
    let mails = 0;
    let known = 0;
    for (const claim of this.#claims.values()) {
      known += claim.ids.size;
      if (claim.relay !== relay) continue;
      mails += claim.ids.size;
      if (now - claim.heardAt < SILENT_MS) sessions += claim.sessions;
    }
    return { sessions, mails: mails + Math.max(0, sending - known) };
  }
}
