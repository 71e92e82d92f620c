/** Of these, deliveries can be tried again. */
export const STATES = ["failed", "in_doubt", "skipped", "deferred"] as const;

export type RetryState = (typeof STATES)[number];

/** What is to be tried again: all of some states, those of one reason, or the chosen ones. */
export interface Asked {
  /** The one state that is meant; null: to be chosen. */
  readonly state: RetryState | null;
  readonly reason: string | null;
  /** How many have this reason; null: it was not counted. */
  readonly count: number | null;
  readonly ids: readonly number[] | null;
}

export const EVERYTHING: Asked = { state: null, reason: null, count: null, ids: null };
