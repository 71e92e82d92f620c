import { html, raw } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

/** CommonMark as our descriptions use it: paragraphs, lists of lines that begin with "- ", `code` and **words**. */
export function proseOf(text: string): Html {
  return html`${text.split("\n\n").map(blockOf)}`;
}

/** One line of such a text. */
export function lineOf(text: string): Html {
  // Code and bold by turns with plain text.
  const parts = text.split(/(`[^`]+`|\*\*[^*]+\*\*)/);
  return html`${parts.map((part) => {
    if (part.startsWith("`") && part.length > 2) return html`<code>${part.slice(1, -1)}</code>`;
    return part.startsWith("**") && part.length > 4 ? html`<b>${part.slice(2, -2)}</b>` : html`${part}`;
  })}`;
}

function blockOf(block: string): Html {
  if (!block.startsWith("- ")) return html`<p>${lineOf(block)}</p>`;
  const items = block.split("\n").map((line) => html`<li>${lineOf(line.slice(2))}</li>`);
  return html`<ul>${items}</ul>`;
}

/** JSON that stands in a `<pre>`. */
export function jsonOf(value: unknown): Html {
  return html`<pre>${JSON.stringify(value, null, 2)}</pre>`;
}

export const NOTHING: Html = raw("");
