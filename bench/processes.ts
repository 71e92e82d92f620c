import { readFileSync } from "node:fs";

/** Linux counts processor time in these (USER_HZ, fixed at 100 for programs). */
const TICKS_A_SECOND = 100;

/** Processor time that a process has used, all its threads, in seconds; NaN where there is no /proc. */
export function cpuSeconds(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // pid (name) state ppid …: utime and stime are fields 14 and 15 of proc(5).
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
  } catch {
    return Number.NaN;
  }
}
