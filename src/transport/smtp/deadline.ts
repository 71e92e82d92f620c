/**
 * One timer for all the waits of a session: moving the deadline further away costs nothing, since the timer looks again
 * when it fires. (In production the clock stands still between I/O; a timer that fires is I/O, so it sees the time.)
 */
export class Deadline {
  readonly #passed: () => void;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #firesAt = Infinity;
  #at = Infinity;

  constructor(passed: () => void) {
    this.#passed = passed;
  }

  /** Epoch milliseconds; Infinity: nothing is being waited for. */
  set(at: number, now: number): void {
    this.#at = at;
    if (at < this.#firesAt) this.#arm(at - now, at);
  }

  clear(): void {
    this.#at = Infinity;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#firesAt = Infinity;
  }

  #arm(ms: number, at: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#firesAt = at;
    this.#timer = setTimeout(() => this.#fired(), Math.max(0, ms));
  }

  #fired(): void {
    this.#timer = null;
    this.#firesAt = Infinity;
    const now = Date.now();
    if (this.#at <= now) this.#passed();
    else if (this.#at < Infinity) this.#arm(this.#at - now, this.#at);
  }
}
