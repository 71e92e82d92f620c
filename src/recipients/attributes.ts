import { err, ok, type Result } from "../core/result.ts";
import { LongNumber } from "./json-number.ts";

export const MAX_ATTRIBUTES_BYTES = 16 * 1024;
const MAX_DEPTH = 32;

/** A recipient's attributes as JSON; an error where storing and reading would change them. */
export function checkAttributes(input: unknown): Result<string> {
  if (typeof input !== "object" || input === null || Array.isArray(input) || input instanceof LongNumber) {
    return err("attributes: expected an object");
  }
  const problem = valueProblem(input, "attributes", MAX_DEPTH);
  if (problem !== null) return err(problem);
  return checkSize(JSON.stringify(input));
}

/** Checks the byte size of attributes in JSON. */
export function checkSize(json: string): Result<string> {
  // A UTF-16 unit takes at most 3 bytes of UTF-8: short texts need no count.
  if (json.length * 3 <= MAX_ATTRIBUTES_BYTES) return ok(json);
  const bytes = new TextEncoder().encode(json).length;
  if (bytes <= MAX_ATTRIBUTES_BYTES) return ok(json);
  return err(`attributes: ${bytes} bytes as JSON, and at most ${MAX_ATTRIBUTES_BYTES} are taken`);
}

/** Why stored JSON would not return a text unchanged; null if it would. */
export function textProblem(text: string): string | null {
  if (text.includes("\u0000")) return "holds a NUL character";
  if (!text.isWellFormed()) return "holds half of a surrogate pair";
  return null;
}

function valueProblem(value: unknown, path: string, depth: number): string | null {
  if (typeof value === "string") {
    const problem = textProblem(value);
    return problem === null ? null : `${path} ${problem}`;
  }
  // JSON.parse reads 1e999 as Infinity; JSON.stringify writes Infinity as null.
  if (typeof value === "number") return Number.isFinite(value) ? null : `${path} is too large a number`;
  if (typeof value !== "object" || value === null) return null;
  if (depth === 0) return `${path.slice(0, 64)}… is nested more than ${MAX_DEPTH} deep`;
  for (const [name, inner] of Object.entries(value)) {
    const problem = textProblem(name);
    if (problem !== null) return `a name in ${path} ${problem}`;
    const within = Array.isArray(value) ? `${path}[${name}]` : `${path}.${name.slice(0, 64)}`;
    const nested = valueProblem(inner, within, depth - 1);
    if (nested !== null) return nested;
  }
  return null;
}
