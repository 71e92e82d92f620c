import { Buffer } from "node:buffer";
import { err, ok, type Result } from "../../core/result.ts";

/** RFC 2045 section 6.8: characters of a line, and the bytes that they stand for. */
const LINE_CHARS = 76;
const LINE_BYTES = 57;
const CRLF_LENGTH = 2;
const CR = 13;
const LF = 10;
const DIGITS = Uint8Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", (digit) =>
  digit.charCodeAt(0),
);
const PADDING = "=".charCodeAt(0);

/**
 * Decodes base64 (RFC 4648 section 4): with its padding, without white space, the bits that pad are zero. The error says
 * at which character it is something else.
 */
export function decodeBase64(text: string): Result<Uint8Array> {
  const wrong = /[^A-Za-z0-9+/]/.exec(text);
  const end = wrong?.index ?? text.length;
  const padding = text.slice(end);
  if (!/^={0,2}$/.test(padding)) return err(unexpected(text, padding.startsWith("=") ? stray(text, end) : end));
  if (text.length % 4 !== 0)
    return err(`ends after ${text.length} characters: expected a multiple of four, padded with =`);
  const bytes = Buffer.from(text, "base64");
  // Others could hide bits there, and the same file would have two forms.
  if (padding !== "" && !text.endsWith(bytes.subarray(-(bytes.length % 3)).toString("base64"))) {
    return err(`character ${end}: ${JSON.stringify(text[end - 1])} leaves bits over in the last byte`);
  }
  // A copy of a view copies what is around it too: small buffers stand in a larger one.
  return ok(bytes.length === bytes.buffer.byteLength ? new Uint8Array(bytes.buffer) : new Uint8Array(bytes));
}

/** Where what follows the first padding stops to be padding. */
function stray(text: string, from: number): number {
  let at = from;
  while (at < from + 2 && text[at] === "=") at++;
  return at;
}

function unexpected(text: string, at: number): string {
  const char = String.fromCodePoint(text.codePointAt(at) ?? 0);
  const shown = /^\s$/.test(char) ? "white space" : JSON.stringify(char);
  return `character ${at + 1}: ${shown} is not expected in base64 there`;
}

/** The size of `bytes` bytes in base64 lines, each with CRLF. */
export function base64LinesSize(bytes: number): number {
  const chars = Math.ceil(bytes / 3) * 4;
  return chars + Math.ceil(chars / LINE_CHARS) * CRLF_LENGTH;
}

/** Writes base64 lines, each with CRLF, into `out` from `start` on; gives where they end. No text is made of them. */
export function putBase64Lines(bytes: Uint8Array, out: Uint8Array, start: number): number {
  let end = start;
  for (let line = 0; line < bytes.length; line += LINE_BYTES) {
    const lineEnd = Math.min(line + LINE_BYTES, bytes.length);
    for (let at = line; at < lineEnd; at += 3) {
      const [a, b, c] = [bytes[at] as number, bytes[at + 1] ?? 0, bytes[at + 2] ?? 0];
      out[end++] = DIGITS[a >> 2] as number;
      out[end++] = DIGITS[((a & 3) << 4) | (b >> 4)] as number;
      out[end++] = at + 1 < lineEnd ? (DIGITS[((b & 15) << 2) | (c >> 6)] as number) : PADDING;
      out[end++] = at + 2 < lineEnd ? (DIGITS[c & 63] as number) : PADDING;
    }
    out[end++] = CR;
    out[end++] = LF;
  }
  return end;
}
