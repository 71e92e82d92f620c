import { Buffer } from "node:buffer";
import { Drop } from "liquidjs";

/**
 * Maximum work of one mail: subject, html and text together. A unit is about 40 ns: a character or an element that a
 * filter makes, sixteen characters read, a tenth of a tag. At worst the maximum takes 10 ms. A newsletter takes some
 * hundred units, a digest of a hundred items with dates and links 60,000.
 */
export const MAX_WORK = 200_000;
/** Maximum size of the html, and of the text, of one mail, in bytes of UTF-8. Gmail clips the html at 102 KB. */
export const DEFAULT_MAX_BYTES = 1024 * 1024;
/** Maximum nesting of values: a mail needs a few levels; thousands would overflow the stack. */
const MAX_DEPTH = 64;
/** The cost of writing one piece of output. */
const WRITE_UNITS = 0.5;
/** Reading a character is this much cheaper than making one. */
const CHARS_READ_PER_UNIT = 16;

/** A template exceeded a limit, which the message names. */
export class LimitError extends Error {}

/**
 * The remaining budget of one mail. Counts work, not time: in production the clock stands still between I/O.
 * Replaces liquidjs's memory limiter; liquidjs calls `use` before it allocates.
 */
export class Budget {
  readonly #maxBytes: number;
  #work = MAX_WORK;
  #output: number;
  #captured: number;

  /** @param maxBytes of each part's output, and of all captures, in UTF-8 */
  constructor(maxBytes = DEFAULT_MAX_BYTES) {
    this.#maxBytes = maxBytes;
    this.#output = maxBytes;
    this.#captured = maxBytes;
  }

  /** Units of work done so far. */
  get spent(): number {
    return Math.ceil(MAX_WORK - this.#work);
  }

  /** Begins the next part of the mail: the limits of output and captures hold for each part. */
  nextPart(): void {
    this.#output = this.#maxBytes;
    this.#captured = this.#maxBytes;
  }

  /** Charges `units` of work. Throws a `LimitError` if the budget is exceeded. */
  use(units: number): void {
    // NaN comes from invalid ranges such as (1..x), which liquidjs treats as empty.
    if (!(units > 0)) return;
    this.#work -= units;
    if (this.#work < 0)
      throw new LimitError(`it does too much for one mail (loops or filters; the limit is ${MAX_WORK} steps)`);
  }

  /** liquidjs's time limit, not used here. */
  check(): void {}

  /** Charges a piece of output, before it is kept. */
  output(text: string): void {
    this.use(WRITE_UNITS);
    this.#output -= byteLength(text);
    if (this.#output < 0) throw new LimitError(`it grows over ${this.#maxBytes} bytes`);
  }

  capture(text: string): void {
    this.#captured -= byteLength(text);
    if (this.#captured < 0) throw new LimitError(`it captures over ${this.#maxBytes} bytes`);
  }

  /** Charges reading a value: a variable or an argument. */
  read(value: unknown): void {
    this.#take(value, CHARS_READ_PER_UNIT, 0);
  }

  /** Charges a value that a filter made. */
  made(value: unknown): void {
    this.#take(value, 1, 0);
  }

  // Arrays that each hold the next one twice are small in memory but take exponential time to walk. Charging during the
  // walk bounds it, and bounds any later walk of the same value.
  #take(value: unknown, charsPerUnit: number, depth: number): void {
    if (typeof value === "string") this.use(1 + value.length / charsPerUnit);
    else if (typeof value !== "object" || value === null || value instanceof Drop) this.use(1);
    else {
      if (depth > MAX_DEPTH) throw new LimitError(`it nests values over ${MAX_DEPTH} deep`);
      this.use(1);
      for (const item of Array.isArray(value) ? value : Object.values(value)) this.#take(item, charsPerUnit, depth + 1);
    }
  }
}

function byteLength(text: string): number {
  return text.length < 64 && !/[^\0-\x7f]/.test(text) ? text.length : Buffer.byteLength(text);
}
