import { encodedWords } from "./encoded-word.ts";

/** RFC 5322 section 2.1.1: recommended line length. */
const MAX_LINE = 78;
/** RFC 2047 section 2: length of a line with an encoded word. */
const MAX_ENCODED_LINE = 76;
/** Needs no encoding in a header: printable ASCII. */
const PRINTABLE = /^[\x20-\x7e]*$/;
// RFC 5322 section 3.2.3, with single spaces between atoms.
const ATOMS = /^[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+(?: [A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+)*$/;
/** A longer quoted name would have to fold within its quotes; encoded words fold anywhere. */
const MAX_PLAIN_NAME = 60;
/** A decoder would read this as the start of an encoded word. */
const ENCODED_WORD_START = "=?";

/**
 * Header text: runs of white space and control characters (also line breaks) become one space, lone surrogates U+FFFD.
 * Every user text in a header passes through this function, which prevents header injection.
 */
function oneLine(text: string): string {
  if (/^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/.test(text)) return text;
  return text
    .toWellFormed()
    .replace(/[\s\p{Cc}]+/gu, (run) => (run === "\u00a0" ? run : " "))
    .trim();
}

/** `Name: text` of an unstructured header (RFC 5322 section 2.2.1), folded, with CRLF. */
export function textHeader(name: string, value: string): string {
  const text = oneLine(value);
  const indent = name.length + 2;
  if (!PRINTABLE.test(text) || text.includes(ENCODED_WORD_START)) return `${name}: ${encodedWords(text, indent)}\r\n`;
  const folded = fold(text, indent);
  return `${name}: ${folded ?? encodedWords(text, indent)}\r\n`;
}

/**
 * `Name: display name <address>` (RFC 5322 section 3.4), folded, with CRLF.
 * @param value the display name; may be empty
 * @param address as `checkAddress` returned it
 */
export function mailboxHeader(name: string, value: string, address: string): string {
  const displayName = oneLine(value);
  if (displayName === "") return `${name}: ${address}\r\n`;
  const phrase = phraseOf(displayName, name.length + 2);
  const lastLine = phrase.includes("\r\n")
    ? phrase.length - phrase.lastIndexOf("\n") - 1
    : name.length + 2 + phrase.length;
  const separator = lastLine + address.length + 3 > MAX_ENCODED_LINE ? "\r\n " : " ";
  return `${name}: ${phrase}${separator}<${address}>\r\n`;
}

function phraseOf(text: string, indent: number): string {
  const isPlain = text.length <= MAX_PLAIN_NAME && PRINTABLE.test(text) && !text.includes(ENCODED_WORD_START);
  if (!isPlain) return encodedWords(text, indent);
  return ATOMS.test(text) ? text : `"${text.replace(/["\\]/g, "\\$&")}"`;
}

/** Folds a line at its spaces. Null if a word is too long for a line, or a fold would lose spaces. */
function fold(text: string, indent: number): string | null {
  if (indent + text.length <= MAX_LINE) return text;
  const words = text.split(" ");
  if (words.some((word) => word === "" || word.length >= MAX_LINE)) return null;
  let line = indent;
  let out = "";
  for (const word of words) {
    if (out === "") out = word;
    else if (line + 1 + word.length > MAX_LINE) {
      out += `\r\n ${word}`;
      line = 0;
    } else out += ` ${word}`;
    line += 1 + word.length;
  }
  return out;
}
