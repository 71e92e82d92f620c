import type { DeliveryRow } from "../ledger/ledger.ts";
import type { Outcome } from "../rpc.ts";
import { actedOn, afterAccepted, afterDeferral, isCounted, isOutage, readDeferrals, wordsOf } from "./deferrals.ts";
import type { Health } from "./health.ts";
import { afterRefusal, concernAll, NO_REFUSALS, refusesUs } from "./refusals.ts";

/** A reported outcome and the delivery before it. */
export interface Reported {
  readonly outcome: Outcome;
  readonly row: Pick<DeliveryRow, "class">;
  /** False: settled before, or its delivery has moved on. It is not counted. */
  readonly news: boolean;
}

/**
 * The outcomes of one settle, read together: replies of single recipients may show that the relay is out of order,
 * and replies about us may concern one delivery alone.
 */
export interface Judgement {
  /** To be applied instead of those reported, in the same order. */
  readonly outcomes: readonly Outcome[];
  /** With these outcomes' acceptances, deferrals and refusals counted. */
  readonly health: Health;
  /** Deliveries whose reply is passed over this once: suspects, see `Suspects`. */
  readonly passedOver: readonly number[];
  /** Deliveries settled earlier, now found to have been the relay's doing: they return to pending without the attempt. */
  readonly undone: readonly number[];
  /** Human-readable reason to pause the push, or null. */
  readonly pauseFor: string | null;
}

/**
 * Judges the outcomes of one settle before they are applied. Pure.
 *
 * @param counts false for a claim granted before the last back-off or resume
 * @param paced false for a claim granted before the relay's last cut: its deferrals say nothing about the rate since
 * @param confirmed whether a delivery's reply came again after others were accepted (see `Suspects`)
 */
export function judge(
  before: Health,
  counts: boolean,
  paced: boolean,
  reported: readonly Reported[],
  confirmed: (id: number) => boolean,
): Judgement {
  const { accepted, deferrals, refusals } = counts ? count(before, paced, reported, confirmed) : before;
  const reading = counts && paced ? readDeferrals(deferrals, accepted) : null;
  const down = isOutage(deferrals, accepted);
  const pausing = counts && concernAll(refusals, accepted);
  const passedOver: number[] = [];

  const judged = ({ outcome, row, news }: Reported): Outcome => {
    if (!news) return outcome;
    if (isDeferral(outcome)) {
      if (down) return { ...outcome, kind: "outage", attempt: 0 };
      const words = wordsOf(outcome.reply);
      if (confirmed(outcome.id)) return outcome;
      if (reading === "rate" && words === deferrals.alike) return { ...outcome, kind: "throttled", attempt: 0 };
      if (words !== deferrals.ofRate) return outcome;
      passedOver.push(outcome.id);
      return { ...outcome, kind: "untried", attempt: 0 };
    }
    const renewed = outcome.class === row.class;
    // The reply of one delivery, or known from before its retry.
    if (refusesUs(outcome) && (renewed || (counts && !pausing))) return { ...outcome, kind: "failed", attempt: 1 };
    return outcome;
  };
  const outcomes = reported.map(judged);

  const now = new Set(reported.map(({ outcome }) => outcome.id));
  const undone = [
    ...(reading === "outage" || reading === "rate" ? deferrals.ids : []),
    ...(pausing ? refusals.ids : []),
  ];
  const said = reported.findLast(({ outcome }) => refusesUs(outcome) && refusals.ids.includes(outcome.id))?.outcome;
  return {
    outcomes,
    health: { ...before, accepted, deferrals: actedOn(deferrals, reading), refusals: pausing ? NO_REFUSALS : refusals },
    passedOver,
    undone: undone.filter((id) => !now.has(id)),
    pauseFor: pausing && said !== undefined ? (said.reply ?? said.class ?? "refused") : null,
  };
}

function count(
  before: Health,
  paced: boolean,
  reported: readonly Reported[],
  confirmed: (id: number) => boolean,
): Pick<Health, "accepted" | "deferrals" | "refusals"> {
  let { accepted, deferrals, refusals } = before;
  for (const { outcome, row, news } of reported) {
    if (!news) continue;
    const again = outcome.class === row.class;
    if (outcome.kind === "sent") {
      accepted++;
      if (paced) deferrals = afterAccepted(deferrals, confirmed(outcome.id));
      refusals = NO_REFUSALS;
    } else if (isDeferral(outcome)) {
      if (!paced) continue;
      const novelty = again ? "again" : confirmed(outcome.id) ? "confirmed" : "first";
      deferrals = afterDeferral(deferrals, outcome.id, outcome.reply, novelty);
    } else if (refusesUs(outcome) && !again) {
      refusals = afterRefusal(refusals, outcome);
    }
  }
  return { accepted, deferrals, refusals };
}

function isDeferral({ kind, class: verdict }: Outcome): boolean {
  return kind === "deferred" && isCounted(verdict);
}
