import { Drop } from "liquidjs";

/**
 * Work that one rendering may take: a unit is about one node of the template executed, one element or character that a
 * filter makes, or sixteen characters looked at. Worth some tenths of a second and 40 MB at the very worst; a usual
 * mail takes a few hundred.
 */
export const MAX_WORK = 1_000_000;
/** Characters that one rendering may put out, and, counted apart, hold in captures. */
export const MAX_OUTPUT_CHARS = 1024 * 1024;
/** Arrays within arrays: a mail needs a few; thousands are an attempt on the stack. */
const MAX_DEPTH = 64;
/** How much longer making a character takes than looking at it. */
const CHARS_READ_PER_UNIT = 16;

/** A template asked for more than one mail may cost. The message says which bound it hit. */
export class LimitError extends Error {}

/**
 * What one rendering may still cost. Counted and never timed: in production the clock stands still between I/O. It
 * takes the place of liquidjs's memory limiter, which calls `use` before it allocates.
 */
export class Budget {
  #work = MAX_WORK;
  #output = MAX_OUTPUT_CHARS;
  #captured = MAX_OUTPUT_CHARS;

  /** Takes `units` of work. Throws a `LimitError` when there is not that much left. */
  use(units: number): void {
    // A count that is no number comes from nonsense such as (1..x), which liquidjs then takes for nothing.
    if (!(units > 0)) return;
    this.#work -= units;
    if (this.#work < 0)
      throw new LimitError(`it does too much for one mail (loops or filters; the limit is ${MAX_WORK} steps)`);
  }

  /** The half of liquidjs's limiter that reads the clock: it has nothing to say here. */
  check(): void {}

  output(chars: number): void {
    this.#output -= chars;
    if (this.#output < 0) throw new LimitError(`it grows over ${MAX_OUTPUT_CHARS} characters`);
  }

  capture(chars: number): void {
    this.#captured -= chars;
    if (this.#captured < 0) throw new LimitError(`it captures over ${MAX_OUTPUT_CHARS} characters`);
  }

  /** A value is about to be used: a variable that was read, or an argument. */
  read(value: unknown): void {
    this.#take(value, CHARS_READ_PER_UNIT, 0);
  }

  /** A filter made this value. */
  made(value: unknown): void {
    this.#take(value, 1, 0);
  }

  // An array may hold another one twice, that one a third one twice, and so on: small in memory, endless to walk.
  // Charging the walk itself as it goes ends it, and no value that passed here can cost more later.
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
