import { outageDelayMs } from "../core/backoff.ts";
import { FIRST_WINDOW, lastClaim, learnedOf, NO_OUTAGE, type Outage } from "./learned.ts";
import type { Ledger, PushRow } from "./ledger.ts";
import type { Limits } from "./limits.ts";
import type { Applied } from "./settle.ts";
import { pause } from "./steer.ts";

/**
 * What the outcomes of one settle teach the push of its relay. Gives true if the consumer should begin no more mails
 * under this claim.
 */
export function learn(
  ledger: Ledger,
  push: PushRow,
  claim: number,
  applied: readonly Applied[],
  limits: Limits,
  now: number,
): boolean {
  const learned = learnedOf(push);
  if (push.status !== "running") return true;
  // Twenty sessions that fail together are one outage: what was granted before it was noticed says nothing new.
  if (claim <= learned.fromClaim) return learned.outage.nextTryAt !== null && learned.outage.nextTryAt > now;
  const refused = applied.find(({ outcome }) => outcome.kind === "unauthorised");
  if (refused !== undefined) {
    pause(ledger, push, refused.outcome.reply ?? "the relay refused our credentials or sender", now);
    return true;
  }
  const down = applied.find(({ outcome }) => outcome.kind === "outage");
  if (down !== undefined) {
    const count = learned.outage.count + 1;
    const outage: Outage = {
      count,
      since: learned.outage.since ?? now,
      error: down.outcome.reply,
      nextTryAt: Math.ceil(now + outageDelayMs(count, limits.backoffScale, limits.random)),
    };
    ledger.updatePush({
      learned: JSON.stringify({ ...learned, fromClaim: lastClaim(ledger), outage }),
      window: FIRST_WINDOW,
    });
    return true;
  }
  if (applied.some(({ outcome }) => outcome.kind === "sent")) {
    const window = Math.min(limits.window, push.window * 2);
    if (window !== push.window) ledger.updatePush({ window });
    if (learned.outage.since !== null) {
      ledger.updatePush({ learned: JSON.stringify({ ...learned, outage: NO_OUTAGE }) });
    }
  }
  return false;
}
