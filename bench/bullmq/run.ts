import { type ChildProcess, fork, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../../scripts/ports.ts";
import { ProcessGroup } from "../../scripts/process-group.ts";

/** BullMQ's workers in one Node process, with nodemailer's pool; the queue in a Redis that keeps nothing. */
export interface BullMq {
  /** Sends to all of them. */
  push(recipients: readonly unknown[], message: BullMessage): Promise<BullRun>;
  stop(): Promise<void>;
}

/** Texts with `{{ username }}`, `{{ attributes.city }}` and the like. */
export interface BullMessage {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

export interface BullRun {
  readonly accepted: number;
  readonly ms: number;
  /** Of the process that sends, without Redis. */
  readonly cpuMs: number;
}

/** What keeps it from running here; null: nothing. */
export function bullMqMissing(): string | null {
  if (spawnSync("redis-server", ["--version"]).error !== undefined) return "redis-server is not installed";
  const packages = join(import.meta.dirname, "node_modules/bullmq");
  return existsSync(packages) ? null : "its packages are not installed (`npm ci --prefix bench/bullmq`)";
}

/** @param smtpPort on 127.0.0.1 */
export async function startBullMq(smtpPort: number): Promise<BullMq> {
  const port = await freePort();
  const command = ["redis-server", "--port", `${port}`, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
  const redis = new ProcessGroup(command, { PATH: process.env.PATH ?? "" }, import.meta.dirname);
  const script = join(import.meta.dirname, "process.mjs");
  const child = fork(script, [`${port}`, `${smtpPort}`], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const ended = new Promise<never>((_, reject) => {
    child.once("exit", (code) => reject(new Error(`the process of BullMQ ended (${code})`)));
  });
  ended.catch(() => {});
  await Promise.race([answerOf(child), ended]);
  return {
    push: async (recipients, message) => {
      const answer = answerOf(child);
      child.send({ recipients, message });
      return (await Promise.race([answer, ended])) as BullRun;
    },
    stop: async () => {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.disconnect();
      await gone;
      await redis.stop();
    },
  };
}

function answerOf(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve) => child.once("message", resolve));
}
