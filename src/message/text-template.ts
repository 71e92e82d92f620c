import { joinTags, MARKS, type Mark, markLiquid, type Place, placeMarks } from "./marks.ts";
import { htmlToText, isTooLarge } from "./plain-text.ts";

const BLOCKS = new Set(["if", "unless", "for", "case", "capture", "tablerow"]);
/** What comes after depends on these having run. */
const REMEMBERED = new Set(["assign", "capture", "increment", "decrement", "liquid"]);
/** Here a converter needs to see each line, or to count. */
const LINE_BY_LINE = ["ol", "blockquote", "pre"];

/**
 * A Liquid template for the text of a mail, made of the one for its HTML, so that the conversion is paid once a push
 * and not once a recipient. Rendered, it says what the converted HTML would. Null where that can't be had: conditions
 * and loops that cut across elements, values put out `raw`, and the like; then each mail's HTML has to be converted.
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
  for (const [index, mark] of marks.entries()) {
    if (!mark.tag || !REMEMBERED.has(mark.tag) || inText.includes(index)) continue;
    // Set in the head of the document, ahead of everything: it can as well be set first.
    if (mark.tag !== "assign" || depths[index] !== 0 || index > Math.min(...shown)) return null;
    hoisted.push(mark);
  }
  const text = joinTags(converted)
    .replace(/\{/g, '{{ "{" }}')
    .replace(MARKS, (_, index) => marks[Number(index)]?.source ?? "");
  return hoisted.map(({ source }) => source).join("") + text;
}

function isConvertible({ tag, source }: Mark, place: Place | undefined): boolean {
  if (!place) return false;
  if (place.kind === "hidden") return !tag || !REMEMBERED.has(tag);
  if (place.kind === "attribute") return !tag || !REMEMBERED.has(tag);
  // The value brings elements of its own.
  if (/\|\s*raw\b/.test(source)) return false;
  if (!tag) return true;
  return !LINE_BY_LINE.some((name) => place.within.has(name)) && !(place.within.has("a") && REMEMBERED.has(tag));
}

/** How many blocks are around each mark; null where the parts of one block stand in different places. */
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
