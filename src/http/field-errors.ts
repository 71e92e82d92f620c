import { z } from "zod";
import type { FieldError } from "./problem.ts";

const TYPES: Readonly<Record<string, string>> = { string: "a string", array: "a list", object: "a JSON object" };

/** What a schema asks for, in the words of this API, where the schema has none of its own. */
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
      // No list here has another least length.
      return "is empty: expected at least one value";
    case "too_big":
      return `is longer than ${issue.maximum} ${issue.origin === "string" ? "characters" : "values"}`;
  }
};

/**
 * One entry for each thing that is wrong. A message that begins with "expected" gets what was given before it, which
 * the issues have under `reportInput`; each key that is not known is an entry of its own, at its own place.
 */
export function fieldErrors(
  issues: readonly z.core.$ZodIssue[],
  pathOf: (path: readonly PropertyKey[]) => string,
): FieldError[] {
  return issues.flatMap((issue) => {
    const message = `${issue.message.startsWith("expected ") ? given(issue.input) : ""}${issue.message}`;
    const places = issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
    return places.map((place) => ({ path: pathOf(place), message }));
  });
}

/** Every number here has a least value; a greatest one not always. */
function numberWithin({ isInt, minValue, maxValue }: z.ZodNumber): string {
  const what = isInt ? "a whole number" : "a number";
  return maxValue === null || maxValue >= Number.MAX_SAFE_INTEGER
    ? `${what} of at least ${minValue}`
    : `${what} from ${minValue} to ${maxValue}`;
}

function oneOf(values: readonly string[]): string {
  return values.join(", ").replace(/, ([^,]*)$/, " or $1");
}

/** Lists, objects and null say more by their place than written out. */
function given(input: unknown): string {
  if (input === undefined) return "is missing: ";
  if (typeof input === "object") return "";
  return `is ${typeof input === "string" ? JSON.stringify(input.slice(0, 100)) : input}: `;
}
