import { doubtDelayMs, retryDelayMs } from "../../core/backoff.ts";
import type { Limits } from "../limits.ts";
import { ONCE, type Outcome } from "../rpc.ts";
import type { DeliveryRow, PushRow, RowChange } from "./ledger.ts";

/** An outcome that changed its delivery. */
export interface Applied {
  readonly outcome: Outcome;
  readonly change: RowChange;
  /** The delivery was in this class before: refused, renewed by a retry, and refused alike. */
  readonly again: boolean;
}

/**
 * The row change that one outcome causes: the design's transition table as a function. Null: none, because the delivery
 * has moved on.
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
  // Acceptance by the relay counts under any token, however late; only a bounce or complaint is newer.
  if (outcome.kind === "sent") {
    if (row.state === "sent" || row.state === "bounced" || row.state === "complained") return null;
    return { ...reported(row, outcome), state: "sent", attempts: row.attempts + 1, due_at: null };
  }
  if (!isHeld(row, claim)) return null;
  const cancelled = push.status === "cancelled";
  switch (outcome.kind) {
    case "failed":
      return { ...reported(row, outcome), state: "failed", attempts: row.attempts + outcome.attempt, due_at: null };
    case "in_doubt":
      return row.state === "sending" ? doubted(row, outcome.reply, push, limits, now) : null;
    case "skipped":
      return {
        ...reported(row, outcome),
        // The relay's last reply is usually why they are skipped; another push is a reason of its own.
        reply: outcome.class === ONCE ? outcome.reply : row.reply,
        state: cancelled ? "cancelled" : "skipped",
        due_at: null,
      };
    case "deferred":
      if (cancelled) return { ...reported(row, outcome), state: "cancelled", attempts: row.attempts + 1, due_at: null };
      return { ...reported(row, outcome), ...deferral(row, outcome.class, push, limits, now) };
    case "untried":
    case "throttled":
    case "quota":
    case "outage":
    case "unauthorised": {
      // The relay said nothing about this recipient: keep its last reply and its attempts.
      const due = outcome.kind === "outage" ? now + BEHIND_THE_UNTRIED_MS : now;
      return { id: row.id, state: cancelled ? "cancelled" : "pending", due_at: cancelled ? null : due };
    }
  }
}

/** In an outage each try is to be of others: of a batch only the first few are tried. Shorter than any back-off. */
const BEHIND_THE_UNTRIED_MS = 1_000;

/** True while the claim may report an outcome of the delivery. */
export function isHeld(row: DeliveryRow, claim: number): boolean {
  return row.claim === claim && (row.state === "sending" || row.state === "in_doubt");
}

/** Puts a delivery in doubt: one automatic resend, then a person has to decide. */
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

/** The retry of a deferred delivery, or its failure if none is left. */
function deferral(
  row: DeliveryRow,
  verdict: string | null,
  push: PushRow,
  limits: Limits,
  now: number,
): Pick<RowChange, "state" | "attempts" | "due_at"> {
  const attempts = row.attempts + 1;
  const usedUp = attempts >= limits.maxAttempts;
  if (usedUp && isPastHalf(push, now)) return { state: "failed", attempts, due_at: null };
  const due = now + retryDelayMs(verdict, usedUp ? Infinity : attempts, limits.backoffScale, limits.random);
  if (push.expires_at === null || push.status === "paused" || due < push.expires_at) {
    return { state: "deferred", attempts, due_at: Math.ceil(due) };
  }
  // Try once more shortly before expiry: a retry due later would never run.
  const lastTry = push.expires_at - LAST_TRY_BEFORE_EXPIRY_MS * limits.backoffScale;
  return lastTry - now >= LAST_TRY_BEFORE_EXPIRY_MS * limits.backoffScale
    ? { state: "deferred", attempts, due_at: Math.ceil(lastTry) }
    : { state: "failed", attempts, due_at: null };
}

/**
 * True if half of the time until expiry has passed: a failure of hours at the recipient's side, or one of the relay's
 * that looks like it, must not use up a day's attempts. The clock stands still while the push is paused.
 */
function isPastHalf(push: PushRow, now: number): boolean {
  if (push.expires_at === null) return true;
  const clock = push.status === "paused" ? (push.paused_at ?? now) : now;
  return push.expires_at - clock <= push.expires_in_seconds * 500;
}

/** Time for the queue's delay and greylisting's usual minute, twice. */
const LAST_TRY_BEFORE_EXPIRY_MS = 180_000;

function reported(row: DeliveryRow, outcome: Outcome): Pick<DeliveryRow, "id" | "address" | "class" | "reply"> {
  return { id: row.id, address: outcome.address ?? row.address, class: outcome.class, reply: outcome.reply };
}
