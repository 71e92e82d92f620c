import { wireAddress } from "../../recipients/address.ts";
import type { Mailbox } from "../../recipients/mailbox.ts";
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
 * Characters that control the direction of text are removed: they make a name or subject show what it does not say.
 * Every user text in a header passes through this function, which prevents header injection.
 */
export function oneLine(text: string): string {
  if (/^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/.test(text)) return text;
  return text
    .toWellFormed()
    .replace(/\p{Bidi_Control}+/gu, "")
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

/** `Name: display name <address>` (RFC 5322 section 3.4), folded, with CRLF. An empty name is left out. */
export function mailboxHeader(name: string, { name: displayName, address }: Mailbox): string {
  return addressListHeader(name, [{ name: displayName, address }]);
}

/** `Name: mailbox, mailbox` (RFC 5322 section 3.4), folded, with CRLF. Addresses as `checkAddress` returned them. */
export function addressListHeader(name: string, mailboxes: readonly Mailbox[]): string {
  let header = `${name}:`;
  for (const [index, mailbox] of mailboxes.entries()) {
    const comma = index + 1 < mailboxes.length ? "," : "";
    const displayName = oneLine(mailbox.name);
    const address = wireAddress(mailbox.address);
    if (displayName === "") header = joined(header, `${address}${comma}`);
    else {
      // Encoded words need room on their first line.
      if (header.length - lineStart(header) > MAX_ENCODED_LINE / 2) header += "\r\n";
      header += ` ${phraseOf(displayName, header.length - lineStart(header) + 1)}`;
      header = joined(header, `<${address}>${comma}`);
    }
  }
  return `${header}\r\n`;
}

/** Appends a word, on a new line where the last has no room. */
function joined(header: string, word: string): string {
  const used = header.length - lineStart(header);
  // The name of a header is not alone on a line.
  const fits = used + 1 + word.length <= MAX_ENCODED_LINE || !header.includes(" ");
  return `${header}${fits ? " " : "\r\n "}${word}`;
}

function lineStart(header: string): number {
  return header.lastIndexOf("\n") + 1;
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
