/** A person that a claim is about to mail. */
export interface Asked {
  /** The recipient's id in D1, which is also the delivery's in its push. */
  readonly recipient: number;
  /** See `personOf`. */
  readonly person: string;
  /**
   * No mail of an earlier claim can have arrived: whom those reserved for this delivery, under an address that it had
   * then, is free. Absent: one may have, or a consumer of older code asks.
   */
  readonly replaces?: true;
}

/** A consumer asks for the people of one claim, after it has read them. The same request again gets the same answer. */
export interface ReserveRequest {
  readonly push: string;
  /** The claim's number in the push's ledger: later claims have greater ones. */
  readonly claim: number;
  /** Epoch milliseconds. Later the object reserves nobody: the consumer has given up, and the ledger may have given back. */
  readonly until: number;
  readonly people: readonly Asked[];
}

/** Who may not be mailed. */
export interface Taken {
  readonly recipient: number;
  /**
   * The push that has the person, perhaps the same one under another recipient or a later claim; null: the recipient was
   * erased.
   */
  readonly push: string | null;
}

/** All others of the request are reserved for its push. */
export interface ReserveAnswer {
  readonly taken: readonly Taken[];
}

/** A delivery that ended without a mail. */
export interface GivenBack {
  readonly recipient: number;
  /** The claim that held it last. What a later one has reserved stays. */
  readonly claim: number;
}

export interface GiveBackRequest {
  readonly push: string;
  readonly deliveries: readonly GivenBack[];
}
