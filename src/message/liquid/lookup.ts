import { Budget } from "./budget.ts";
import { BoundedContext, limitersOf } from "./context.ts";
import type { MailLiquid } from "./engine.ts";
import { textOf } from "./output.ts";
import type { Path } from "./variables.ts";

/** The text that `{{ path }}` prints of these variables, without escapes; empty for what is missing. */
export function printed(liquid: MailLiquid, path: Path, scope: object): string {
  return textOf(valueAt(liquid, path, scope));
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
