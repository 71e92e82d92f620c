import { join } from "node:path";
import { type DevWorker, startDevWorker } from "./dev-worker.ts";
import { endpointGrowth } from "./memory/endpoint.ts";
import { Heap } from "./memory/heap.ts";
import type { Relay } from "./relay.ts";
import { goal, median, type Report, show } from "./report.ts";

const MB = 1024 * 1024;
const ISOLATE_MB = 128;
const ATTACHED_MAILS = 1_000;
const INBOUND_MB = 64;
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
    const inbound = await peakOf(worker, heap, { measure: "inbound" });
    const contents = await peakOf(worker, heap, { measure: "contents" });
    await relay.reset({ rttMs: 0 });
    const shared = await attached(worker, heap, relay.port, true);
    const copied = await attached(worker, heap, relay.port, false);
    const cancelled = await endpointGrowth("cancelled");
    const read = await endpointGrowth("read");
    const rows = [
      { what: "16 pushes of 20,000 tags, prepared in turn", ...contents },
      { what: "40 mails of 8 MB over four sessions", ...mails },
      { what: "20 inbound reports of 25 MB at once", ...inbound },
    ];
    return {
      title: "Memory of a consumer",
      method:
        `Reachable bytes of the isolate's heap, buffers included, at the most, without the ${show(idle / MB)} MB of an idle one; ` +
        `the heap is looked at after a garbage collection, about twice a second. The relay answers after ${RTT_MS} ms.`,
      rows: [
        ...rows.map(({ what, bounded, boundless }) => ({
          what,
          "without bounds": `${show(above(boundless))} MB`,
          "by bytes": `${show(above(bounded))} MB`,
          ratio: show(above(bounded) / above(boundless)),
        })),
        {
          what: `${show(ATTACHED_MAILS)} mails with a file of 5 MB, which they share`,
          "without bounds": `${show(above(copied.most))} MB with a copy each`,
          "by bytes": `${show(above(shared.most))} MB`,
          ratio: show(above(shared.most) / above(copied.most)),
        },
      ],
      goals: [
        ...rows.map(({ what, bounded }) => goal(what, bounded / MB, "≤", ISOLATE_MB, " MB")),
        goal("20 inbound reports, without what is idle", above(inbound.bounded), "≤", INBOUND_MB, " MB"),
        goal("20 mails of 25 MB by wrangler's endpoint, the isolate", read.isolate / MB, "≤", INBOUND_MB, " MB"),
        goal("mails with a file, the most", shared.most / MB, "≤", ISOLATE_MB, " MB"),
        goal("in their last quarter, beside the first", shared.last / shared.first, "≤", 1.1),
        goal("mails/s, beside a copy each", shared.perSecond / copied.perSecond, "≥", 1),
      ],
      notes: [
        `Mails with a file of 5 MB, 6.8 MB as sent, over four sessions to a relay without delay: ${show(shared.perSecond)} ` +
          `mails/s, ${show(copied.perSecond)} with a copy of the file in each.`,
        `20 mails of 25 MB, four at once, through wrangler's local email endpoint: the isolate grows by ${show(read.isolate / MB)} MB, ` +
          `the workerd process by ${show(read.process / MB)} MB. The endpoint holds, parses and stores each mail whole before the ` +
          `Worker sees it: with a Worker that cancels each mail unread the process grows by ${show(cancelled.process / MB)} MB.`,
      ],
    };
  } finally {
    heap.close();
    await worker.stop();
  }
}

interface Attached {
  /** Bytes of the heap: the most, and the median of the first and of the last quarter of the time. */
  readonly most: number;
  readonly first: number;
  readonly last: number;
  readonly perSecond: number;
}

/** The heap while mails with a file are sent; `shared` false: each with a copy of it, a tenth as many. */
async function attached(worker: DevWorker, heap: Heap, port: number, shared: boolean): Promise<Attached> {
  const mails = shared ? ATTACHED_MAILS : ATTACHED_MAILS / 10;
  const seen: number[] = [];
  let done = false;
  const query = { measure: "attached", port: `${port}`, bounded: `${shared}`, mails: `${mails}` };
  const order = worker.order(query).finally(() => {
    done = true;
  });
  while (!done) seen.push(await heap.liveBytes());
  const { ms } = (await order) as { ms: number };
  const quarter = Math.max(1, Math.floor(seen.length / 4));
  return {
    most: Math.max(...seen),
    first: median(seen.slice(0, quarter)),
    last: median(seen.slice(-quarter)),
    perSecond: (mails / ms) * 1_000,
  };
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
