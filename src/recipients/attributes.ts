import { err, ok, type Result } from "../core/result.ts";

export const MAX_ATTRIBUTES_BYTES = 16 * 1024;
const MAX_DEPTH = 32;

/** The JSON text of a person's attributes, or why they can't be stored and read back as they are. */
export function checkAttributes(input: unknown): Result<string> {
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    return err("attributes: expected an object");
  }
  const problem = valueProblem(input, "attributes", MAX_DEPTH);
  if (problem !== null) return err(problem);
  return checkSize(JSON.stringify(input));
}

/** Holds the text of attributes to their size. */
export function checkSize(json: string): Result<string> {
  // A character is at most three bytes, so that most texts need no counting.
  if (json.length * 3 <= MAX_ATTRIBUTES_BYTES) return ok(json);
  const bytes = new TextEncoder().encode(json).length;
  if (bytes <= MAX_ATTRIBUTES_BYTES) return ok(json);
  return err(`attributes: ${bytes} bytes as JSON, and at most ${MAX_ATTRIBUTES_BYTES} are taken`);
}

/** Why a text can't stand in stored JSON and come back unchanged, or null. */
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
  // JSON.parse reads 1e999 as Infinity, and JSON.stringify would write null for it.
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
