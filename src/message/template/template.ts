import { Buffer } from "node:buffer";
import type { Template } from "liquidjs";
import { err, ok, type Result } from "../../core/result.ts";
import type { Recipient } from "../../recipients/recipient.ts";
import { Budget, DEFAULT_MAX_BYTES } from "../liquid/budget.ts";
import { MailLiquid } from "../liquid/engine.ts";
import { RenderFailure } from "../liquid/renderer.ts";
import { oneLine } from "../mime/header.ts";
import { MAX_HEADER_CHARACTERS } from "../mime/own-headers.ts";
import { isBlankHtml, isBlankText } from "./blank.ts";
import { htmlToText, isCostly, tidyText } from "./plain-text.ts";
import {
  type Links,
  parse,
  plainMessage,
  position,
  type RecipientVariable,
  type TemplateError,
} from "./template-source.ts";
import { textTemplate } from "./text-template.ts";

/** Maximum length of a subject; mail clients show about sixty characters. */
export const MAX_SUBJECT_CHARS = 1000;

/** The Liquid templates of a push. `text` null: derived from the html. */
export interface TemplateSources {
  readonly subject: string;
  readonly html: string;
  readonly text: string | null;
  /** Headers of one's own, by name. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a deployment sets for all mails. */
export interface RenderSettings {
  /** Maximum size of the html, and of the text, in bytes of UTF-8. */
  readonly maxBytes: number;
  /** Of times without an offset: a name of the IANA database. */
  readonly timeZone: string;
}

const DEFAULTS: RenderSettings = { maxBytes: DEFAULT_MAX_BYTES, timeZone: "UTC" };

/** The templates of a push, parsed: prepared once, rendered for each recipient. */
export interface Prepared {
  readonly settings: RenderSettings;
  readonly subject: Part;
  readonly html: Part;
  /** null: the html of each mail is converted. */
  readonly text: Part | null;
  readonly headers: readonly Part[];
  /** True if the text is derived from the html. */
  readonly textIsDerived: boolean;
  /** The last conversion: an html without personal data is converted once. */
  readonly latest: { html: string; text: string };
}

/** A parsed template; `fixed` is its output if it contains no Liquid. */
interface Part {
  /** "subject", or of a header its name. */
  readonly name: string;
  readonly liquid: MailLiquid;
  readonly templates: Template[];
  readonly fixed: string | null;
}

export interface RenderedHeader {
  readonly name: string;
  readonly value: string;
}

/** The rendered content of one recipient's mail. */
export interface Rendered {
  readonly subject: string;
  readonly html: string;
  /** Empty if the html contains no text. */
  readonly text: string;
  /** Those that are not empty, in their order. */
  readonly headers?: readonly RenderedHeader[];
  /**
   * Processor time of rendering, conversion and encoding, in the units of budget.ts (about 40 ns). A rendering that
   * fails takes at most `MAX_WORK`.
   */
  readonly work: number;
}

export type Personal = Pick<Recipient, RecipientVariable>;

/** Of a mail that is no delivery. */
const NO_LINKS: Links = { unsubscribe_url: "" };

const textLiquid = new MailLiquid("text");
const htmlLiquid = new MailLiquid("html");

// Measured, in units of work.
const CONVERSION_UNITS_PER_CHAR = 3;
const ENCODING_UNITS_PER_CHAR = 0.25;

/** Parses the templates of a push. The error names the template, with line and column. */
export function prepareTemplates(sources: TemplateSources, settings = DEFAULTS): Result<Prepared> {
  const subject = preparePart("subject", textLiquid, sources.subject, settings);
  if (!subject.ok) return subject;
  const html = preparePart("html", htmlLiquid, sources.html, settings);
  if (!html.ok) return html;
  const textIsDerived = sources.text === null;
  const source = sources.text ?? textTemplate(sources.html);
  const text =
    source === null ? null : preparePart("text", textLiquid, textIsDerived ? tidyText(source) : source, settings);
  if (text && !text.ok && !textIsDerived) return text;
  const headers: Part[] = [];
  for (const [name, source] of Object.entries(sources.headers ?? {})) {
    const header = preparePart(name, textLiquid, source, settings);
    if (!header.ok) return header;
    headers.push(header.value);
  }
  return ok({
    settings,
    subject: subject.value,
    html: html.value,
    text: text?.ok ? text.value : null,
    headers,
    textIsDerived,
    latest: { html: "", text: "" },
  });
}

/**
 * Renders one recipient's mail. Values are escaped in the html, not in subject and text (header.ts removes line breaks
 * from the subject). The error gives the reason: too many steps, too much output, a value that a filter cannot process,
 * or a subject or html that shows nothing.
 * @param links read only where a template uses them
 */
export function render(prepared: Prepared, recipient: Personal, links: Links = NO_LINKS): Result<Rendered> {
  const { maxBytes, timeZone } = prepared.settings;
  const budget = new Budget(maxBytes);
  const { username, address, area, attributes } = recipient;
  const variables = {
    username,
    address,
    area,
    attributes,
    get unsubscribe_url() {
      return links.unsubscribe_url;
    },
  };
  const subject = renderPart(prepared.subject, variables, budget, timeZone);
  if (!subject.ok) return subject;
  if (subject.value.length > MAX_SUBJECT_CHARS) return err(`subject: it is over ${MAX_SUBJECT_CHARS} characters long`);
  if (isBlankText(subject.value)) return err("subject: it is empty");
  const html = renderPart(prepared.html, variables, budget, timeZone);
  if (!html.ok) return html;
  if (isBlankHtml(html.value)) return err("html: it is empty: it has neither text nor an image");
  const headers = renderHeaders(prepared.headers, variables, budget, timeZone);
  if (!headers.ok) return headers;
  const shown = { subject: subject.value, html: html.value, headers: headers.value };
  if (prepared.text === null) return ok(withConvertedText(prepared, shown, budget.spent));
  const text = renderPart(prepared.text, variables, budget, timeZone);
  if (!text.ok) return text;
  const isTidy = !prepared.textIsDerived || prepared.text.fixed === text.value;
  return ok({
    ...shown,
    text: isTidy ? text.value : tidyText(text.value),
    work: budget.spent + encodingWork(prepared.html, html.value) + encodingWork(prepared.text, text.value),
  });
}

/** One that renders to nothing is left out. */
function renderHeaders(
  parts: readonly Part[],
  variables: Personal & Links,
  budget: Budget,
  timeZone: string,
): Result<RenderedHeader[]> {
  const headers: RenderedHeader[] = [];
  for (const part of parts) {
    const { name } = part;
    const rendered = renderPart(part, variables, budget, timeZone);
    if (!rendered.ok) return rendered;
    const value = oneLine(rendered.value);
    if (value.length > MAX_HEADER_CHARACTERS)
      return err(`${name}: it is over ${MAX_HEADER_CHARACTERS} characters long`);
    if (value !== "") headers.push({ name, value });
  }
  return ok(headers);
}

function withConvertedText(prepared: Prepared, shown: Omit<Rendered, "text" | "work">, spent: number): Rendered {
  const { latest } = prepared;
  const { html } = shown;
  const isNew = latest.html !== html;
  if (isNew) Object.assign(latest, { html, text: isCostly(html) ? "" : tidyText(htmlToText(html)) });
  const conversion = isNew ? html.length * CONVERSION_UNITS_PER_CHAR : 0;
  return { ...shown, text: latest.text, work: Math.ceil(spent + conversion + encodingWork(prepared.html, html)) };
}

/** mime.ts encodes a fixed part once. */
function encodingWork(part: Part, output: string): number {
  return part.fixed === null ? Math.ceil(output.length * ENCODING_UNITS_PER_CHAR) : 0;
}

function preparePart(name: string, liquid: MailLiquid, source: string, { maxBytes }: RenderSettings): Result<Part> {
  const parsed = parse(liquid, source);
  if (!parsed.ok) return err(at(name, parsed.error));
  const fixed = /\{[{%]/.test(source) ? null : source;
  if (fixed !== null && Buffer.byteLength(fixed) > maxBytes) return err(`${name}: it is over ${maxBytes} bytes`);
  return ok({ name, liquid, templates: parsed.value, fixed });
}

function renderPart(
  { name, liquid, templates, fixed }: Part,
  variables: Personal & Links,
  budget: Budget,
  timeZone: string,
): Result<string> {
  if (fixed !== null) return ok(fixed);
  budget.nextPart();
  try {
    return ok(liquid.renderWithin(budget, templates, variables, timeZone));
  } catch (error) {
    if (!(error instanceof RenderFailure)) throw error;
    return err(at(name, { message: plainMessage(error.cause), ...position(error.token) }));
  }
}

function at(name: string, { message, line, column }: TemplateError): string {
  return `${name}, line ${line}, column ${column}: ${message}`;
}
