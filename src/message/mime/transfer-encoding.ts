import { Buffer } from "node:buffer";

/** An encoded body part: ASCII lines separated by CRLF. */
export interface EncodedBody {
  readonly encoding: "7bit" | "quoted-printable" | "base64";
  readonly body: string;
}

/** RFC 5322 section 2.1.1, without the CRLF. */
const MAX_LINE = 998;
/** RFC 2045 sections 6.7 and 6.8. */
const MAX_ENCODED_LINE = 76;
/** Above this share of escapes (3 bytes for 1), base64 (4 bytes for 3) is shorter than quoted-printable. */
const QUOTED_PRINTABLE_SHARE = 0.17;
// Not tab, CR, LF or printable ASCII.
const NOT_PLAIN = /[^\t\r\n\x20-\x7e]/;
// Relays may remove blanks at the end of a line.
const BLANK_AT_LINE_END = /[ \t](?:\r\n|$)/;

/**
 * Encodes the body of a text part (RFC 2045 section 6): 7bit if possible, else the shorter of quoted-printable and
 * base64. Line ends become CRLF, lone surrogates U+FFFD. Adds no CRLF at the end.
 * @param mark the result does not contain it unless it is encoded; boundaries have it behind "=_", which encoded text
 *   cannot contain
 */
export function encodeBody(text: string, mark: string): EncodedBody {
  if (!NOT_PLAIN.test(text)) {
    const body = withCrlf(text);
    const isSafe = !BLANK_AT_LINE_END.test(body) && !hasLongLine(body) && !body.includes(mark);
    if (isSafe) return { encoding: "7bit", body };
  }
  const body = quotedPrintable(Buffer.from(text));
  return body === null
    ? { encoding: "base64", body: base64Lines(Buffer.from(withCrlf(text))) }
    : { encoding: "quoted-printable", body };
}

function withCrlf(text: string): string {
  return text.replace(/\r\n?|\n/g, "\r\n");
}

function hasLongLine(body: string): boolean {
  for (let start = 0; start < body.length; ) {
    const lineBreak = body.indexOf("\r\n", start);
    const end = lineBreak < 0 ? body.length : lineBreak;
    if (end - start > MAX_LINE) return true;
    start = end + 2;
  }
  return false;
}

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const EQUALS = 0x3d;
const HEX = Buffer.from("0123456789ABCDEF");

const LITERAL = 0;
const ESCAPED = 1;
const LINE_END = 2;
const BLANK = 3;
/** The treatment of each byte in quoted-printable. */
const KIND = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte === CR || byte === LF) return LINE_END;
  if (byte === SPACE || byte === TAB) return BLANK;
  return byte > SPACE && byte <= 0x7e && byte !== EQUALS ? LITERAL : ESCAPED;
});

/**
 * RFC 2045 section 6.7; line ends become CRLF. Null if base64 is shorter. One pass over the bytes, since most of the
 * time of composing a mail is spent here.
 */
function quotedPrintable(bytes: Uint8Array): string | null {
  let escapesLeft = Math.ceil(bytes.length * QUOTED_PRINTABLE_SHARE);
  // At most two bytes per byte, plus one per escape; a soft line break (3 bytes) after at least 73.
  const out = new Uint8Array(Math.ceil((bytes.length * 2 + escapesLeft) * (1 + 3 / 73)) + 6);
  const endsLine = (i: number) => i + 1 === bytes.length || KIND[bytes[i + 1] as number] === LINE_END;
  let length = 0;
  let column = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number;
    const kind = KIND[byte] as number;
    if (kind === LINE_END) {
      if (byte === CR && bytes[i + 1] === LF) i++;
      out[length++] = CR;
      out[length++] = LF;
      column = 0;
      continue;
    }
    const isEscaped = kind === ESCAPED || (kind === BLANK && endsLine(i));
    const width = isEscaped ? 3 : 1;
    // The last character of a line may use the column reserved for a soft line break.
    if (column + width >= MAX_ENCODED_LINE && !(column + width === MAX_ENCODED_LINE && endsLine(i))) {
      out[length++] = EQUALS;
      out[length++] = CR;
      out[length++] = LF;
      column = 0;
    }
    if (isEscaped) {
      if (--escapesLeft < 0) return null;
      out[length++] = EQUALS;
      out[length++] = HEX[byte >> 4] as number;
      out[length++] = HEX[byte & 15] as number;
    } else out[length++] = byte;
    column += width;
  }
  return Buffer.from(out.buffer, 0, length).toString("latin1");
}

function base64Lines(bytes: Buffer): string {
  const encoded = bytes.toString("base64");
  const lines: string[] = [];
  for (let start = 0; start < encoded.length; start += MAX_ENCODED_LINE) {
    lines.push(encoded.slice(start, start + MAX_ENCODED_LINE));
  }
  // A string built by appending would keep a node for each line for as long as the body is kept.
  return lines.join("\r\n");
}
