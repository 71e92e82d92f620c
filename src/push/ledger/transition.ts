import { doubtDelayMs, retryDelayMs } from "../../core/backoff.ts";
import type { Limits } from "../limits.ts";
import type { Outcome } from "../rpc.ts";
import type { DeliveryRow, PushRow, RowChange } from "./ledger.ts";

/** An outcome that changed its delivery. */
export interface Applied {
  readonly outcome: Outcome;
  readonly change: RowChange;
}

/**
 * What one outcome makes of one delivery: the table "what moves it" of the design, as a function. Null: nothing, since
 * the delivery has moved on and this outcome is no longer news.
 *
 * @param claim the number of the claim under whose token the outcome came
 */
export function transitionOf(
  row: DeliveryRow,
  claim: number,
  outcome: Outcome,
  push: PushRow,
  limits: Limits,
  now: number,
): RowChange | null {
  // That the relay took it is true whoever says it, and however late; only what came back since is newer.
  if (outcome.kind === "sent") {
    if (row.state === "sent" || row.state === "bounced" || row.state === "complained") return null;
    return { ...words(row, outcome), state: "sent", attempts: row.attempts + 1, due_at: null };
  }
  const held = row.claim === claim && (row.state === "sending" || row.state === "in_doubt");
  if (!held) return null;
  const cancelled = push.status === "cancelled";
  switch (outcome.kind) {
    case "failed":
      return { ...words(row, outcome), state: "failed", attempts: row.attempts + outcome.attempt, due_at: null };
    case "in_doubt":
      return row.state === "sending" ? doubted(row, outcome.reply, push, limits, now) : null;
    case "skipped":
      // What the relay last said of them is most often why they are skipped.
      return { ...words(row, outcome), reply: row.reply, state: cancelled ? "cancelled" : "skipped", due_at: null };
    case "deferred":
      if (cancelled) return { ...words(row, outcome), state: "cancelled", attempts: row.attempts + 1, due_at: null };
      return { ...words(row, outcome), ...deferral(row, outcome.class, push, limits, now) };
    case "untried":
    case "throttled":
    case "outage":
    case "unauthorised":
      // The relay said nothing about this recipient: its last words and its attempts stay as they are.
      return { id: row.id, state: cancelled ? "cancelled" : "pending", due_at: cancelled ? null : now };
  }
}

/** Nobody knows whether it went out: one resend by itself, then a person has to say. */
export function doubted(
  row: DeliveryRow,
  reason: string | null,
  push: PushRow,
  limits: Limits,
  now: number,
): RowChange {
  const expired = push.expires_at !== null && push.status !== "paused" && push.expires_at <= now;
  const holds = row.doubts > 0 || push.in_doubt === "hold" || expired || push.status === "cancelled";
  return {
    id: row.id,
    state: "in_doubt",
    doubts: row.doubts + 1,
    due_at: holds ? null : Math.ceil(now + doubtDelayMs(limits.backoffScale, limits.random)),
    class: "in-doubt",
    reply: reason,
  };
}

/** "Later" from the relay: when to try again, or that there is no more trying. */
function deferral(
  row: DeliveryRow,
  verdict: string | null,
  push: PushRow,
  limits: Limits,
  now: number,
): Pick<RowChange, "state" | "attempts" | "due_at"> {
  const attempts = row.attempts + 1;
  if (attempts >= limits.maxAttempts) return { state: "failed", attempts, due_at: null };
  const due = now + retryDelayMs(verdict, attempts, limits.backoffScale, limits.random);
  if (push.expires_at === null || push.status === "paused" || due < push.expires_at) {
    return { state: "deferred", attempts, due_at: Math.ceil(due) };
  }
  // One last try shortly before the end is worth more than a long wait past it.
  const last = push.expires_at - LAST_TRY_BEFORE_EXPIRY_MS * limits.backoffScale;
  return last - now >= LAST_TRY_BEFORE_EXPIRY_MS * limits.backoffScale
    ? { state: "deferred", attempts, due_at: Math.ceil(last) }
    : { state: "failed", attempts, due_at: null };
}

/** Long enough for the queue to bring it and for greylisting's usual minute, twice over. */
const LAST_TRY_BEFORE_EXPIRY_MS = 180_000;

function words(row: DeliveryRow, outcome: Outcome): Pick<DeliveryRow, "id" | "address" | "class" | "reply"> {
  return { id: row.id, address: outcome.address ?? row.address, class: outcome.class, reply: outcome.reply };
}
