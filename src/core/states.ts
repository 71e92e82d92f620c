/** The states of a delivery: each delivery of a push is in exactly one of them. */
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

export const PUSH_STATES = ["scheduled", "running", "paused", "finished", "cancelled"] as const;
export type PushState = (typeof PUSH_STATES)[number];

/** How many deliveries of a push are in each state. Their sum is the push's `total`, at every instant. */
export type Tallies = Record<DeliveryState, number>;

export function emptyTallies(): Tallies {
  return Object.fromEntries(DELIVERY_STATES.map((state) => [state, 0])) as Tallies;
}

/** Taken by the relay, and not come back since: a spam report is about a mail that was read. */
export function successOf(tallies: Tallies): number {
  return tallies.sent + tallies.complained;
}

/** Refused for good, or taken and returned. */
export function failureOf(tallies: Tallies): number {
  return tallies.failed + tallies.bounced;
}

export function totalOf(tallies: Tallies): number {
  return DELIVERY_STATES.reduce((sum, state) => sum + tallies[state], 0);
}
