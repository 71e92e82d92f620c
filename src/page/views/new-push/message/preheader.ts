// The line that inboxes show after the subject. A mail has no field for it: it is the first text of the html, unseen.

const OPENING = '<div data-preheader style="display:none;max-height:0;overflow:hidden;opacity:0;mso-hide:all">';
const CLOSING = "</div>";

/** The html with the preheader in it, and where it went; an empty one leaves the html as it is. */
export interface Composed {
  readonly html: string;
  /** Index in `html` and length of what was put in. */
  readonly at: number;
  readonly length: number;
}

export function withPreheader(html: string, preheader: string): Composed {
  const tag = html.search(/<body\b/i);
  const place = tag < 0 ? 0 : html.indexOf(">", tag) + 1;
  if (preheader.trim() === "") return { html, at: place, length: 0 };
  const put = OPENING + escaped(preheader) + CLOSING;
  return { html: html.slice(0, place) + put + html.slice(place), at: place, length: put.length };
}

/** What `withPreheader` made, taken apart again. */
export function splitPreheader(html: string): { readonly html: string; readonly preheader: string } {
  const start = html.indexOf(OPENING);
  const end = start < 0 ? -1 : html.indexOf(CLOSING, start);
  if (end < 0) return { html, preheader: "" };
  const text = html.slice(start + OPENING.length, end);
  return { html: html.slice(0, start) + html.slice(end + CLOSING.length), preheader: unescaped(text) };
}

export interface Place {
  readonly field: "html" | "preheader";
  /** From 1. */
  readonly line: number;
  readonly column: number;
}

/** Where a place in the composed html is for the person who wrote the parts. */
export function placeOf({ html, at, length }: Composed, line: number, column: number): Place {
  const index = indexOf(html, line, column);
  if (index < at || length === 0) return { field: "html", line, column };
  if (index < at + length) return { field: "preheader", line: 1, column: Math.max(1, index - at - OPENING.length + 1) };
  return { field: "html", ...positionOf(html.slice(0, at) + html.slice(at + length), index - length) };
}

/** The index in a text of a line and a column, both from 1. */
export function indexOf(text: string, line: number, column: number): number {
  let start = 0;
  for (let nth = 1; nth < line; nth++) {
    const end = text.indexOf("\n", start);
    if (end < 0) break;
    start = end + 1;
  }
  return Math.min(start + column - 1, text.length);
}

function positionOf(text: string, index: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, index).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function escaped(text: string): string {
  return outsideLiquid(text, (plain) => plain.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;"));
}

function unescaped(text: string): string {
  return outsideLiquid(text, (plain) => plain.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&"));
}

/** Changes what is between templates, which pass as they are. In one way through the text, whatever stands in it. */
function outsideLiquid(text: string, change: (plain: string) => string): string {
  const parts: string[] = [];
  const closings = new Map([
    ["{{", "}}"],
    ["{%", "%}"],
  ]);
  let from = 0;
  for (const { index, 0: opening } of text.matchAll(/\{[{%]/g)) {
    const closing = closings.get(opening);
    if (index < from || closing === undefined) continue;
    const end = text.indexOf(closing, index + 2);
    // Then no later one of its kind ends either.
    if (end < 0) closings.delete(opening);
    else {
      parts.push(change(text.slice(from, index)), text.slice(index, end + 2));
      from = end + 2;
    }
  }
  return parts.join("") + change(text.slice(from));
}
