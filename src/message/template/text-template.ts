import { joinTags, MARKS, type Mark, markLiquid, type Place, placeMarks } from "./marks.ts";
import { htmlToText, isTooLarge } from "./plain-text.ts";

const BLOCKS = new Set(["if", "unless", "for", "case", "capture", "tablerow"]);
/** Later tags and outputs depend on these. */
const STATEFUL_TAGS = new Set(["assign", "capture", "increment", "decrement", "liquid"]);
/** The converter handles each line of these, or numbers their items. */
const LINE_SENSITIVE = ["ol", "blockquote", "pre"];

/**
 * Derives the text template of a mail from its HTML template, so that the conversion runs once per push, not per
 * recipient. Its output equals the converted HTML. Null if that is impossible (a condition or loop that crosses element
 * boundaries, a `raw` value, …); then the HTML of each mail is converted.
 */
export function textTemplate(html: string): string | null {
  if (isTooLarge(html)) return "";
  const liquid = markLiquid(html);
  const places = liquid && placeMarks(liquid.marked);
  if (!liquid || !places) return null;
  const { marked, marks } = liquid;
  if (!marks.every((mark, index) => isConvertible(mark, places.get(index)))) return null;
  const depths = blockDepths(marks, places);
  if (!depths) return null;

  const converted = htmlToText(marked);
  const shown = [...converted.matchAll(MARKS)].map(([, index]) => Number(index));
  const inText = shown.filter((index) => places.get(index)?.kind === "text");
  if (inText.some((index, at) => index <= (inText[at - 1] ?? -1))) return null;
  const hoisted: Mark[] = [];
  const unhoisted = new Set(inText);
  const firstShown = shown.reduce((first, index) => Math.min(first, index), Number.POSITIVE_INFINITY);
  for (const [index, mark] of marks.entries()) {
    if (!mark.tag || !STATEFUL_TAGS.has(mark.tag) || unhoisted.has(index)) continue;
    // A top-level assign before all shown marks: moving it to the start changes nothing.
    if (mark.tag !== "assign" || depths[index] !== 0 || index > firstShown) return null;
    hoisted.push(mark);
  }
  const text = joinTags(converted)
    .replace(/\{/g, '{{ "{" }}')
    .replace(MARKS, (_, index) => marks[Number(index)]?.source ?? "");
  return hoisted.map(({ source }) => source).join("") + text;
}

function isConvertible({ tag, source }: Mark, place: Place | undefined): boolean {
  if (!place) return false;
  if (place.kind === "hidden") return !tag || !STATEFUL_TAGS.has(tag);
  if (place.kind === "attribute") return !tag || !STATEFUL_TAGS.has(tag);
  // The value may contain elements.
  if (/\|\s*raw\b/.test(source)) return false;
  if (!tag) return true;
  return !LINE_SENSITIVE.some((name) => place.within.has(name)) && !(place.within.has("a") && STATEFUL_TAGS.has(tag));
}

/** The block depth of each mark; null if the tags of one block have different homes. */
function blockDepths(marks: readonly Mark[], places: ReadonlyMap<number, Place>): number[] | null {
  const open: { tag: string; home: string | undefined }[] = [];
  const depths: number[] = [];
  for (const [index, { tag }] of marks.entries()) {
    const home = places.get(index)?.home;
    const block = open.at(-1);
    if (tag && BLOCKS.has(tag)) open.push({ tag, home });
    else if (tag && (tag.startsWith("end") || tag === "else" || tag === "elsif" || tag === "when")) {
      if (!block || block.home !== home) return null;
      if (tag.startsWith("end") && open.pop()?.tag !== tag.slice(3)) return null;
    }
    depths.push(open.length);
  }
  return depths;
}
