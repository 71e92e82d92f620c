import { Buffer } from "node:buffer";

/** RFC 2047 section 2: length of an encoded word, delimiters included. */
const MAX_ENCODED_WORD = 75;
/** RFC 2047 section 2: length of a line with an encoded word. */
const MAX_ENCODED_LINE = 76;
const OVERHEAD = "=?UTF-8?B??=".length;
/** Literal in Q, also within a phrase (RFC 2047 section 5, rule 3). A space becomes "_". */
const Q_LITERAL = /[A-Za-z0-9!*+\-/ ]/;

/**
 * Text as folded encoded words (RFC 2047), in Q or B, whichever is shorter: split between characters, words of at most
 * 75 characters, lines of at most 76.
 * @param indent characters already on the first line
 */
export function encodedWords(text: string, indent: number): string {
  const encoding = qLength(text) <= bLength(text) ? "Q" : "B";
  const width = (used: number) => Math.min(MAX_ENCODED_WORD, MAX_ENCODED_LINE - used) - OVERHEAD;
  const words: string[] = [];
  let room = width(indent);
  let from = 0;
  let used = 0;
  let bytes = 0;
  let at = 0;
  for (const char of text) {
    const charBytes = utf8Bytes(char);
    const length = encoding === "Q" ? used + qCharLength(char) : base64Length(bytes + charBytes);
    if (length > room && at > from) {
      words.push(word(text.slice(from, at), encoding));
      from = at;
      used = 0;
      bytes = 0;
      room = width(1);
    }
    used += qCharLength(char);
    bytes += charBytes;
    at += char.length;
  }
  words.push(word(text.slice(from), encoding));
  return words.join("\r\n ");
}

const ENCODED_WORD = /=\?([^?*\s]+)(?:\*[^?\s]*)?\?([bq])\?([^?]*)\?=/gi;
/** White space between two encoded words is not part of the text (RFC 2047 section 6.2). */
const BETWEEN_WORDS = /(?<=\?=)\s+(?==\?[^?\s]+\?[bq]\?[^?]*\?=)/gi;

/** Decodes the encoded words in a text. A word of an unknown charset, or with wrong bytes, stays as it is. */
export function decodeWords(text: string): string {
  if (!text.includes("=?")) return text;
  const words = [...text.replace(BETWEEN_WORDS, "").matchAll(ENCODED_WORD)];
  const source = words[0]?.input ?? text;
  let decoded = "";
  let end = 0;
  for (let first = 0; first < words.length; ) {
    const start = words[first]?.index ?? 0;
    // Some composers split a character between words: the bytes of adjacent words are one text.
    let last = first;
    while (
      words[last + 1] &&
      endOf(words[last]) === words[last + 1]?.index &&
      isSameCharset(words[last], words[last + 1])
    ) {
      last++;
    }
    const run = words.slice(first, last + 1);
    decoded += source.slice(end, start) + (decodedRun(run) ?? source.slice(start, endOf(words[last])));
    end = endOf(words[last]);
    first = last + 1;
  }
  return decoded + source.slice(end);
}

function endOf(match: RegExpMatchArray | undefined): number {
  return (match?.index ?? 0) + (match?.[0].length ?? 0);
}

function isSameCharset(a: RegExpMatchArray | undefined, b: RegExpMatchArray | undefined): boolean {
  return a?.[1]?.toLowerCase() === b?.[1]?.toLowerCase();
}

function decodedRun(words: readonly RegExpMatchArray[]): string | null {
  const bytes = words.map(([, , encoding = "", text = ""]) =>
    encoding.toLowerCase() === "b" ? Buffer.from(text, "base64") : Buffer.from(unescapedQ(text), "latin1"),
  );
  try {
    return new TextDecoder(words[0]?.[1], { fatal: true, ignoreBOM: false }).decode(Buffer.concat(bytes));
  } catch {
    return null;
  }
}

function unescapedQ(text: string): string {
  return text
    .replace(/_/g, " ")
    .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function word(text: string, encoding: "Q" | "B"): string {
  const bytes = Buffer.from(text);
  return `=?UTF-8?${encoding}?${encoding === "B" ? bytes.toString("base64") : q(text)}?=`;
}

function q(text: string): string {
  let out = "";
  for (const char of text) {
    if (char === " ") out += "_";
    else if (Q_LITERAL.test(char)) out += char;
    else for (const byte of Buffer.from(char)) out += `=${byte < 16 ? "0" : ""}${byte.toString(16).toUpperCase()}`;
  }
  return out;
}

function qLength(text: string): number {
  let length = 0;
  for (const char of text) length += qCharLength(char);
  return length;
}

function qCharLength(char: string): number {
  return Q_LITERAL.test(char) ? 1 : 3 * utf8Bytes(char);
}

function bLength(text: string): number {
  return base64Length(Buffer.byteLength(text));
}

function base64Length(bytes: number): number {
  return 4 * Math.ceil(bytes / 3);
}

function utf8Bytes(char: string): number {
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}
