import { startLedgerWorker } from "./ledger/drive.ts";
import { countRows, ledgerRun } from "./ledger/measure.ts";
import type { RowCounts, Step } from "./ledger/step.ts";
import { goal, type Report, show } from "./report.ts";

/**
 * Cloudflare's list prices on Workers Paid, in dollars, beyond what the plan's five dollars a month include. From its
 * pages on pricing of Workers, Queues, D1 and Durable Objects (SQLite), read in November 2026.
 */
const PRICES = {
  millionQueueOperations: 0.4,
  millionRowsWritten: 1,
  millionRowsRead: 0.001,
  millionObjectRequests: 0.15,
  millionGbSeconds: 12.5,
  millionRequests: 0.3,
  millionCpuMs: 0.02,
  objectGbMonth: 0.2,
} as const;

/** One message is written, read and deleted; it is far smaller than the 64 KB of one operation. */
const OPERATIONS_A_MESSAGE = 3;
const BATCH = 100;
const GROUP = 25;
const RELEASE_AT_ONCE = 1_000;
/** An object is billed for this much memory, whatever it uses. */
const OBJECT_GB = 0.128;
/** Rows of D1 that a mail reads: its id twice (index and row) by the snapshot; row, suppression and their indexes to send. */
const D1_ROWS_READ = 6;
const RETENTION_MONTHS = 3;
/** Counted on so many. */
const DELIVERIES = 10_000;

/** What a delivery takes in its ledger. */
interface LedgerUse {
  readonly rows: Record<Step, RowCounts>;
  readonly bytesEach: number;
}

/** What the rest of the bill takes from other parts of the benchmark. */
interface Assumptions {
  /** Mails per second: how long the object stays awake. */
  readonly mailsPerSecond: number;
  /** Processor time of everything, in milliseconds a mail. */
  readonly cpuMs: number;
}

/** As end-to-end measured them, rounded to the dear side: its processor time holds the emulated queue and D1 too. */
const ASSUMED: Assumptions = { mailsPerSecond: 3_000, cpuMs: 0.3 };

interface CostItem {
  readonly what: string;
  readonly perMail: number;
  readonly unit: string;
  /** Dollars per million mails. */
  readonly dollars: number;
}

/** What a million mails cost, each sent at the first attempt. */
function costOf({ rows, bytesEach }: LedgerUse, { mailsPerSecond, cpuMs }: Assumptions): CostItem[] {
  const item = (what: string, perMail: number, unit: string, pricePerMillion: number): CostItem => ({
    what,
    perMail,
    unit,
    dollars: perMail * pricePerMillion,
  });
  const read = rows.snapshot.read + rows.release.read + rows.deliver.read;
  const calls = 1 / BATCH + 1 / GROUP; // one claim a batch, one settle a group
  const alarms = 4 / RELEASE_AT_ONCE; // each is a request; the fourfold leaves room for small windows
  return [
    item("queue operations: write, read, delete", OPERATIONS_A_MESSAGE, "operations", PRICES.millionQueueOperations),
    item("ledger, snapshot", rows.snapshot.written, "rows written", PRICES.millionRowsWritten),
    item("ledger, release", rows.release.written, "rows written", PRICES.millionRowsWritten),
    item("ledger, claim and settle", rows.deliver.written, "rows written", PRICES.millionRowsWritten),
    item("alarms set", calls + alarms, "rows written", PRICES.millionRowsWritten),
    item("ledger and D1, read", read + D1_ROWS_READ, "rows read", PRICES.millionRowsRead),
    item("calls and alarms of the object", calls + alarms, "requests", PRICES.millionObjectRequests),
    item("object awake", OBJECT_GB / mailsPerSecond, "GB-s", PRICES.millionGbSeconds),
    item("consumer invocations", 1 / BATCH, "requests", PRICES.millionRequests),
    item("processor time", cpuMs, "ms", PRICES.millionCpuMs),
    item("ledger kept for 90 days", (bytesEach * RETENTION_MONTHS) / 1e9, "GB-months", PRICES.objectGbMonth * 1e6),
  ];
}

function totalOf(items: readonly CostItem[]): number {
  return items.reduce((sum, { dollars }) => sum + dollars, 0);
}

/** What a million mails cost at list prices, from the rows of a small push. */
export async function costPart(): Promise<Report> {
  const worker = await startLedgerWorker();
  try {
    const { bytesEach } = await ledgerRun(worker, DELIVERIES);
    return costReport({ rows: await countRows(worker, DELIVERIES), bytesEach });
  } finally {
    await worker.stop();
  }
}

function costReport(used: LedgerUse): Report {
  const items = costOf(used, ASSUMED);
  const total = totalOf(items);
  return {
    title: "Cost on paper",
    method:
      "A million mails, each sent at the first attempt, at Cloudflare's list prices on Workers Paid beyond what the plan includes, without the relay's own price. " +
      `Rows are those measured in the ledger alone; ${show(ASSUMED.mailsPerSecond)} mails/s and ${show(ASSUMED.cpuMs)} ms of processor a mail are the dear side of end to end.`,
    rows: [
      ...items.map(({ what, perMail, unit, dollars }) => ({
        "what is billed": what,
        "a mail": `${perMail < 0.001 ? perMail.toExponential(1) : show(perMail)} ${unit}`,
        "$ per million mails": dollars.toFixed(4),
        share: `${show((dollars / total) * 100)} %`,
      })),
      { "what is billed": "**all**", "a mail": "", "$ per million mails": `**${total.toFixed(2)}**`, share: "" },
    ],
    goals: [goal("dollars per million mails", total, "≤", 6)],
    notes: [
      "Each further attempt of a deferred mail, counted from the schema and not measured: a queue operation, claim and settle, and two index entries that come and go; some 6 rows, $6.5 per million of those.",
      "Setting the alarm is billed as a row; one for each claim and settle is the most there can be.",
      "A ledger goes as a whole when its time is over (`deleteAll`). Cloudflare bills a deleted row as a row written, and does not say whether that holds of deleting all: if it does, the bill is a dollar higher.",
      "Not in it, once per recipient and not per mail: the import writes 3 rows in D1 (the row and two indexes), $3 per million. The plan itself, $5 a month, includes 50 million rows written, a million queue operations and a million object requests.",
    ],
  };
}
