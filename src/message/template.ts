import { LiquidError, type Template } from "liquidjs";
import { err, ok, type Result } from "../core/result.ts";
import type { Recipient } from "../recipients/recipient.ts";
import { Budget } from "./liquid/budget.ts";
import { MailLiquid } from "./liquid/engine.ts";
import { RenderFailure } from "./liquid/renderer.ts";
import { htmlToText, tidyText } from "./plain-text.ts";
import { textTemplate } from "./text-template.ts";

/** Maximum template length. Gmail shows only the first 102 KB of a mail. */
export const MAX_TEMPLATE_CHARS = 512 * 1024;
/** Maximum number of `{{ … }}` and `{% … %}` in a template. */
export const MAX_TEMPLATE_TAGS = 20_000;
/** Maximum nesting of blocks. */
export const MAX_TEMPLATE_DEPTH = 50;
/** Variables are checked up to this many tags and filters: liquidjs takes seconds for twenty thousand. */
const MAX_ANALYSED = 1_000;
/** Maximum length of a subject; mail clients show about sixty characters. */
export const MAX_SUBJECT_CHARS = 1000;

/** An error in a template; line and column count from 1. */
export interface TemplateError {
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

/** The Liquid templates of a push. `text` null: derived from the html. */
export interface TemplateSources {
  readonly subject: string;
  readonly html: string;
  readonly text: string | null;
}

/** The templates of a push, parsed: prepared once, rendered for each recipient. */
export interface Prepared {
  readonly subject: Part;
  readonly html: Part;
  /** null: the html of each mail is converted. */
  readonly text: Part | null;
  /** True if the text is derived from the html. */
  readonly textIsDerived: boolean;
}

/** A parsed template; `fixed` is its output if it contains no Liquid. */
interface Part {
  readonly name: keyof TemplateSources;
  readonly liquid: MailLiquid;
  readonly templates: Template[];
  readonly fixed: string | null;
}

/** The rendered content of one recipient's mail. */
export interface Rendered {
  readonly subject: string;
  readonly html: string;
  /** Empty if the html contains no text. */
  readonly text: string;
}

/** The variables that templates may use. */
const TEMPLATE_VARIABLES = ["username", "address", "area", "attributes"] as const;
export type Personal = Pick<Recipient, (typeof TEMPLATE_VARIABLES)[number]>;

const textLiquid = new MailLiquid("text");
const htmlLiquid = new MailLiquid("html");

/**
 * Checks a Liquid template: syntax, known tags, filters and variables, no use of files, and the limits of length, tags
 * and nesting. An unknown variable is an error because it would render empty for everybody.
 */
export function checkTemplate(source: string): Result<void, TemplateError> {
  const parsed = parse(textLiquid, source);
  if (!parsed.ok) return parsed;
  const unknown = isAnalysable(source) ? unknownVariable(parsed.value) : null;
  return unknown === null ? ok(undefined) : err(unknown);
}

/** Parses the templates of a push. The error names the template, with line and column. */
export function prepareTemplates(sources: TemplateSources): Result<Prepared> {
  const subject = preparePart("subject", textLiquid, sources.subject);
  if (!subject.ok) return subject;
  const html = preparePart("html", htmlLiquid, sources.html);
  if (!html.ok) return html;
  const textIsDerived = sources.text === null;
  const source = sources.text ?? textTemplate(sources.html);
  const text = source === null ? null : preparePart("text", textLiquid, textIsDerived ? tidyText(source) : source);
  if (text && !text.ok && !textIsDerived) return text;
  return ok({ subject: subject.value, html: html.value, text: text?.ok ? text.value : null, textIsDerived });
}

/**
 * Renders one recipient's mail. Values are escaped in the html, not in subject and text (header.ts removes line breaks
 * from the subject). The error gives the reason: too many steps, too much output, or a value that a filter cannot
 * process.
 */
export function render(prepared: Prepared, recipient: Personal): Result<Rendered> {
  const subject = renderPart(prepared.subject, recipient);
  if (!subject.ok) return subject;
  if (subject.value.length > MAX_SUBJECT_CHARS) return err(`subject: it is over ${MAX_SUBJECT_CHARS} characters long`);
  const html = renderPart(prepared.html, recipient);
  if (!html.ok) return html;
  const text = prepared.text ? renderPart(prepared.text, recipient) : ok(htmlToText(html.value));
  if (!text.ok) return text;
  const isTidy = !prepared.textIsDerived || prepared.text?.fixed === text.value;
  return ok({
    subject: subject.value,
    html: html.value,
    text: isTidy ? text.value : tidyText(text.value),
  });
}

function preparePart(name: Part["name"], liquid: MailLiquid, source: string): Result<Part> {
  const parsed = parse(liquid, source);
  if (!parsed.ok) return err(at(name, parsed.error));
  const fixed = /\{[{%]/.test(source) ? null : source;
  return ok({ name, liquid, templates: parsed.value, fixed });
}

function renderPart(
  { name, liquid, templates, fixed }: Part,
  { username, address, area, attributes }: Personal,
): Result<string> {
  if (fixed !== null) return ok(fixed);
  try {
    return ok(liquid.renderWithin(new Budget(), templates, { username, address, area, attributes }));
  } catch (error) {
    if (!(error instanceof RenderFailure)) throw error;
    return err(at(name, { message: plainMessage(error.cause), ...position(error.token) }));
  }
}

function at(name: string, { message, line, column }: TemplateError): string {
  return `${name}, line ${line}, column ${column}: ${message}`;
}

function parse(liquid: MailLiquid, source: string): Result<Template[], TemplateError> {
  if (source.length > MAX_TEMPLATE_CHARS) return limit(`it is over ${MAX_TEMPLATE_CHARS} characters long`);
  if (countTags(source) > MAX_TEMPLATE_TAGS) return limit(`it has over ${MAX_TEMPLATE_TAGS} tags`);
  try {
    const templates = liquid.parse(source);
    const deep = tooDeep(templates, MAX_TEMPLATE_DEPTH);
    if (!deep) return ok(templates);
    return err({ message: `it nests blocks over ${MAX_TEMPLATE_DEPTH} deep`, ...position(deep.token) });
  } catch (error) {
    if (!LiquidError.is(error)) throw error;
    return err({ message: plainMessage(error), ...position(error.token) });
  }
}

/** The first variable that is neither a recipient's nor set by the template. */
function unknownVariable(templates: Template[]): TemplateError | null {
  const { globals } = textLiquid.analyzeSync(templates, { partials: false });
  for (const [name, places] of Object.entries(globals)) {
    if ((TEMPLATE_VARIABLES as readonly string[]).includes(name)) continue;
    const { row = 1, col = 1 } = places[0]?.location ?? {};
    const message = `${JSON.stringify(name)} is not known here: expected username, address, area or attributes.NAME`;
    return { message, line: row, column: col };
  }
  return null;
}

function limit(message: string): Result<never, TemplateError> {
  return err({ message, line: 1, column: 1 });
}

function countTags(source: string): number {
  let count = 0;
  for (const _ of source.matchAll(/\{[{%]/g)) count++;
  return count;
}

function isAnalysable(source: string): boolean {
  let parts = 0;
  for (const _ of source.matchAll(/\{[{%]|[|[]/g)) if (++parts > MAX_ANALYSED) return false;
  return true;
}

function tooDeep(templates: Template[], depth: number): Template | null {
  for (const template of templates) {
    if (!template.children) continue;
    const children = template.children(false, true).next().value as Template[];
    const deep = depth === 0 ? template : tooDeep(children, depth - 1);
    if (deep) return deep;
  }
  return null;
}

function position(token: Template["token"]): { line: number; column: number } {
  const [line = 1, column = 1] = token.getPosition();
  return { line, column };
}

/** The message without the position that liquidjs appends; TemplateError has fields for the position. */
function plainMessage(error: unknown): string {
  if (LiquidError.is(error) && error.originalError) return plainMessage(error.originalError);
  if (error instanceof RangeError && /call stack/i.test(error.message)) return "it nests too deep";
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/, line:\d+, col:\d+$/, "");
}
