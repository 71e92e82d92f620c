import { type Context, type Emitter, Output, type Template, type Token, toValueSync } from "liquidjs";
import { budgetOf } from "./context.ts";
import { costOf } from "./cost.ts";
import { evaluate } from "./evaluate.ts";
import { BoundedEmitter } from "./output.ts";

/** The cost of one pass through a block. */
const BLOCK_UNITS = 4;

/** A rendering error at `token`; `cause` is the original error. */
export class RenderFailure extends Error {
  readonly token: Token;

  constructor(cause: unknown, token: Token) {
    super("the template failed", { cause });
    this.token = token;
  }
}

/** Replaces liquidjs's renderer; nodes at every nesting level pass through it. */
export class BoundedRenderer {
  /** Without an emitter (as for `capture`), the output is charged as captured. */
  renderTemplates(templates: Template[], context: Context, emitter?: Emitter): string {
    const budget = budgetOf(context);
    return renderInto(templates, context, emitter ?? new BoundedEmitter((text) => budget.capture(text)));
  }
}

/** Charges nodes, then renders them in order. Throws a `RenderFailure`. */
export function renderInto(templates: Template[], context: Context, emitter: Emitter): string {
  const first = templates[0];
  try {
    budgetOf(context).use(BLOCK_UNITS + costOf(templates));
  } catch (error) {
    throw first ? new RenderFailure(error, first.token) : error;
  }
  for (const template of templates) {
    try {
      renderNode(template, context, emitter);
    } catch (error) {
      throw error instanceof RenderFailure ? error : new RenderFailure(error, template.token);
    }
    if (context.breakCalled || context.continueCalled) break;
  }
  return emitter.buffer;
}

function renderNode(template: Template, context: Context, emitter: Emitter): void {
  if (template instanceof Output) {
    emitter.write(evaluate(template.value, context));
    return;
  }
  // Some nodes write to the emitter, others return their output.
  const made = toValueSync(template.render(context, emitter));
  if (made) emitter.write(made);
}
