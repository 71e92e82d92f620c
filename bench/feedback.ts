import { startLedgerWorker } from "./ledger/drive.ts";
import { expectTallies, queued, rateOf } from "./ledger/measure.ts";
import { FEEDBACK_KINDS, type FeedbackKind } from "./ledger/step.ts";
import { goal, median, type Report, show } from "./report.ts";

/** Deliveries of each kind, in an object that holds all of them. */
const EVENTS = 10_000;
const ROUNDS = 3;

/** How fast what comes back is applied, by kind. */
export async function feedbackPart(): Promise<Report> {
  const worker = await startLedgerWorker(true);
  try {
    const of = () => new Map<FeedbackKind, number[]>(FEEDBACK_KINDS.map((kind) => [kind, []]));
    const [rates, micros] = [of(), of()];
    for (let round = 0; round <= ROUNDS; round++) {
      const deliveries = EVENTS * FEEDBACK_KINDS.length;
      const name = await queued(worker, deliveries);
      await rateOf(worker, name, "deliver", deliveries);
      for (const [n, kind] of FEEDBACK_KINDS.entries()) {
        const [before, processorBefore] = [performance.now(), worker.processorTime()];
        await worker.post(`/${name}/feedback?kind=${kind}&after=${n * EVENTS}&upTo=${(n + 1) * EVENTS}`);
        const rate = EVENTS / ((performance.now() - before) / 1000);
        // The first round is for the compilers.
        if (round === 0) continue;
        rates.get(kind)?.push(rate);
        micros.get(kind)?.push(((worker.processorTime() - processorBefore) / EVENTS) * 1e6);
      }
      await expectTallies(worker, name, { sent: deliveries - 3 * EVENTS, bounced: 2 * EVENTS, complained: EVENTS });
    }
    return {
      title: "What comes back",
      method:
        `${show(EVENTS)} events of each kind for the sent deliveries of one push, in groups of 100 from five consumers at once, each ` +
        "group a call: its suppressions to the local D1 in one statement, then the ledger in one transaction. " +
        `Seen from outside; medians of ${ROUNDS}.`,
      rows: FEEDBACK_KINDS.map((kind) => ({
        event: NAMES[kind],
        "events/s": show(median(rates.get(kind) ?? [])),
        "least to most": spread(rates.get(kind) ?? []),
        "workerd, processor": `${show(median(micros.get(kind) ?? []))} µs/event`,
      })),
      goals: FEEDBACK_KINDS.map((kind) => goal(`${NAMES[kind]}/s`, median(rates.get(kind) ?? []), "≥", 5_000)),
    };
  } finally {
    await worker.stop();
  }
}

const NAMES: Record<FeedbackKind, string> = {
  bounced: "bounced, nobody there",
  full: "bounced, mailbox full",
  complained: "complained",
  unsubscribed: "unsubscribed",
  delivered: "delivered",
  delayed: "delayed",
};

function spread(rates: readonly number[]): string {
  return `${show(Math.min(...rates))}–${show(Math.max(...rates))}`;
}
