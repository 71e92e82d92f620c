import { parseDocument } from "htmlparser2";
import { type TagToken, Tokenizer, TokenKind } from "liquidjs";

/** A Liquid tag or output of an HTML template, replaced by a numbered mark during the conversion. */
export interface Mark {
  /** The tag's name; null: an output, `{{ … }}`. */
  readonly tag: string | null;
  /** The source for the text template, without white space control, since the white space there differs. */
  readonly source: string;
}

// Private use area: the converter leaves these characters alone.
const OUTPUT_MARK = "\ue000";
const TAG_MARK = "\ue002";
const MARK_END = "\ue001";
const OUTPUT_TAGS = new Set(["echo", "cycle", "increment", "decrement", "liquid"]);

/** The text shows no other attributes. */
const SHOWN_ATTRIBUTES = new Set(["href", "alt"]);

/** Matches the marks in a text; group 1 is the index. */
export const MARKS = /[\ue000\ue002](\d+)\ue001/g;
/** Lines that hold only tags without output. Groups: line breaks before, the tags, line breaks after. */
const LINES_OF_TAGS = /(?<!\n)(\n*)^[ \t]*(\ue002\d+\ue001(?:\s*\ue002\d+\ue001)*)[ \t]*(\n+|$(?![\s\S]))/gm;

/**
 * Removes the line breaks around tags on their own lines, so that they leave no blank lines when rendered. The wider of
 * the two gaps remains.
 */
export function joinTags(text: string): string {
  return text.replace(LINES_OF_TAGS, (_, before: string, tags: string, after: string, at: number) => {
    const gap = at === 0 ? 0 : Math.max(0, after.length - before.length);
    return before + tags.replace(/\s+/g, "") + "\n".repeat(gap);
  });
}

/**
 * Replaces the Liquid in an HTML template by marks and removes Liquid comments. Null if the template has a `raw` tag or
 * the marks' own characters. Throws liquidjs's errors.
 */
export function markLiquid(html: string): { marked: string; marks: Mark[] } | null {
  if (/[\ue000-\ue002]/.test(html)) return null;
  const marks: Mark[] = [];
  let marked = "";
  let inComment = false;
  for (const token of new Tokenizer(html).readTopLevelTokens()) {
    const tag = token.kind === TokenKind.Tag ? (token as TagToken).name : null;
    if (tag === "raw") return null;
    if (inComment) inComment = tag !== "endcomment";
    else if (tag === "comment") inComment = true;
    else if (tag === "#") continue;
    else if (token.kind === TokenKind.HTML) marked += token.getText();
    else {
      const { content } = token as TagToken;
      marked += `${tag && !OUTPUT_TAGS.has(tag) ? TAG_MARK : OUTPUT_MARK}${marks.length}${MARK_END}`;
      marks.push({ tag, source: tag ? `{% ${content} %}` : `{{ ${content} }}` });
    }
  }
  return { marked, marks };
}

/** The position of a mark in the HTML. */
export interface Place {
  readonly kind: "text" | "attribute" | "hidden";
  /** Equal for marks in the same element content, attribute or comment. */
  readonly home: string;
  /** Names of the enclosing elements. */
  readonly within: ReadonlySet<string>;
}

type Node = ReturnType<typeof parseDocument>["children"][number];

/** The place of each mark, by index. Null if a mark is part of an HTML tag's name, as in `<h{{ level }}>`. */
export function placeMarks(marked: string): Map<number, Place> | null {
  const places = new Map<number, Place>();
  const put = (text: string, place: Place) => {
    for (const [, index] of text.matchAll(MARKS)) places.set(Number(index), place);
  };
  let count = 0;
  const queue: { node: Node; home: string; within: ReadonlySet<string> }[] = [];
  const visit = (nodes: readonly Node[], within: ReadonlySet<string>) => {
    const home = `${count++}`;
    for (const node of nodes) queue.push({ node, home, within });
  };
  visit(parseDocument(marked).children, new Set());
  for (let next = queue.pop(); next; next = queue.pop()) {
    const { node, home, within } = next;
    if (node.type === "text") put(node.data, { kind: "text", home, within });
    else if (!("attribs" in node)) put("data" in node ? node.data : "", { kind: "hidden", home: `${count++}`, within });
    else {
      if (/[\ue000-\ue002]/.test(node.name)) return null;
      for (const [name, value] of Object.entries(node.attribs)) {
        // A conditional attribute: a link for some recipients only.
        if (/[\ue000-\ue002]/.test(name) && (node.name === "a" || node.name === "img")) return null;
        const hidden: Place = { kind: "hidden", home: `${count}<>`, within };
        put(name, hidden);
        put(value, SHOWN_ATTRIBUTES.has(name) ? { kind: "attribute", home: `${count}<${name}>`, within } : hidden);
      }
      visit(node.children, new Set([...within, node.name]));
    }
  }
  return /<\/?[\ue000\ue002]/.test(marked) ? null : places;
}
