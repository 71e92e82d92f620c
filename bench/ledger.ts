import { startLedgerWorker } from "./ledger/drive.ts";
import { callsRun, countRows, type LedgerRun, ledgerRun } from "./ledger/measure.ts";
import type { RowCounts, Step } from "./ledger/step.ts";
import { goal, median, type Report, show } from "./report.ts";

const SIZES = [10_000, 100_000, 1_000_000] as const;
const SMALL = SIZES[0];
/** A small run is over in a third of a second, so the median of several says more than one. */
const RUNS = new Map([
  [10_000, 7],
  [100_000, 3],
]);
const CALLED = 50_000;

interface LedgerFindings {
  /** One of each size. */
  readonly runs: readonly LedgerRun[];
  /** Rows a delivery. */
  readonly rows: Record<Step, RowCounts>;
  /** Deliveries per second when each claim and settle is a call of its own. */
  readonly calledRate: number;
}

async function measureLedger(): Promise<LedgerFindings> {
  const worker = await startLedgerWorker();
  try {
    await ledgerRun(worker, SMALL); // the compilers have seen it
    const runs: LedgerRun[] = [];
    for (const size of SIZES) {
      const same: LedgerRun[] = [];
      for (let n = 0; n < (RUNS.get(size) ?? 1); n++) same.push(await ledgerRun(worker, size));
      runs.push(middle(size, same));
    }
    return { runs, rows: await countRows(worker, SMALL), calledRate: (await callsRun(worker, CALLED)).rate };
  } finally {
    await worker.stop();
  }
}

/** How fast the ledger moves deliveries, what they take, and how that grows with their number. */
export async function ledgerPart(): Promise<Report> {
  return ledgerReport(await measureLedger());
}

function ledgerReport({ runs, rows, calledRate }: LedgerFindings): Report {
  const [small, large] = [runs[0] as LedgerRun, runs.at(-1) as LedgerRun];
  const grown = (step: keyof LedgerRun["rate"]) => small.rate[step] / large.rate[step];
  const written = rows.snapshot.written + rows.release.written + rows.deliver.written;
  return {
    title: "The ledger alone",
    method:
      "One Durable Object on `src/push`, each event as the push's object makes it (its transaction, then what decides the next alarm is read); " +
      "no D1, queue, alarm or relay. Pages of 5,000 into the snapshot, releases of 1,000, claims of 100, each settled by four settles of 25 mails sent. " +
      `Deliveries/s are seen from outside, 10,000 deliveries a call; the median of seven runs at 10,000, of three at 100,000, and one at 1,000,000.`,
    rows: runs.map(({ deliveries, rate, bytesEach, statusMs }) => ({
      deliveries: show(deliveries),
      "snapshot/s": show(rate.snapshot),
      "release/s": show(rate.release),
      "claim + settle/s": show(rate.deliver),
      "bytes each": show(bytesEach),
      status: `${show(statusMs)} ms`,
    })),
    goals: [
      ...runs.map((run) => goal(`claim + settle/s at ${show(run.deliveries)}`, run.rate.deliver, "≥", 40_000)),
      goal("claim + settle, cost at the largest by the smallest", grown("deliver"), "≤", 1.3),
      goal("release, the same", grown("release"), "≤", 1.3),
      goal("snapshot, the same", grown("snapshot"), "≤", 1.3),
      goal("status at any size", Math.max(...runs.map((run) => run.statusMs)), "≤", 5, " ms"),
    ],
    notes: [
      `Rows written a delivery, index entries among them: ${show(rows.snapshot.written)} snapshot, ${show(rows.release.written)} release, ${show(rows.deliver.written)} claim and settle, ${show(written)} in all. Rows read: ${show(rows.snapshot.read)}, ${show(rows.release.read)}, ${show(rows.deliver.read)}.`,
      `With each claim and each settle a call of its own, with a commit of its own, from five consumers at once: ${show(calledRate)} deliveries/s.`,
    ],
  };
}

function middle(deliveries: number, runs: readonly LedgerRun[]): LedgerRun {
  const mid = (value: (run: LedgerRun) => number) => median(runs.map(value));
  return {
    deliveries,
    rate: {
      snapshot: mid((run) => run.rate.snapshot),
      release: mid((run) => run.rate.release),
      deliver: mid((run) => run.rate.deliver),
    },
    statusMs: mid((run) => run.statusMs),
    bytesEach: mid((run) => run.bytesEach),
  };
}
