import type { Tallies } from "../../../parts/figures/state-bar.tsx";
import type { Push } from "../live/use-push.ts";

/** Deliveries that did not reach anybody, or not yet, for reasons of a kind. */
export interface Kind {
  /** As the API asks for it; `failed` has those that bounced with it. */
  readonly state: "failed" | "deferred" | "in_doubt" | "skipped";
  readonly countOf: (tallies: Tallies) => number;
}

/** What a person can mend stands first. */
export const KINDS: readonly Kind[] = [
  { state: "failed", countOf: ({ failed, bounced }) => failed + bounced },
  { state: "in_doubt", countOf: (tallies) => tallies.in_doubt },
  { state: "deferred", countOf: (tallies) => tallies.deferred },
  { state: "skipped", countOf: (tallies) => tallies.skipped },
];

/** The state that narrows the list to this kind; null: it has two states, and the class or domain has to do. */
export function shownState({ state }: Kind, { failed, bounced }: Tallies): string | null {
  if (state !== "failed" || bounced === 0) return state;
  return failed === 0 ? "bounced" : null;
}

/** Skipped people whom a retry may reach once the reason is gone; a deleted one is gone. */
export function mayRetry(status: Push["status"], { state }: Kind, reason: string): boolean {
  if (status === "cancelled" || reason === "deleted") return false;
  return state === "skipped" || reason !== "bounced";
}
