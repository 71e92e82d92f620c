/**
 * One timer for all waits of a session. Moving the deadline later costs nothing: the timer checks the deadline when it
 * fires. (In production the clock advances only on I/O; a firing timer is I/O, so it reads the current time.)
 */
export class Deadline {
  readonly #passed: () => void;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #firesAt = Infinity;
  #at = Infinity;

  constructor(passed: () => void) {
    this.#passed = passed;
  }

  /** `at`, `now`: epoch milliseconds; Infinity: no wait. */
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
