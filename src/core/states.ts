/** Each delivery of a push is in exactly one of these states. */
export const DELIVERY_STATES = [
  "pending",
  "queued",
  "sending",
  "deferred",
  "in_doubt",
  "sent",
  "failed",
  "skipped",
  "cancelled",
  "bounced",
  "complained",
] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** `held`: made, and waits for a person's approval before anything is sent. */
export const PUSH_STATES = ["held", "scheduled", "running", "paused", "finished", "cancelled"] as const;
export type PushState = (typeof PUSH_STATES)[number];

/** The number of deliveries in each state. The sum is always the push's `total`. */
export type Tallies = Record<DeliveryState, number>;

export function emptyTallies(): Tallies {
  return Object.fromEntries(DELIVERY_STATES.map((state) => [state, 0])) as Tallies;
}

/** Accepted by the relay and not bounced. A complaint counts: the mail was delivered. */
export function successOf(tallies: Tallies): number {
  return tallies.sent + tallies.complained;
}

/** Refused permanently, or accepted and bounced. */
export function failureOf(tallies: Tallies): number {
  return tallies.failed + tallies.bounced;
}

export function totalOf(tallies: Tallies): number {
  return DELIVERY_STATES.reduce((sum, state) => sum + tallies[state], 0);
}
