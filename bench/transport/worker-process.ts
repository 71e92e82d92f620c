import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../scripts/ports.ts";
import { ProcessGroup } from "../../scripts/process-group.ts";
import { environment } from "../../scripts/stack.ts";
import { cpuSeconds } from "../processes.ts";
import type { Done, Order } from "./order.ts";

const HERE = import.meta.dirname;
const WRANGLER = join(HERE, "../../node_modules/wrangler/bin/wrangler.js");
const START_TIMEOUT_MS = 60_000;

/** The bench Worker under `wrangler dev`. */
export interface BenchWorker {
  send(order: Order): Promise<Done>;
  /** Processor time of workerd so far, in seconds. */
  processorTime(): number;
  stop(): Promise<void>;
}

/** Starts it; it ends with this process, however that ends. */
export async function startBenchWorker(): Promise<BenchWorker> {
  const directory = mkdtempSync(join(tmpdir(), "mailpush-bench-"));
  const [port, inspector] = [await freePort(), await freePort()];
  const flags = ["--config=wrangler.toml", `--port=${port}`, `--inspector-port=${inspector}`, "--ip=127.0.0.1"];
  const quiet = ["--show-interactive-dev-session=false", "--log-level=warn", `--persist-to=${directory}`];
  const command = [process.execPath, WRANGLER, "dev", ...flags, ...quiet];
  const wrangler = new ProcessGroup(command, environment(directory), HERE);
  const url = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    await wrangler.stop();
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    await untilUp(wrangler, url);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    send: async (order) => {
      const query = new URLSearchParams({
        ...order,
        port: `${order.port}`,
        first: `${order.first}`,
        mails: `${order.mails}`,
      });
      // Not GET, which wrangler asks again when it reloads the Worker on the way: mails would be doubled.
      const response = await fetch(`${url}/?${query}`, { method: "POST" });
      if (!response.ok) throw new Error(`${order.client}: ${await response.text()}\n${wrangler.output.slice(-2_000)}`);
      return (await response.json()) as Done;
    },
    // There may be a second one, for what wrangler does itself; it is idle.
    processorTime: () =>
      wrangler
        .members()
        .filter(({ name }) => name === "workerd")
        .reduce((total, { pid }) => total + cpuSeconds(pid), 0),
    stop,
  };
}

async function untilUp(wrangler: ProcessGroup, url: string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!wrangler.ended && Date.now() < deadline) {
    const up = await fetch(url, { signal: AbortSignal.timeout(5_000) }).then(
      ({ status }) => status === 400,
      () => false,
    );
    if (up) return;
    await sleep(50);
  }
  throw new Error(`the bench Worker did not start:\n${wrangler.output.slice(-4_000)}`);
}
