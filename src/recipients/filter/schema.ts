import * as z from "zod";
import { COLUMNS, type Filter, OPERATORS, type Operator, parseFilter } from "./filter.ts";

const SCALAR = { type: ["string", "number", "boolean"] };
const LIST = { type: "array", minItems: 1, items: SCALAR };
const TESTS = Object.fromEntries(OPERATORS.map((operator) => [operator, testOf(operator)]));

/** The form of a filter, for descriptions; `parseFilter` judges. */
const FORM = {
  id: "Filter",
  description: "Fields that must all match; `{}` selects everybody.",
  type: "object",
  propertyNames: { pattern: `^(${COLUMNS.join("|")}|attributes\\..+)$` },
  additionalProperties: {
    anyOf: [SCALAR, LIST, { type: "object", minProperties: 1, properties: TESTS, additionalProperties: false }],
  },
};

/** A filter in a body, as given and parsed. Reports each error with its path. */
export const filterSchema = z
  .unknown()
  .transform((given, context): { given: unknown; parsed: Filter } => {
    const parsed = parseFilter(given);
    if (parsed.ok) return { given, parsed: parsed.value };
    for (const { path, message } of parsed.error) context.addIssue({ code: "custom", path: [...path], message });
    return z.NEVER;
  })
  .meta(FORM);

function testOf(operator: Operator): object {
  if (operator === "exists") return { type: "boolean" };
  return operator === "in" ? LIST : SCALAR;
}
