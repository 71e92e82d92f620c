/** A cached value that is in use. */
export interface Held<T> {
  readonly value: T;
  /** Ends the use; the value may have grown meanwhile, and is weighed again. */
  release(): void;
}

interface Entry<T> {
  readonly value: T;
  bytes: number;
  readonly holds: Set<{ readonly until: number }>;
}

/**
 * Values by key within a number of bytes, least recently used evicted first. A value in use is not evicted and counts,
 * at most until the time its user gave: the platform may end an invocation without running its `finally`.
 */
export class ContentCache<T> {
  readonly #maxBytes: number;
  readonly #weigh: (value: T) => number;
  /** Least recently used first. */
  readonly #entries = new Map<string, Entry<T>>();
  #bytes = 0;

  constructor(maxBytes: number, weigh: (value: T) => number) {
    this.#maxBytes = maxBytes;
    this.#weigh = weigh;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Null: not cached. @param until epoch milliseconds */
  hold(key: string, until: number): Held<T> | null {
    const entry = this.#entries.get(key);
    if (entry === undefined) return null;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return this.#held(entry, until);
  }

  /** Evicts until `bytes` more fit. False: the values in use leave no room. Without any in use there always is. */
  makeRoom(bytes: number, now: number): boolean {
    for (const [key, entry] of this.#entries) {
      if (this.#bytes + bytes <= this.#maxBytes) return true;
      if (!isHeld(entry, now)) this.remove(key);
    }
    return this.#entries.size === 0 || this.#bytes + bytes <= this.#maxBytes;
  }

  /** Caches a value that is in use, after `makeRoom`. */
  add(key: string, value: T, until: number): Held<T> {
    const entry: Entry<T> = { value, bytes: this.#weigh(value), holds: new Set() };
    this.remove(key);
    this.#entries.set(key, entry);
    this.#bytes += entry.bytes;
    return this.#held(entry, until);
  }

  /** Also one in use, whose user keeps it. */
  remove(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
  }

  #held(entry: Entry<T>, until: number): Held<T> {
    const hold = { until };
    entry.holds.add(hold);
    return {
      value: entry.value,
      release: () => {
        if (!entry.holds.delete(hold)) return;
        this.#reweigh(entry);
        this.makeRoom(0, Date.now());
      },
    };
  }

  #reweigh(entry: Entry<T>): void {
    if (![...this.#entries.values()].includes(entry)) return; // replaced
    const bytes = this.#weigh(entry.value);
    this.#bytes += bytes - entry.bytes;
    entry.bytes = bytes;
  }
}

function isHeld(entry: Entry<unknown>, now: number): boolean {
  for (const { until } of entry.holds) if (until > now) return true;
  return false;
}
