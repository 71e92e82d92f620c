import { isBlankText } from "../template/blank.ts";
import { Budget } from "./budget.ts";
import { BoundedContext, limitersOf } from "./context.ts";
import type { MailLiquid } from "./engine.ts";
import { textOf } from "./output.ts";
import type { Path } from "./variables.ts";

/**
 * What is at this path: nothing (missing, null, an empty text or list), a text that `{{ path }}` prints, or an object,
 * be it in a list, which it cannot print.
 */
export function kindAt(liquid: MailLiquid, path: Path, scope: object): "nothing" | "text" | "object" {
  const value = valueAt(liquid, path, scope);
  if (holdsObject(value)) return "object";
  return isBlankText(textOf(value)) ? "nothing" : "text";
}

function holdsObject(value: unknown): boolean {
  return Array.isArray(value) ? value.some(holdsObject) : typeof value === "object" && value !== null;
}

/** True if the path leads somewhere, be it to nothing: null, an empty text or list. */
export function isThere(liquid: MailLiquid, path: Path, scope: object): boolean {
  return valueAt(liquid, path, scope) !== undefined;
}

function valueAt(liquid: MailLiquid, path: Path, scope: object): unknown {
  const limiters = limitersOf(new Budget());
  const context = new BoundedContext(scope, liquid.options, { sync: true }, { ...limiters, liquid });
  return context._get([...path]);
}
