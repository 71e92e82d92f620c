import * as z from "zod";
import { type Filter, parseFilter } from "./filter.ts";

/** A filter in a body, as given and parsed. Reports each error with its path. */
export const filterSchema = z.unknown().transform((given, context): { given: unknown; parsed: Filter } => {
  const parsed = parseFilter(given);
  if (parsed.ok) return { given, parsed: parsed.value };
  for (const { path, message } of parsed.error) context.addIssue({ code: "custom", path: [...path], message });
  return z.NEVER;
});
