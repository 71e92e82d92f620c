import { startDevWorker } from "../dev-worker.ts";
import { cpuSeconds } from "../processes.ts";
import type { Done, Order } from "./order.ts";

/** The bench Worker under `wrangler dev`. */
export interface BenchWorker {
  send(order: Order): Promise<Done>;
  /** Processor time of workerd so far, in seconds. */
  processorTime(): number;
  stop(): Promise<void>;
}

/** Starts it; it ends with this process, however that ends. */
export async function startBenchWorker(): Promise<BenchWorker> {
  const { wrangler, order, stop } = await startDevWorker(import.meta.dirname);
  return {
    send: async ({ port, first, mails, ...rest }) =>
      (await order({ ...rest, port: `${port}`, first: `${first}`, mails: `${mails}` })) as Done,
    // There may be a second one, for what wrangler does itself; it is idle.
    processorTime: () =>
      wrangler
        .members()
        .filter(({ name }) => name === "workerd")
        .reduce((total, { pid }) => total + cpuSeconds(pid), 0),
    stop,
  };
}
