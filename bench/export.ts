import { type LedgerWorker, startLedgerWorker } from "./ledger/drive.ts";
import { queued, rateOf } from "./ledger/measure.ts";
import { Heap } from "./memory/heap.ts";
import { goal, type Report, show } from "./report.ts";

const SIZES = [100_000, 1_000_000] as const;
const FORMATS = ["ndjson", "csv"] as const;
const MB = 1024 * 1024;
const ISOLATE_MB = 128;

interface ExportRun {
  readonly rows: number;
  readonly format: string;
  readonly rowsPerSecond: number;
  readonly bytes: number;
  /** The most that was reachable in the isolate. */
  readonly memoryBytes: number;
}

/** How fast the deliveries of a push are written to a file, and what memory that takes. */
export async function exportPart(): Promise<Report> {
  const worker = await startLedgerWorker();
  const heap = await Heap.open(worker.inspectorPort);
  try {
    const runs: ExportRun[] = [];
    for (const size of SIZES) {
      const name = await queued(worker, size);
      await rateOf(worker, name, "deliver", size);
      for (const format of FORMATS) runs.push(await exportRun(worker, heap, name, size, format));
    }
    return report(runs);
  } finally {
    heap.close();
    await worker.stop();
  }
}

async function exportRun(
  worker: LedgerWorker,
  heap: Heap,
  name: string,
  rows: number,
  format: string,
): Promise<ExportRun> {
  const url = `${worker.url}/${name}/export?format=${format}`;
  const started = performance.now();
  const bytes = await download(url, rows);
  const seconds = (performance.now() - started) / 1000;
  // Once more for the memory: collecting garbage takes time.
  let [most, done] = [0, false];
  const again = download(url, rows).finally(() => {
    done = true;
  });
  while (!done) most = Math.max(most, await heap.liveBytes());
  await again;
  return { rows, format, rowsPerSecond: rows / seconds, bytes, memoryBytes: most };
}

/** Reads the file and forgets it. Answers its bytes. */
async function download(url: string, rows: number): Promise<number> {
  const response = await fetch(url);
  if (response.body === null) throw new Error("the export has no body");
  let [bytes, tail] = [0, ""];
  for await (const chunk of response.body) {
    bytes += chunk.length;
    tail = (tail + Buffer.from(chunk.slice(-1_000)).toString("latin1")).slice(-1_000);
  }
  const { count } = JSON.parse(tail.trimEnd().split("\n").at(-1) ?? "");
  if (count !== rows) throw new Error(`the export has ${count} rows of ${rows}`);
  return bytes;
}

function report(runs: readonly ExportRun[]): Report {
  return {
    title: "Export",
    method:
      'All deliveries of a push, sent, through `src/export` from the object of "The ledger alone", in pages of 5,000, to a ' +
      "reader on the same machine. Memory: the reachable bytes of the isolate at the most, object and Worker together; in a " +
      "run of its own, looked at about twice a second.",
    rows: runs.map(({ rows, format, rowsPerSecond, bytes, memoryBytes }) => ({
      rows: show(rows),
      format,
      "rows/s": show(rowsPerSecond),
      size: `${show(bytes / MB)} MB`,
      memory: `${show(memoryBytes / MB)} MB`,
    })),
    goals: [
      goal("memory at any size", Math.max(...runs.map((run) => run.memoryBytes)) / MB, "≤", ISOLATE_MB / 2, " MB"),
    ],
  };
}
