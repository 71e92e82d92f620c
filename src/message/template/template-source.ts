import { LiquidError, type Template, Value } from "liquidjs";
import { err, ok, type Result } from "../../core/result.ts";
import { LimitError } from "../liquid/budget.ts";
import { MailLiquid } from "../liquid/engine.ts";
import { type Variable, variablesOf } from "../liquid/variables.ts";

/** Maximum template length. Gmail shows only the first 102 KB of a mail. */
export const MAX_TEMPLATE_CHARS = 512 * 1024;
/** Maximum number of `{{ … }}`, `{% … %}` and lines of `{% liquid %}` in a template. */
export const MAX_TEMPLATE_TAGS = 20_000;
/** Maximum number of operands, operators, filters and arguments in one tag. */
export const MAX_TAG_PARTS = 1_000;
/** Maximum nesting of blocks. */
export const MAX_TEMPLATE_DEPTH = 50;
/** liquidjs quotes the whole tag, which may be the whole template. */
const MAX_MESSAGE_CHARS = 200;

/** An error in a template; line and column count from 1. */
export interface TemplateError {
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

/** The variables of a recipient that templates may use. */
const RECIPIENT_VARIABLES = ["username", "address", "area", "attributes"] as const;
/** The variables of a delivery: links that only this mail has. */
const LINK_VARIABLES = ["unsubscribe_url"] as const;

export type RecipientVariable = (typeof RECIPIENT_VARIABLES)[number];
export type Links = Readonly<Record<(typeof LINK_VARIABLES)[number], string>>;

const TEMPLATE_VARIABLES: readonly unknown[] = [...RECIPIENT_VARIABLES, ...LINK_VARIABLES];

const liquid = new MailLiquid("text");

/**
 * Checks a Liquid template: syntax, known tags, filters and variables, no use of files, and the limits of length, tags
 * and nesting. An unknown variable is an error because it would render empty for everybody. Returns the variables used.
 */
export function checkTemplate(source: string): Result<Variable[], TemplateError> {
  const parsed = parse(liquid, source);
  if (!parsed.ok) return parsed;
  const variables = located(() => variablesOf(parsed.value));
  if (!variables.ok) return variables;
  const unknown = variables.value.find(({ path: [root] }) => !TEMPLATE_VARIABLES.includes(root));
  if (unknown === undefined) return variables;
  const message = `${JSON.stringify(unknown.path[0])} is not known here: expected username, address, area, attributes.NAME or unsubscribe_url`;
  return err({ message: shortened(message), ...position(unknown.token) });
}

/** Parses a template within the limits. */
export function parse(engine: MailLiquid, source: string): Result<Template[], TemplateError> {
  if (source.length > MAX_TEMPLATE_CHARS) return limit(`it is over ${MAX_TEMPLATE_CHARS} characters long`);
  if (countTags(source) > MAX_TEMPLATE_TAGS) return limit(`it has over ${MAX_TEMPLATE_TAGS} tags`);
  const parsed = located(() => engine.parse(source));
  if (!parsed.ok) return parsed;
  const deep = find(parsed.value, MAX_TEMPLATE_DEPTH, ({ children }, depth) => depth === 0 && children !== undefined);
  if (deep) return err({ message: `it nests blocks over ${MAX_TEMPLATE_DEPTH} deep`, ...position(deep.token) });
  const long = find(parsed.value, MAX_TEMPLATE_DEPTH, (template) => partsOf(template) > MAX_TAG_PARTS);
  if (!long) return parsed;
  const message = `the tag has over ${MAX_TAG_PARTS} operands, operators, filters and arguments`;
  return err({ message, ...position(long.token) });
}

/** The line and column of a token. Counts from the top of the template: for one error, not for each token. */
export function position(token: Template["token"]): { line: number; column: number } {
  const [line = 1, column = 1] = token.getPosition();
  return { line, column };
}

/** The message without the position that liquidjs appends; TemplateError has fields for the position. */
export function plainMessage(error: unknown): string {
  if (LiquidError.is(error) && error.originalError) return plainMessage(error.originalError);
  if (isStackOverflow(error)) return "it nests too deep";
  const message = error instanceof Error ? error.message : String(error);
  return shortened(message.replace(/, line:\d+, col:\d+$/, ""));
}

/** The result, or the error of liquidjs or of our analysis with its place. */
function located<T>(run: () => T): Result<T, TemplateError> {
  try {
    return ok(run());
  } catch (error) {
    if (!LiquidError.is(error) && !isStackOverflow(error) && !(error instanceof LimitError)) throw error;
    const place = LiquidError.is(error) ? position(error.token) : { line: 1, column: 1 };
    return err({ message: plainMessage(error), ...place });
  }
}

function limit(message: string): Result<never, TemplateError> {
  return err({ message, line: 1, column: 1 });
}

function countTags(source: string): number {
  let count = 0;
  for (const _ of source.matchAll(/\{[{%]/g)) count++;
  return count + countLines(source);
}

/** The lines of the `{% liquid %}` tags: each is a tag by itself. */
function countLines(source: string): number {
  const opening = /\{%-?\s*liquid\b/g;
  let count = 0;
  while (opening.test(source)) {
    const end = source.indexOf("%}", opening.lastIndex);
    const tag = source.slice(opening.lastIndex, end < 0 ? undefined : end);
    count += tag.split("\n").length;
    opening.lastIndex += tag.length;
  }
  return count;
}

/** The first node that fulfils `test`; `depth` counts down to 0. */
function find(
  templates: readonly Template[],
  depth: number,
  test: (template: Template, depth: number) => boolean,
): Template | null {
  for (const template of templates) {
    if (test(template, depth)) return template;
    if (!template.children || depth === 0) continue;
    const found = find(template.children(false, true).next().value as Template[], depth - 1, test);
    if (found) return found;
  }
  return null;
}

/** The parts of the longest tag of a node: an `if` includes its `elsif`, a `case` its `when`. */
function partsOf(template: Template): number {
  let longest = "value" in template && template.value instanceof Value ? valueParts(template.value) : 0;
  let single = 0;
  for (const argument of template.arguments?.() ?? []) {
    if (argument instanceof Value) longest = Math.max(longest, valueParts(argument));
    else single++;
  }
  // Of a `case`, the longest `when`.
  const branches = "branches" in template ? (template.branches as readonly { values?: readonly unknown[] }[]) : [];
  if (branches.some(({ values }) => values)) single = Math.max(...branches.map(({ values }) => values?.length ?? 0));
  return Math.max(longest, single);
}

function valueParts({ initial, filters }: Value): number {
  return filters.reduce((parts, { args }) => parts + 1 + args.length, initial.postfix.length);
}

function shortened(message: string): string {
  return message.length > MAX_MESSAGE_CHARS ? `${message.slice(0, MAX_MESSAGE_CHARS)}…` : message;
}

/** V8 reports it as a SyntaxError where a pattern had no stack left. */
function isStackOverflow(error: unknown): boolean {
  return (
    (error instanceof RangeError || error instanceof SyntaxError) && /call stack|stack overflow/i.test(error.message)
  );
}
