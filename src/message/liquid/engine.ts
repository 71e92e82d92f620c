import { type FilterImplOptions, filters, Liquid, Parser, Tag, type Template, Tokenizer, toValueSync } from "liquidjs";
import "./ranges.ts";
import type { Budget } from "./budget.ts";
import { BoundedContext, budgetOf, limitersOf } from "./context.ts";
import { DATE_FILTERS } from "./dates.ts";
import { BoundedEmitter, textOf } from "./output.ts";
import { BoundedRenderer, renderInto } from "./renderer.ts";

/** These read other templates; a push has no others. */
const TAGS_THAT_READ_FILES = ["include", "render", "layout", "block"];
/** Asynchronous, or parse templates while rendering. */
const EXCLUDED_FILTERS = new Set(
  "sha256 hmac_sha256 where_exp reject_exp group_by_exp has_exp find_exp find_index_exp".split(" "),
);
/** These parse the name of a property at each call. */
const PROPERTY_FILTERS = new Set("where reject has find find_index map sum sort group_by uniq compact".split(" "));
const PROPERTY_COST = 100;
/** Filters such as `where` look up a path in each element. */
const ELEMENT_COST = 16;

/** The output format: "html" escapes every value, "text" none. */
export type Flavour = "html" | "text";

/** Liquid for mail: no files, no time limit, no prototypes; all work is charged to a `Budget`. */
export class MailLiquid extends Liquid {
  override readonly renderer = new BoundedRenderer() as unknown as Liquid["renderer"];

  constructor(flavour: Flavour) {
    super({
      strictFilters: true,
      ownPropertyOnly: true,
      templates: {}, // an empty file system
      locale: "en-US",
      outputEscape: flavour === "html" ? escapeHtml : textOf,
    });
    for (const name of TAGS_THAT_READ_FILES) this.registerTag(name, fileTag(name));
    for (const [name, filter] of Object.entries(filters)) {
      if (EXCLUDED_FILTERS.has(name)) this.unregisterFilter(name);
      else
        this.registerFilter(
          name,
          bounded(DATE_FILTERS[name] ?? filter, PROPERTY_FILTERS.has(name) ? PROPERTY_COST : 1),
        );
    }
  }

  /** Parses a template. Throws liquidjs's errors, which carry their token. */
  override parse(source: string): Template[] {
    const tokens = new Tokenizer(source, this.options.operators).readTopLevelTokens(this.options).reverse();
    // liquidjs calls shift() on an array, which is quadratic: half a minute for a template of 600 KB.
    const queue = {
      shift: () => tokens.pop(),
      get length() {
        return tokens.length;
      },
    };
    return new Parser(this).parseTokens(queue as unknown as typeof tokens);
  }

  /**
   * Renders into a string. Throws a `RenderFailure`.
   * @param scope used by this call only: `increment` and `decrement` write to it
   * @param timeZone of times without an offset
   */
  renderWithin(budget: Budget, templates: Template[], scope: object, timeZone: string): string {
    const context = new BoundedContext(scope, this.options, { sync: true }, { ...limitersOf(budget), liquid: this });
    context.timeZone = timeZone;
    return renderInto(templates, context, new BoundedEmitter((text) => budget.output(text)));
  }
}

const HTML_ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;" };

function escapeHtml(value: unknown): string {
  const text = textOf(value);
  return /[&<>"']/.test(text) ? text.replace(/[&<>"']/g, (char) => HTML_ENTITIES[char] ?? char) : text;
}

/** A filter whose arguments and result are charged to the budget. */
function bounded(filter: FilterImplOptions, cost: number): FilterImplOptions {
  const handler = typeof filter === "function" ? filter : filter.handler;
  const run: typeof handler = function (...args) {
    const budget = budgetOf(this.context);
    budget.use(cost);
    for (const argument of args) {
      if (typeof argument === "string") budget.read(argument);
      else if (Array.isArray(argument)) budget.use(argument.length * ELEMENT_COST);
    }
    const value = toValueSync(handler.apply(this, args));
    budget.made(value);
    return value;
  };
  return typeof filter === "function" ? run : { ...filter, handler: run };
}

function fileTag(name: string) {
  return class extends Tag {
    constructor(...args: ConstructorParameters<typeof Tag>) {
      super(...args);
      throw new Error(`{% ${name} %} is not available: a template stands alone, there are no files for it to use`);
    }
    override render(): void {}
  };
}
