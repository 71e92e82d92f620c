import * as z from "zod";
import type { FieldError } from "../problem.ts";

const TYPES: Readonly<Record<string, string>> = { string: "a string", array: "a list", object: "a JSON object" };

/** Default messages, for schemas without a message of their own. */
export const expectation: z.core.$ZodErrorMap = (issue) => {
  if (issue.schema instanceof z.ZodNumber) return `expected ${numberWithin(issue.schema)}`;
  switch (issue.code) {
    case "invalid_type":
      return `expected ${TYPES[issue.expected] ?? issue.expected}`;
    case "invalid_value":
      return `expected ${oneOf(issue.values.map(String))}`;
    case "unrecognized_keys":
      return `is not known here: expected ${oneOf(issue.inst instanceof z.ZodObject ? Object.keys(issue.inst.shape) : [])}`;
    case "too_small":
      // No list here has a minimum above one.
      return "is empty: expected at least one value";
    case "too_big":
      return `is longer than ${issue.maximum} ${issue.origin === "string" ? "characters" : "values"}`;
  }
};

/**
 * One entry for each error. A message that begins with "expected" is prefixed with the given value, which issues have
 * only under `reportInput`; each unknown key is an entry with its own path.
 */
export function fieldErrors(
  issues: readonly z.core.$ZodIssue[],
  pathOf: (path: readonly PropertyKey[]) => string,
): FieldError[] {
  return issues.flatMap((issue) => {
    const message = `${issue.message.startsWith("expected ") ? given(issue.input) : ""}${issue.message}`;
    const paths = issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
    return paths.map((path) => ({ path: pathOf(path), message }));
  });
}

/** Every number here has a minimum; the maximum is optional. */
function numberWithin({ isInt, minValue, maxValue }: z.ZodNumber): string {
  const kind = isInt ? "a whole number" : "a number";
  return maxValue === null || maxValue >= Number.MAX_SAFE_INTEGER
    ? `${kind} of at least ${minValue}`
    : `${kind} from ${minValue} to ${maxValue}`;
}

function oneOf(values: readonly string[]): string {
  return values.join(", ").replace(/, ([^,]*)$/, " or $1");
}

/** Lists, objects and null are not printed: the path is enough. */
function given(input: unknown): string {
  if (input === undefined) return "is missing: ";
  if (typeof input === "object") return "";
  return `is ${typeof input === "string" ? JSON.stringify(input.slice(0, 100)) : input}: `;
}
