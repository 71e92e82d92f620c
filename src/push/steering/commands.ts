import { err, ok, type Result } from "../../core/result.ts";
import { firstWindow, healthOf, renewedHealth, resetHealth, withOwnRate } from "../health/health.ts";
import { resetReturned } from "../health/returned.ts";
import { confirmBounces, dropNotedSuppressions } from "../health/suppressions.ts";
import { clearSuspects } from "../health/suspects.ts";
import type { DeliveryRow, Ledger, PushRow } from "../ledger/ledger.ts";
import { bringForward } from "../ledger/release.ts";
import { dropRetries, requestRetries } from "../ledger/retries.ts";
import { endSnapshot } from "../ledger/snapshot.ts";
import { detailOf, type Reason, reasonOf } from "../reason.ts";
import type { RetrySelection } from "../rpc.ts";

/** Result of a person's command. The error says why the push's state does not allow it, for a 409. */
export type CommandResult = Result<void, string>;

/** The reason of a pause by hand. */
export const ASKED_FOR = reasonOf("asked", "asked for");

/** Stops only release, claims and the expiry clock: mails in an SMTP session are still sent and settled. */
export function pause(ledger: Ledger, push: PushRow, reason: Reason, now: number): CommandResult {
  switch (push.status) {
    case "paused":
      return ok(undefined);
    case "scheduled":
    case "running":
      ledger.updatePush({ status: "paused", ...written(reason), paused_at: now });
      return ok(undefined);
    case "held":
    case "finished":
    case "cancelled":
      return err(`a ${push.status} push cannot be paused`);
  }
}

/** The columns of a reason. */
function written(reason: Reason | null): Pick<PushRow, "reason" | "reason_detail"> {
  return {
    reason: reason?.words ?? null,
    reason_detail: reason === null ? null : JSON.stringify(detailOf(reason)),
  };
}

/** Continues a paused push with the first window and reset health. */
export function resume(ledger: Ledger, push: PushRow, now: number): CommandResult {
  switch (push.status) {
    case "running":
    case "scheduled":
      return ok(undefined);
    case "paused": {
      dropNotedSuppressions(ledger);
      confirmBounces(ledger);
      const health = resetHealth(ledger, push, now);
      const pausedFor = now - (push.paused_at ?? now);
      ledger.updatePush({
        status: push.started_at === null ? "scheduled" : "running",
        ...written(null),
        paused_at: null,
        expires_at: push.expires_at === null ? null : push.expires_at + pausedFor,
        window: firstWindow(health),
        health: JSON.stringify(health),
        ...resetReturned(ledger),
      });
      return ok(undefined);
    }
    case "held":
      return err("a held push cannot be resumed: approve it");
    case "finished":
    case "cancelled":
      return err(`a ${push.status} push cannot be resumed`);
  }
}

/** Changes the push's own rate, mails per second; null: no limit but the relays'. */
export function changeRate(ledger: Ledger, push: PushRow, rate: number | null, now: number): CommandResult {
  switch (push.status) {
    case "held":
      return err("a held push is not sent yet: change it with PATCH");
    case "scheduled":
    case "running":
    case "paused": {
      const health = withOwnRate(healthOf(push), rate, now);
      ledger.updatePush({ rate, health: JSON.stringify(health) });
      // Claims gave them slots of the rate before; a back-off of the push's holds.
      bringForward(ledger, Math.ceil(Math.max(now, health.outage.nextTryAt ?? 0)), health.own?.gapMs ?? 0);
      return ok(undefined);
    }
    case "finished":
    case "cancelled":
      return err(`a ${push.status} push sends nothing more`);
  }
}

/**
 * Ends the push at once; the sweep moves its rows in chunks.
 *
 * @param reason why the push cancels itself; null: a person cancels it
 */
export function cancel(ledger: Ledger, push: PushRow, reason: Reason | null = null): CommandResult {
  if (push.status === "cancelled") return ok(undefined);
  if (push.status === "finished") return err("a finished push cannot be cancelled: its mail has gone out");
  ledger.updatePush({ status: "cancelled", ...written(reason), paused_at: null });
  endSnapshot(ledger);
  dropRetries(ledger);
  return ok(undefined);
}

/**
 * Requeues failed, skipped and deferred deliveries and held doubts as if they were new: resets their counts and renews
 * the push's expiry. The sweep moves the rows in chunks. Returns how many it selects.
 */
export function retry(ledger: Ledger, push: PushRow, selection: RetrySelection, now: number): Result<number, string> {
  if (push.status === "cancelled") return err("a cancelled push cannot be retried: make a new one");
  if (push.status === "scheduled" || push.status === "held") {
    return err(`a ${push.status} push has nothing to retry yet`);
  }
  const requested = requestRetries(ledger, selection, now);
  if (!requested.ok || requested.value === 0) return requested;
  dropNotedSuppressions(ledger);
  clearSuspects(ledger);
  const health = renewedHealth(ledger, push, now);
  ledger.updatePush({
    expires_at: now + push.expires_in_seconds * 1000,
    // Resume extends the expiry by the pause from here on.
    ...(push.status === "paused" ? { paused_at: now } : {}),
    ...(push.status === "finished" ? { status: "running", finished_at: null, ...written(null), paused_at: null } : {}),
    window: firstWindow(health),
    health: JSON.stringify(health),
    ...resetReturned(ledger),
  });
  return requested;
}

/** Records a person's decision on deliveries in doubt. Returns how many were in doubt. */
export function resolve(ledger: Ledger, ids: readonly number[], as: "sent" | "failed", now: number): number {
  const inDoubt: DeliveryRow[] = ledger.rows(ids).filter((row) => row.state === "in_doubt");
  ledger.moveAll(
    inDoubt.map((row) => row.id),
    "in_doubt",
    as,
    { due_at: null, class: "resolved" },
    now,
  );
  return inDoubt.length;
}
