import { parseDocument } from "htmlparser2";
import { type TagToken, Tokenizer, TokenKind } from "liquidjs";

/** A Liquid tag or output of an HTML template. While the HTML is converted, a mark with its index stands for it. */
export interface Mark {
  /** The tag's name; null: an output, `{{ … }}`. */
  readonly tag: string | null;
  /** As it stands in a text template: without the dashes of white space control, for the white space is another one. */
  readonly source: string;
}

// From the private use area, so that no converter touches them.
const OUTPUT_MARK = "\ue000";
const TAG_MARK = "\ue002";
const MARK_END = "\ue001";
const OUTPUT_TAGS = new Set(["echo", "cycle", "increment", "decrement", "liquid"]);

/** All others are of no interest to a text. */
const SHOWN_ATTRIBUTES = new Set(["href", "alt"]);

/** Finds the marks in a text: the index is in the first group. */
export const MARKS = /[\ue000\ue002](\d+)\ue001/g;
/** Lines with nothing on them but tags that print nothing; groups: line breaks before, the tags, line breaks after. */
const LINES_OF_TAGS = /(?<!\n)(\n*)^[ \t]*(\ue002\d+\ue001(?:\s*\ue002\d+\ue001)*)[ \t]*(\n+|$(?![\s\S]))/gm;

/**
 * Takes the line breaks away from tags that stand on lines of their own, so that none are left when they have run: what
 * comes after them begins where they stood, with the wider one of the two gaps.
 */
export function joinTags(text: string): string {
  return text.replace(LINES_OF_TAGS, (_, before: string, tags: string, after: string, at: number) => {
    const gap = at === 0 ? 0 : Math.max(0, after.length - before.length);
    return before + tags.replace(/\s+/g, "") + "\n".repeat(gap);
  });
}

/**
 * Puts marks in the place of the Liquid in an HTML template; comments go. Null where that can't be told apart: a
 * template with `raw`, or one that uses our marks. Throws liquidjs's errors.
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

/** Where in the HTML a mark stands. */
export interface Place {
  readonly kind: "text" | "attribute" | "hidden";
  /** The same for marks that no element, attribute or comment parts. */
  readonly home: string;
  /** The elements around it, by name. */
  readonly within: ReadonlySet<string>;
}

type Node = ReturnType<typeof parseDocument>["children"][number];

/** The place of each mark, by index. Null where marks make up the tags themselves, as in `<h{{ level }}>`. */
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
        // A link that is one only for some.
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
