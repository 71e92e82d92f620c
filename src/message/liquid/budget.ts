import { Drop } from "liquidjs";

/**
 * Maximum work of one rendering. A unit is about one executed template node, one element or character that a filter
 * makes, or sixteen characters read. The maximum takes some tenths of a second and 40 MB at worst; a usual mail takes a
 * few hundred units.
 */
export const MAX_WORK = 1_000_000;
/** Maximum output of one rendering and, counted separately, of its captures. */
export const MAX_OUTPUT_CHARS = 1024 * 1024;
/** Maximum nesting of values: a mail needs a few levels; thousands would overflow the stack. */
const MAX_DEPTH = 64;
/** Reading a character is this much cheaper than making one. */
const CHARS_READ_PER_UNIT = 16;

/** A template exceeded a limit, which the message names. */
export class LimitError extends Error {}

/**
 * The remaining budget of one rendering. Counts work, not time: in production the clock stands still between I/O.
 * Replaces liquidjs's memory limiter; liquidjs calls `use` before it allocates.
 */
export class Budget {
  #work = MAX_WORK;
  #output = MAX_OUTPUT_CHARS;
  #captured = MAX_OUTPUT_CHARS;

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

  output(chars: number): void {
    this.#output -= chars;
    if (this.#output < 0) throw new LimitError(`it grows over ${MAX_OUTPUT_CHARS} characters`);
  }

  capture(chars: number): void {
    this.#captured -= chars;
    if (this.#captured < 0) throw new LimitError(`it captures over ${MAX_OUTPUT_CHARS} characters`);
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
