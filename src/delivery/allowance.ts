/**
 * Bytes of mails in flight for all sessions of a consumer. An isolate has 128 MB and may run several consumers; one
 * mail of 8 MB takes some 75 MB while it is composed and written (bench/README.md, "Memory of a consumer").
 */
export const MAX_IN_FLIGHT_BYTES = 4 * 1024 * 1024;

/**
 * Work of one consumer, in the units of message/liquid/budget.ts (40 ns each): two seconds of processor time. A batch
 * of usual newsletters takes some hundredths of that; a hundred mails at the limit of one rendering take 0.8 s.
 */
export const MAX_CONSUMER_WORK = 50_000_000;

/**
 * What one consumer may use, whatever pushes its batch has: bytes of mails in flight, and work. Counts work, not time:
 * in production the clock stands still between I/O.
 */
export class Allowance {
  #bytes = 0;
  #work = 0;
  #waiting: (() => void)[] = [];

  /** True: a mail of this size may be in flight beside the present ones. A single mail always may. */
  fits(bytes: number): boolean {
    return this.#bytes === 0 || this.#bytes + bytes <= MAX_IN_FLIGHT_BYTES;
  }

  take(bytes: number): void {
    this.#bytes += bytes;
  }

  /** Gives back what `take` took, and wakes all that wait for room. */
  free(bytes: number): void {
    this.#bytes -= bytes;
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** Charges work that was done, in units. */
  spend(units: number): void {
    this.#work += units;
  }

  /** True: begin nothing more; what is left is for another invocation. */
  get isSpent(): boolean {
    return this.#work >= MAX_CONSUMER_WORK;
  }

  /** Resolves when a mail's bytes are next given back. Only while mails are in flight. */
  room(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
