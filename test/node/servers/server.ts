import { spawn } from "node:child_process";
import { once } from "node:events";
import { createConnection } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Where `install.sh` puts the servers. */
export const SERVERS = join(import.meta.dirname, "../../../node_modules/.cache/mailpush-servers");
export const DOMAIN = "readers.example";
/** Those whom every server knows: reader1 to reader<n>. */
export const KNOWN = 200;

/** A mail server of its own process, on 127.0.0.1. */
export interface RealServer {
  readonly port: number;
  /** Address to how many mails it has taken for it, by its log. */
  taken(): ReadonlyMap<string, number>;
  log(): string;
  stop(): Promise<void>;
}

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Its log, if that is not its output. */
  readonly readLog?: () => string;
  /** The address of each mail taken, in the log. */
  readonly taken: RegExp;
  readonly cleanUp?: () => void;
}

const UP_WITHIN_MS = 20_000;

/** Starts it, and waits until it greets. Throws with its output if it ends, or does not greet in time. */
export async function run(port: number, command: Command): Promise<RealServer> {
  const { file, args, cwd, cleanUp } = command;
  const child = spawn(file, args, {
    cwd,
    env: { PATH: process.env.PATH, ...command.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const ended = once(child, "close");
  const log = () => (command.readLog?.() ?? "") + output;
  const stop = async () => {
    child.kill();
    await Promise.race([ended, sleep(5_000).then(() => child.kill("SIGKILL"))]);
    await ended;
    cleanUp?.();
  };
  const deadline = Date.now() + UP_WITHIN_MS;
  while (!(await greets(port))) {
    if (child.exitCode === null && Date.now() < deadline) {
      await sleep(100);
      continue;
    }
    await stop();
    throw new Error(`${file} does not serve:\n${log()}`);
  }
  return { port, log, stop, taken: () => countOf(log(), command.taken) };
}

function countOf(log: string, taken: RegExp): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [, address = ""] of log.matchAll(taken)) counts.set(address, (counts.get(address) ?? 0) + 1);
  return counts;
}

function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, "127.0.0.1");
    const done = (greeted: boolean) => {
      socket.end("QUIT\r\n");
      resolve(greeted);
    };
    socket.setTimeout(5_000, () => done(false));
    socket.once("error", () => resolve(false));
    socket.once("data", (data) => done(data.toString().startsWith("220")));
    socket.once("close", () => resolve(false));
  });
}
