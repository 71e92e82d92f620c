import { join } from "node:path";
import { type DevWorker, startDevWorker } from "./dev-worker.ts";
import { Heap } from "./memory/heap.ts";
import type { Relay } from "./relay.ts";
import { goal, type Report, show } from "./report.ts";

const MB = 1024 * 1024;
const ISOLATE_MB = 128;
/** Long enough that mails are in flight when the heap is looked at. */
const RTT_MS = 500;

/** The consumer's memory at its worst, in workerd's heap. */
export async function memoryPart(relay: Relay): Promise<Report> {
  await relay.reset({ rttMs: RTT_MS });
  const worker = await startDevWorker(join(import.meta.dirname, "memory"));
  const heap = await Heap.open(worker.inspectorPort);
  try {
    await worker.order({ measure: "nothing" });
    const idle = await heap.liveBytes();
    const above = (bytes: number) => (bytes - idle) / MB;
    const mails = await peakOf(worker, heap, { measure: "mails", port: `${relay.port}` });
    const contents = await peakOf(worker, heap, { measure: "contents" });
    const rows = [
      { what: "16 pushes of 20,000 tags, prepared in turn", ...contents },
      { what: "40 mails of 8 MB over four sessions", ...mails },
    ];
    return {
      title: "Memory of a consumer",
      method:
        `Reachable bytes of the isolate's heap, buffers included, at the most, without the ${show(idle / MB)} MB of an idle one; ` +
        `the heap is looked at after a garbage collection, about twice a second. The relay answers after ${RTT_MS} ms.`,
      rows: rows.map(({ what, bounded, boundless }) => ({
        what,
        "without bounds": `${show(above(boundless))} MB`,
        "by bytes": `${show(above(bounded))} MB`,
        ratio: show(above(bounded) / above(boundless)),
      })),
      goals: rows.map(({ what, bounded }) => goal(what, bounded / MB, "≤", ISOLATE_MB, " MB")),
    };
  } finally {
    heap.close();
    await worker.stop();
  }
}

/** The most bytes seen while an order is carried out, and right after: with the bounds, then without. */
async function peakOf(worker: DevWorker, heap: Heap, query: Record<string, string>) {
  const peak = async (bounded: boolean): Promise<number> => {
    let [most, done] = [0, false];
    const order = worker.order({ ...query, bounded: `${bounded}` }).finally(() => {
      done = true;
    });
    while (!done) most = Math.max(most, await heap.liveBytes());
    await order;
    most = Math.max(most, await heap.liveBytes());
    await worker.order({ measure: "nothing" });
    return most;
  };
  return { bounded: await peak(true), boundless: await peak(false) };
}
