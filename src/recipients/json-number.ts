const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const INTEGER = /^-?\d+$/;
/** A double has at least this many decimal digits. */
const SAFE_DIGITS = 15;

/** Whether a text is a JSON number (RFC 8259 section 6), without spaces around it. */
export function isNumber(text: string): boolean {
  return NUMBER.test(text);
}

/**
 * Whether a JSON number is beyond 2^53 and is an integer or would lose digits as a double, as identifiers do:
 * 1234567890123456789 would become 1234567890123456800. All integers count, so that a list of identifiers has one type.
 */
export function isLong(source: string): boolean {
  const value = Number(source);
  if (Math.abs(value) <= Number.MAX_SAFE_INTEGER || !Number.isFinite(value)) return false;
  return INTEGER.test(source) || losesDigits(source);
}

/** Whether a JSON number beyond 2^53 is another number as a double. */
export function losesDigits(source: string): boolean {
  return digitsOf(source) !== digitsOf(String(Number(source)));
}

/** The significant digits, or "" for few enough that a double keeps them. */
function digitsOf(source: string): string {
  const [mantissa = ""] = source.split(/[eE]/);
  const digits = mantissa.replace(/[-.]/g, "").replace(/^0+/, "");
  // No pattern: one would look for the end from each zero of a run.
  let end = digits.length;
  while (digits[end - 1] === "0") end--;
  return end <= SAFE_DIGITS ? "" : digits.slice(0, end);
}

/** A number that `isLong`. As an attribute it is stored as the text that was sent. */
export class LongNumber {
  readonly #source: string;

  constructor(source: string) {
    this.#source = source;
  }

  toJSON(): string {
    return this.#source;
  }
}

/** Parses JSON; `long` gives the value of each number that `isLong`. Throws like JSON.parse. */
export function parseNumbers(text: string, long: (source: string) => unknown): unknown {
  // A reviver takes several times as long.
  if (!/\d{16}|\d\.\d{15}/.test(text)) return JSON.parse(text);
  return JSON.parse(text, ((_key: string, value: unknown, context?: { source?: string }) => {
    const source = context?.source;
    return typeof value === "number" && source !== undefined && isLong(source) ? long(source) : value;
  }) as Parameters<typeof JSON.parse>[1]);
}
