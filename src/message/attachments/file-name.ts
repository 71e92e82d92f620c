/** RFC 5322 section 2.1.1, for lines that begin with a blank. */
const MAX_LINE = 78;
/** What a line `; filename*12*=…;` has beside its text. */
const CONTINUATION_OVERHEAD = "  filename*12*=;".length;
const CHARSET = "UTF-8''";
// RFC 2231 section 7: attribute-char.
const LITERAL = /^[A-Za-z0-9!#$&+.^_`{|}~-]$/;
const PRINTABLE = /^[\x20-\x7e]*$/;
const MAX_PLAIN_NAME = 60;

/**
 * Parameters for a file's name, each on a line of its own after `;`. A name beyond short ASCII is written as RFC 2231
 * has it, which mail readers know in Content-Disposition.
 * @param filename as `checkFilename` accepts it
 */
export function filenameParameter(filename: string): string {
  if (isPlain(filename)) return `;\r\n filename=${quoted(filename)}`;
  const pieces = percentPieces(filename, MAX_LINE - CONTINUATION_OVERHEAD - CHARSET.length);
  const [only] = pieces;
  if (pieces.length === 1) return `;\r\n filename*=${CHARSET}${only}`;
  return pieces.map((piece, n) => `;\r\n filename*${n}*=${n === 0 ? CHARSET : ""}${piece}`).join("");
}

/** The parameter `name` of Content-Type, for readers that know no RFC 2231: ASCII, alike as far as that goes. */
export function nameParameter(filename: string): string {
  return `;\r\n name=${quoted(isPlain(filename) ? filename : asciiName(filename))}`;
}

/** Decoders take `=?` for the start of an encoded word, even within quotes. */
function isPlain(filename: string): boolean {
  return filename.length <= MAX_PLAIN_NAME && PRINTABLE.test(filename) && !filename.includes("=?");
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

function asciiName(filename: string): string {
  const ascii = filename
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .replace(/[^\x20-\x7e]+|=\?/gu, "_")
    // "／" becomes one.
    .replace(/[/\\]/g, "_");
  const dot = ascii.lastIndexOf(".");
  const extension = dot > 0 && ascii.length - dot <= 10 ? ascii.slice(dot) : "";
  const stem = ascii.slice(0, ascii.length - extension.length).slice(0, MAX_PLAIN_NAME - extension.length);
  return `${/[A-Za-z0-9]/.test(stem) ? stem : "attachment"}${extension}`;
}

/** The text in percent encoding, in pieces of at most `max` characters; no character is split. */
function percentPieces(text: string, max: number): string[] {
  const pieces: string[] = [];
  let piece = "";
  for (const char of text) {
    const encoded = LITERAL.test(char) ? char : percentEncoded(char);
    if (piece.length + encoded.length > max) {
      pieces.push(piece);
      piece = "";
    }
    piece += encoded;
  }
  return [...pieces, piece];
}

function percentEncoded(char: string): string {
  return [...new TextEncoder().encode(char)]
    .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`)
    .join("");
}
