import type { Ledger, PushRow } from "../ledger/ledger.ts";
import { healthOf } from "./health.ts";

/**
 * After a round of doubt, resends wait for an accepted mail: each might be a second copy. If nothing else is left to
 * send, they go out one at a time, as probes.
 *
 * @returns how many may go out now, at most `limit`
 */
export function resendsAllowed(ledger: Ledger, push: PushRow, limit: number, now: number): number {
  const from = resendsFrom(ledger, push, now);
  if (from === null || from > now) return 0;
  return healthOf(push).doubt.resendsWait ? 1 : limit;
}

/** From when resends that are due may go out, epoch milliseconds; null: not before something else happens. */
export function resendsFrom(ledger: Ledger, push: PushRow, now: number): number | null {
  const { doubt, outage } = healthOf(push);
  if (!doubt.resendsWait) return now;
  const { pending, queued, sending } = ledger.tallies();
  if (push.status !== "running" || push.snapshot_done === 0 || pending + queued + sending > 0) return null;
  return Math.max(now, outage.nextTryAt ?? now);
}
