// White space, control and format characters (zero-width ones, soft hyphens), and letters and signs that show nothing.
const UNSEEN = /[\s\p{Cc}\p{Cf}\p{M}\u115f\u1160\u2800\u3164\uffa0]+/gu;
/** Their text is not part of the page. */
const UNSHOWN = /^(?:style|script|title|template|noscript)$/;
const IMAGES = /^(?:img|svg|picture|video|object|embed|iframe|input|button|v:image|v:fill)$/;
const TAG_NAME = /^<\/?([a-z][^\s/>]*)/i;
/** An image by another way than an element. */
const BACKGROUND = /\bbackground\s*=|url\(/i;

/** True for a text that shows nothing. */
export function isBlankText(text: string): boolean {
  return !/[\x21-\x7e]/.test(text) && text.replace(UNSEEN, "") === "";
}

/** True for an HTML document that shows neither text nor an image. Reads up to the first one; linear. */
export function isBlankHtml(html: string): boolean {
  for (let at = 0; at < html.length; ) {
    const open = html.indexOf("<", at);
    if (!isBlankText(withoutBlankEntities(html.slice(at, open < 0 ? undefined : open)))) return false;
    if (open < 0) return true;
    if (html.startsWith("<!--", open)) {
      const end = html.indexOf("-->", open + 4);
      if (end < 0) return true;
      at = end + 3;
      continue;
    }
    // A tag's name is short; a "<" before anything else is text.
    const name = TAG_NAME.exec(html.slice(open, open + 40))?.[1]?.toLowerCase();
    if (name === undefined && !/^<[/!?]/.test(html.slice(open, open + 2))) return false;
    const end = endOfTag(html, open);
    if (name !== undefined && html[open + 1] !== "/") {
      if (IMAGES.test(name) || BACKGROUND.test(html.slice(open, end))) return false;
      if (UNSHOWN.test(name)) {
        at = afterElement(html, end, name);
        continue;
      }
    }
    at = end;
  }
  return true;
}

/** The index after a tag's ">", which may also stand within quotes. */
function endOfTag(html: string, open: number): number {
  for (let at = open + 1; at < html.length; at++) {
    const char = html[at];
    if (char === ">") return at + 1;
    if (char !== '"' && char !== "'") continue;
    const closing = html.indexOf(char, at + 1);
    // Without a closing quote there is none after any later tag either: this search fails twice at most.
    if (closing >= 0) at = closing;
  }
  return html.length;
}

function afterElement(html: string, from: number, name: string): number {
  const closing = new RegExp(`</${name}\\b`, "gi");
  closing.lastIndex = from;
  const found = closing.exec(html);
  return found === null ? html.length : endOfTag(html, found.index);
}

function withoutBlankEntities(text: string): string {
  if (!text.includes("&")) return text;
  return text
    .replace(/&(?:nbsp|zwnj|zwj|shy|ensp|emsp|thinsp|hairsp|lrm|rlm|ZeroWidthSpace|NoBreak|Tab|NewLine);?/g, "")
    .replace(/&#(?:x([0-9a-f]{1,6})|(\d{1,7}));?/gi, (_, hex, decimal) => {
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd";
    });
}
