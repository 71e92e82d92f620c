import type { Priority } from "./rpc.ts";

/** Whose turn it is: a weight of 16 gets 16 mails where a weight of 1 gets one. */
export const WEIGHTS: Readonly<Record<Priority, number>> = { high: 16, normal: 4, low: 1 };

/** Length of a lease under a limit. */
export const TURN_MS = 2_000;
/** The same where pushes take turns: shorter, since nobody else sends meanwhile. */
const EXCLUSIVE_TURN_MS = 1_000;
/** Fewest mails of a turn. */
const TURN_SLOTS = 3;
/** Most pushes that send side by side; each may be one mail early, so also this share of the rate. */
const SIDE_BY_SIDE = 8;
const SIDE_BY_SIDE_SHARE = 0.15;
/** The same while the rate is searched for: turns would double the time to learn what a step brings. */
const SEARCHING_SHARE = 0.25;

/** What one push wants of the relay. */
export interface Demand {
  readonly push: string;
  readonly wants: number;
  readonly priority: Priority;
  /** Its own rate, mails per second; null: none. */
  readonly asked: number | null;
  /** Mails granted so far, divided by its weight: the lowest is next (start-time fair queueing). */
  readonly served: number;
}

/**
 * What a push gets now: a part of the rate beside the others, or, where too many want too little, a turn for itself.
 * `later`: others were served less.
 */
export type Share =
  | { readonly kind: "beside"; readonly perSecond: number }
  | { readonly kind: "turn"; readonly perSecond: number; readonly slots: number }
  | { readonly kind: "later"; readonly turnsAhead: number };

/**
 * Decides one push's share of `limit` mails per second. A few pushes send side by side: max-min fair by weight, nobody
 * gets more than it can use, and the others get what one leaves. Many take turns, those least served first: a thousand
 * pushes behind 14 mails a second would otherwise get one mail in 70 s each, and all end last.
 */
export function shareOf(demand: Demand, demands: readonly Demand[], limit: number, searching = false): Share {
  const most = limit * (searching ? SEARCHING_SHARE : SIDE_BY_SIDE_SHARE);
  const few = demands.length <= Math.max(1, Math.min(SIDE_BY_SIDE, most));
  if (few) {
    const shares = sideBySide(demands, limit);
    if (demands.every((one) => isWorthwhile(one, shares.get(one.push) ?? 0))) {
      return { kind: "beside", perSecond: shares.get(demand.push) ?? 0 };
    }
  }
  const slots = Math.min(demand.wants, Math.max(TURN_SLOTS, Math.floor((limit * EXCLUSIVE_TURN_MS) / 1000)));
  const least = Math.min(...demands.map(({ served }) => served));
  // A turn is over once it has been served a turn more than those that wait.
  const ahead = ((demand.served - least) * WEIGHTS[demand.priority]) / slots;
  if (ahead >= 1) return { kind: "later", turnsAhead: ahead };
  return { kind: "turn", perSecond: Math.min(limit, demand.asked ?? limit), slots };
}

/** Most mails per second that a push can use. */
function usable({ asked, wants }: Demand): number {
  return Math.min(asked ?? Infinity, wants / (TURN_MS / 1000));
}

function isWorthwhile(demand: Demand, share: number): boolean {
  return share >= Math.min(usable(demand), TURN_SLOTS / (TURN_MS / 1000)) * 0.999;
}

/**
 * Water-filling: those that can use least per weight are satisfied first, and the rest divide what is left. What nobody
 * needs goes to those that may be faster: the last mails of a push are not spread over a whole lease.
 */
export function sideBySide(demands: readonly Demand[], limit: number): Map<string, number> {
  const shares = new Map<string, number>();
  let left = limit;
  let weights = demands.reduce((sum, { priority }) => sum + WEIGHTS[priority], 0);
  const byNeed = demands
    .map((demand) => ({ push: demand.push, most: usable(demand), weight: WEIGHTS[demand.priority] }))
    .toSorted((a, b) => a.most / a.weight - b.most / b.weight);
  for (const { push, most, weight } of byNeed) {
    const share = Math.max(0, Math.min(most, (left * weight) / weights));
    shares.set(push, share);
    left -= share;
    weights -= weight;
  }
  const spare = Math.max(0, left) / demands.length;
  for (const { push, asked } of demands) {
    const share = shares.get(push) ?? 0;
    shares.set(push, Math.max(share, Math.min(share + spare, asked ?? Infinity)));
  }
  return shares;
}
