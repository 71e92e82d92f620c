import type { PushState } from "../core/states.ts";
import { healthOf } from "./health/health.ts";
import type { PushRow } from "./ledger/ledger.ts";
import { ASKED_FOR } from "./steering/commands.ts";

/** What a person who looks after a push wants to find in the log. Times in epoch milliseconds. */
export type PushEvent =
  | { readonly event: "state"; readonly from: PushState | null; readonly to: PushState; readonly reason: string | null }
  /** The push has paused itself. */
  | { readonly event: "breaker-tripped"; readonly reason: string | null }
  | { readonly event: "outage-began"; readonly error: string | null; readonly nextTryAt: number | null }
  | { readonly event: "outage-ended"; readonly since: number; readonly error: string | null }
  | { readonly event: "dead-letters"; readonly requeued: number; readonly failed: number };

/** The part of a push whose changes are logged. */
export interface Seen {
  readonly status: PushState;
  readonly reason: string | null;
  readonly outageSince: number | null;
  readonly error: string | null;
  readonly nextTryAt: number | null;
}

export function seenOf(push: PushRow): Seen {
  const { outage, relays } = healthOf(push);
  const away = Object.values(relays).find(({ health }) => health.kind === "resting" || health.kind === "probing");
  const { since, error, nextTryAt } =
    outage.since !== null || away === undefined
      ? outage
      : { since: away.faultSince, error: away.health.words, nextTryAt: away.health.until || null };
  return { status: push.status, reason: push.reason, outageSince: since, error, nextTryAt };
}

/** The events that lie between two states of a push; `before` null: it did not exist. */
export function eventsBetween(before: Seen | null, after: Seen): PushEvent[] {
  const events: PushEvent[] = [];
  if (before?.status !== after.status) {
    events.push({ event: "state", from: before?.status ?? null, to: after.status, reason: after.reason });
    if (after.status === "paused" && after.reason !== ASKED_FOR.words) {
      events.push({ event: "breaker-tripped", reason: after.reason });
    }
  }
  const since = before?.outageSince ?? null;
  if (since !== null && after.outageSince === null) {
    events.push({ event: "outage-ended", since, error: before?.error ?? null });
  } else if (since === null && after.outageSince !== null) {
    events.push({ event: "outage-began", error: after.error, nextTryAt: after.nextTryAt });
  }
  return events;
}
