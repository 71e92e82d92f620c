import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../scripts/ports.ts";
import { ProcessGroup } from "../../scripts/process-group.ts";
import { environment } from "../../scripts/stack.ts";
import { cpuSeconds } from "../processes.ts";
import type { Step, StepReport } from "./step.ts";

const ROOT = join(import.meta.dirname, "../..");
const WRANGLER = join(ROOT, "node_modules/wrangler/bin/wrangler.js");
const START_TIMEOUT_MS = 60_000;

/** The bench Worker under `wrangler dev`. */
export interface LedgerWorker {
  readonly url: string;
  readonly inspectorPort: number;
  /** Processor time of the workerd that runs it so far, in seconds. wrangler has another one, which passes calls on. */
  processorTime(): number;
  /** Does one step of the object `name` for the ids above `after`, up to `upTo`; with what the call took outside. */
  step(
    name: string,
    step: Step,
    after: number,
    upTo: number,
    countRows?: boolean,
  ): Promise<StepReport & { wallMs: number }>;
  post<T>(path: string): Promise<T>;
  stop(): Promise<void>;
}

/** @param withTables D1 has its tables; making them takes some seconds */
export async function startLedgerWorker(withTables = false): Promise<LedgerWorker> {
  const directory = mkdtempSync(join(tmpdir(), "mailpush-ledger-"));
  const [port, inspectorPort] = [await freePort(), await freePort()];
  const state = [`--config=${join(import.meta.dirname, "wrangler.toml")}`, `--persist-to=${join(directory, "state")}`];
  const run = (...args: string[]) =>
    new ProcessGroup([process.execPath, WRANGLER, ...args, ...state], environment(directory), ROOT);
  if (withTables) {
    const migration = run("d1", "migrations", "apply", "mailpush-bench", "--local");
    if ((await migration.exited) !== 0) throw new Error(`The migrations failed:\n${migration.lastWords()}`);
  }
  const wrangler = run(
    "dev",
    `--port=${port}`,
    `--inspector-port=${inspectorPort}`,
    "--ip=127.0.0.1",
    "--show-interactive-dev-session=false",
    "--log-level=warn",
  );
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    await wrangler.stop();
    rmSync(directory, { recursive: true, force: true });
  };
  const post = async <T>(path: string): Promise<T> => {
    const response = await fetch(url + path, { method: "POST" });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${text.slice(0, 500)}`);
    return JSON.parse(text) as T;
  };
  try {
    await untilUp(wrangler, url);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url,
    inspectorPort,
    processorTime: () => {
      const workerds = wrangler.members().filter(({ name }) => name === "workerd");
      return Math.max(...workerds.map(({ pid }) => cpuSeconds(pid)));
    },
    post,
    stop,
    async step(name, step, after, upTo, countRows = false) {
      const before = performance.now();
      const report = await post<StepReport>(`/${name}/${step}?after=${after}&upTo=${upTo}${countRows ? "&count" : ""}`);
      return { ...report, wallMs: performance.now() - before };
    },
  };
}

async function untilUp(wrangler: ProcessGroup, url: string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!wrangler.ended && Date.now() < deadline) {
    const up = await fetch(url, { signal: AbortSignal.timeout(5_000) }).then(
      () => true,
      () => false,
    );
    if (up) return;
    await sleep(50);
  }
  throw new Error(`the ledger's Worker did not start:\n${wrangler.output.slice(-4_000)}`);
}
