import { Budget } from "./budget.ts";
import { BoundedContext, limitersOf } from "./context.ts";
import type { MailLiquid } from "./engine.ts";
import { textOf } from "./output.ts";
import type { Path } from "./variables.ts";

/** The text that `{{ path }}` prints of these variables, without escapes; empty for what is missing. */
export function printed(liquid: MailLiquid, path: Path, scope: object): string {
  const limiters = limitersOf(new Budget());
  const context = new BoundedContext(scope, liquid.options, { sync: true }, { ...limiters, liquid });
  return textOf(context._get([...path]));
}
