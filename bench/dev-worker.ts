import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../scripts/ports.ts";
import { ProcessGroup } from "../scripts/process-group.ts";
import { environment } from "../scripts/stack.ts";

const WRANGLER = join(import.meta.dirname, "../node_modules/wrangler/bin/wrangler.js");
const START_TIMEOUT_MS = 60_000;

/** A Worker under `wrangler dev`. */
export interface DevWorker {
  readonly url: string;
  readonly wrangler: ProcessGroup;
  readonly inspectorPort: number;
  /** Gives the Worker an order, as a query, and resolves to its answer. */
  order(query: Record<string, string>): Promise<unknown>;
  stop(): Promise<void>;
}

/**
 * Starts the Worker of a folder with a wrangler.toml, which answers a request without an order with 400. It ends with
 * this process, however that ends.
 */
export async function startDevWorker(folder: string): Promise<DevWorker> {
  const state = mkdtempSync(join(tmpdir(), "mailpush-bench-"));
  const [port, inspectorPort] = [await freePort(), await freePort()];
  const flags = ["--config=wrangler.toml", `--port=${port}`, `--inspector-port=${inspectorPort}`, "--ip=127.0.0.1"];
  const quiet = ["--show-interactive-dev-session=false", "--log-level=warn", `--persist-to=${state}`];
  const command = [process.execPath, WRANGLER, "dev", ...flags, ...quiet];
  const wrangler = new ProcessGroup(command, environment(state), folder);
  const url = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    await wrangler.stop();
    rmSync(state, { recursive: true, force: true });
  };
  try {
    await untilUp(wrangler, url);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url,
    wrangler,
    inspectorPort,
    order: async (query) => {
      // Not GET, which wrangler asks again when it reloads the Worker on the way: mails would be doubled.
      const response = await fetch(`${url}/?${new URLSearchParams(query)}`, { method: "POST" });
      if (!response.ok) throw new Error(`${await response.text()}\n${wrangler.output.slice(-2_000)}`);
      return await response.json();
    },
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
