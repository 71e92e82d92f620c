import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";

/**
 * Runs a command as leader of its own process group, beside a shell that reads a pipe from this process. When this
 * process ends, even by SIGKILL, the pipe closes and the shell kills the whole group: no server outlives the script
 * that started it.
 */
const GUARD = `exec 3<&0
(read -r _ <&3; kill -KILL 0) >/dev/null 2>&1 &
exec "$@" 3<&- </dev/null`;

/** Characters of output kept; the oldest are dropped. */
const OUTPUT_KEPT = 1_000_000;

export class ProcessGroup {
  readonly pid: number;
  /** Resolves to the command's exit code; null if a signal ended the command. */
  readonly exited: Promise<number | null>;
  #child: ChildProcess;
  #output = "";
  #ended = false;

  /** `env` is the whole environment; nothing is inherited. `onOutput` receives stdout and stderr as they arrive. */
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

  /** The last 4,000 characters of output, without colours. */
  lastWords(): string {
    return stripVTControlCharacters(this.#output).trim().slice(-4_000);
  }

  get ended(): boolean {
    return this.#ended;
  }

  /**
   * Sends SIGTERM to the command, then kills the group once the command has ended or `graceMs` has passed. Not to the
   * group: wrangler passes the signal on, and a second one ends wrangler before it has removed its temporary files.
   */
  async stop(graceMs = 3_000): Promise<void> {
    this.#child.kill("SIGTERM");
    await Promise.race([this.exited, sleep(graceMs, undefined, { ref: false })]);
    await this.kill();
  }

  /** SIGKILL to the whole group; resolves when its processes are gone. */
  async kill(): Promise<void> {
    // An ended group was killed at its end; its id may belong to another group by now.
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
      // The group is empty.
    }
  }
}

export interface Member {
  readonly pid: number;
  readonly name: string;
  readonly group: number;
  /** One letter, see proc(5); Z: zombie. */
  readonly state: string;
  /** Peak resident memory (VmHWM), in bytes. */
  readonly peakBytes: number;
}

/** The processes of a group, without zombies. Empty where there is no /proc. */
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
    // pid (name) state ppid pgrp: the name may contain ") ", so split after the last parenthesis.
    const [state = "", , group = ""] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const peakKb = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "0";
    const name = stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")"));
    return { pid, name, group: Number(group), state, peakBytes: Number(peakKb) * 1024 };
  } catch {
    return null;
  }
}
