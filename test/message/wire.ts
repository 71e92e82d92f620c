import fc from "fast-check";

/** Pieces that have broken mail composers. */
const PIECES = [
  ..."\r\n|\n|\r|\0|\t| |  |\"|\\|'|<|>|@|,|;|:|(|)|[|]|=|_|?|.|\r\n.\r\n|\r\n\r\n|\n.|From |--|=_|=3D|&|%0d%0a".split(
    "|",
  ),
  ..."=?|?=|=?UTF-8?Q?a?=|=?UTF-8?B?YQ==?=|Bcc: evil@example.com|\r\nBcc: evil@example.com\r\n|\u2028|\u0085|\u00a0|\u3000|\ufeff|\x1b|\x7f".split(
    "|",
  ),
  ..."王|小明|é|ß|€|👨‍👩‍👧|🏳️‍🌈|e\u0301|\u202e|\ud83d|\udc4d|\ufffd".split("|"),
  "a",
  "word",
  "x".repeat(75),
  "y".repeat(1200),
  "名".repeat(40),
];

/** Text of the kind that finds the holes. */
export const hostileText = fc
  .array(fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...PIECES) }, fc.string({ unit: "binary", maxLength: 8 })), {
    maxLength: 12,
  })
  .map((pieces) => pieces.join(""));

/** As a reader sees it: what counts is the words, not the white space between them, nor what turns their direction. */
export function words(text: string): string {
  return text
    .toWellFormed()
    .replace(/\p{Bidi_Control}/gu, "")
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim();
}

/** The lines of a body, however they ended, and without the marks that decoders drop. */
export function lines(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?/g, "\n")
    .replace(/\ufeff/g, "")
    .replace(/\n+$/, "");
}

/** What is wrong with a message as it goes over the line, by RFC 5322, 2045 and 2047; empty: nothing. */
export function faults(content: Uint8Array): string[] {
  const wire = new TextDecoder("latin1").decode(content);
  const found: string[] = [];
  const all = wire.split("\r\n");
  const head = wire.slice(0, wire.indexOf("\r\n\r\n"));
  if (!wire.endsWith("\r\n")) found.push("does not end in CRLF");
  if (/\r(?!\n)|(?<!\r)\n/.test(wire)) found.push("a bare CR or LF");
  if (/[^\t\r\n\x20-\x7e]/.test(wire)) found.push("a byte that is neither printable ASCII nor white space");
  if (all.some((line) => line.length > 998)) found.push("a line over 998");
  for (const line of head.split("\r\n")) {
    // One word can't be folded: an address, a Message-ID.
    if (line.length > 78 && !/^(?:[\w-]+:)? ?\S+$/.test(line)) found.push(`an unfolded header line: ${line}`);
    if (line.trim() === "") found.push("a header line of blanks");
    if (/=\?.*\?=/.test(line) && line.length > 76) found.push(`a line with an encoded word over 76: ${line}`);
    if (/^[^"]*"(?:[^"\\]|\\.)*=\?/.test(line)) found.push(`an encoded word within quotes: ${line}`);
  }
  for (const [word] of head.matchAll(/=\?[^?\s]+\?[^?\s]\?[^?\s]*\?=/g)) {
    if (word.length > 75) found.push(`an encoded word over 75: ${word}`);
    const decoded = decodeWord(word);
    if (decoded === null) found.push(`an encoded word that splits a character: ${word}`);
    else if (/\p{Cc}/u.test(decoded)) found.push(`an encoded word with a control character: ${word}`);
  }
  return found;
}

/** The names of the headers, in their order. */
export function headerNames(content: Uint8Array): string[] {
  const wire = new TextDecoder("latin1").decode(content);
  const head = wire.slice(0, wire.indexOf("\r\n\r\n"));
  return head
    .replace(/\r\n[ \t]+/g, " ")
    .split("\r\n")
    .map((line) => line.slice(0, line.indexOf(":")));
}

/** One encoded word decoded on its own, as RFC 2047 section 5 wants it to be possible; null where it is not. */
function decodeWord(word: string): string | null {
  const [, , encoding, text = ""] = word.split("?");
  const binary =
    encoding === "B"
      ? atob(text)
      : text.replace(/_/g, " ").replace(/=(..)/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  try {
    const bytes = Uint8Array.from(binary, (char) => char.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
