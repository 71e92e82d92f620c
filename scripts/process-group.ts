import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";

/**
 * Runs a command at the head of its own process group, beside a shell that holds the other end of a pipe to us: when
 * we are gone, however that came about (even SIGKILL), the pipe closes and the shell kills the whole group. So a
 * server never outlives the script that started it.
 */
const GUARD = `exec 3<&0
(read -r _ <&3; kill -KILL 0) >/dev/null 2>&1 &
exec "$@" 3<&- </dev/null`;

/** How much of the output is kept, in characters; the oldest goes first. */
const OUTPUT_KEPT = 1_000_000;

export class ProcessGroup {
  readonly pid: number;
  /** Resolves to the exit code once the command has ended; null if a signal ended it. */
  readonly exited: Promise<number | null>;
  #child: ChildProcess;
  #output = "";
  #ended = false;

  /** `env` is the whole environment; nothing is inherited. `onOutput` gets what is written, as it comes. */
  constructor(command: string[], env: Record<string, string>, cwd: string, onOutput?: (chunk: string) => void) {
    const child = spawn("sh", ["-c", GUARD, "sh", ...command], { cwd, env, detached: true, stdio: "pipe" });
    if (child.pid === undefined) throw new Error("cannot start sh: is it on the PATH?");
    this.pid = child.pid;
    this.#child = child;
    this.exited = new Promise((resolve) => {
      child.once("exit", (code) => {
        this.#ended = true;
        this.#signal("SIGKILL");
        resolve(code);
      });
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (chunk: string) => {
        this.#output = (this.#output + chunk).slice(-OUTPUT_KEPT);
        onOutput?.(chunk);
      });
    }
    child.stdin.on("error", () => {});
  }

  get output(): string {
    return this.#output;
  }

  /** The end of the output, without colours. */
  lastWords(): string {
    return stripVTControlCharacters(this.#output).trim().slice(-4_000);
  }

  get ended(): boolean {
    return this.#ended;
  }

  /**
   * Asks the command to end (SIGTERM), and kills the group when it has, at the latest after `graceMs`. Only the
   * command, as it passes the signal on: wrangler dies of a second one before it has removed its temporary files.
   */
  async stop(graceMs = 3_000): Promise<void> {
    this.#child.kill("SIGTERM");
    await Promise.race([this.exited, sleep(graceMs, undefined, { ref: false })]);
    await this.kill();
  }

  /** SIGKILL to every process of the group, at once; resolves when they are gone. */
  async kill(): Promise<void> {
    // A group that has ended was killed then, and its number may be another's by now.
    if (!this.#ended) this.#signal("SIGKILL");
    await this.exited;
    this.#child.stdin?.destroy();
    for (let waited = 0; waited < 2_000 && this.members().length > 0; waited += 10) await sleep(10);
  }

  members(): Member[] {
    return membersOf(this.pid);
  }

  #signal(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.pid, signal);
    } catch {
      // Nobody left in the group.
    }
  }
}

export interface Member {
  readonly pid: number;
  readonly name: string;
  readonly group: number;
  /** One letter, as in proc(5); Z is a zombie. */
  readonly state: string;
  /** The most memory it ever held (VmHWM), in bytes. */
  readonly peakBytes: number;
}

/** The living processes of a group (zombies are not), with their peak memory. Empty where there is no /proc. */
export function membersOf(group: number): Member[] {
  return processIds().flatMap((pid) => {
    const member = readMember(pid);
    return member?.group === group && member.state !== "Z" ? [member] : [];
  });
}

function processIds(): number[] {
  try {
    return readdirSync("/proc").map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

/** One process from /proc; null if it is gone. */
function readMember(pid: number): Member | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // pid (name) state ppid pgrp: the name may hold anything, so split behind its last parenthesis.
    const [state = "", , group = ""] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const peakKb = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "0";
    const name = stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")"));
    return { pid, name, group: Number(group), state, peakBytes: Number(peakKb) * 1024 };
  } catch {
    return null;
  }
}
