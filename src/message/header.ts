import { encodedWords } from "./encoded-word.ts";

/** RFC 5322 section 2.1.1: lines should not be longer. */
const MAX_LINE = 78;
/** RFC 2047 section 2: nor a line that holds an encoded word. */
const MAX_ENCODED_LINE = 76;
/** What can stand in a header as it is: printable ASCII. */
const PRINTABLE = /^[\x20-\x7e]*$/;
// RFC 5322 section 3.2.3, with single spaces between atoms.
const ATOMS = /^[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+(?: [A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+)*$/;
/** A quoted name longer than this would have to be folded within the quotes; encoded words fold anywhere. */
const MAX_PLAIN_NAME = 60;
/** A decoder would take this for the beginning of an encoded word. */
const ENCODED_WORD_START = "=?";

/**
 * Text as it may stand in a header. White space and control characters, line breaks among them, become one space; half
 * characters become U+FFFD. All user text that goes into a header goes through here.
 */
function oneLine(text: string): string {
  if (/^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/.test(text)) return text;
  return text
    .toWellFormed()
    .replace(/[\s\p{Cc}]+/gu, (run) => (run === "\u00a0" ? run : " "))
    .trim();
}

/** `Name: text`, CRLF included, for a header that is free text (RFC 5322 section 2.2.1), folded. */
export function textHeader(name: string, value: string): string {
  const text = oneLine(value);
  const indent = name.length + 2;
  if (!PRINTABLE.test(text) || text.includes(ENCODED_WORD_START)) return `${name}: ${encodedWords(text, indent)}\r\n`;
  const folded = fold(text, indent);
  return `${name}: ${folded ?? encodedWords(text, indent)}\r\n`;
}

/**
 * `Name: display name <address>`, CRLF included (RFC 5322 section 3.4), folded.
 * @param value may be empty
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

/** Breaks a line at its spaces. Null where a word is too long for a line, or spaces would be lost at a fold. */
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
