import { Buffer } from "node:buffer";
import type { Attachment, AttachmentInfo } from "./attachment.ts";
import { base64LinesSize, putBase64Lines } from "./base64.ts";
import { filenameParameter, nameParameter } from "./file-name.ts";

/** The boundaries of a push's mails; none is the start of another, and all end with `mark`. */
export interface Boundaries {
  /** No text of a mail has it, unless its encoding excludes `=_`. */
  readonly mark: string;
  readonly alternative: string;
  readonly related: string;
  readonly mixed: string;
}

/** @param mark hexadecimal digits */
export function boundariesOf(mark: string): Boundaries {
  return { mark, alternative: `=_${mark}`, related: `=_r${mark}`, mixed: `=_m${mark}` };
}

/** The end of all mails of a push: its files. */
export interface Tail {
  /** Which multiparts it ends: with inline files, and with attached ones. */
  readonly related: boolean;
  readonly mixed: boolean;
  /** ASCII lines, none beginning with a dot. */
  readonly bytes: Uint8Array;
}

/** Bytes beside the base64 of one file, at most: two delimiters and the headers. */
const FRAME_BYTES = 2_000;

/** What `tailOf` will take for these files, in bytes; rather too much. */
export function tailSize(files: readonly Pick<AttachmentInfo, "size">[]): number {
  return files.reduce((sum, { size }) => sum + base64LinesSize(size) + FRAME_BYTES, 0);
}

/**
 * Encodes a push's files, once for all mails: multipart/related has those with a Content-ID (RFC 2387), multipart/mixed
 * the others. Null: there are none.
 */
export function tailOf(files: readonly Attachment[], boundaries: Boundaries): Tail | null {
  const inline = files.filter(({ contentId }) => contentId !== null);
  const attached = files.filter(({ contentId }) => contentId === null);
  if (files.length === 0) return null;
  const parts = [...partsOf(inline, boundaries.related), ...partsOf(attached, boundaries.mixed)];
  const bytes = Buffer.allocUnsafeSlow(parts.reduce((sum, part) => sum + sizeOf(part), 0));
  let at = 0;
  for (const part of parts) {
    at = typeof part === "string" ? at + bytes.write(part, at, "latin1") : putBase64Lines(part, bytes, at);
  }
  return { related: inline.length > 0, mixed: attached.length > 0, bytes };
}

/** A text that is ASCII, or bytes to be encoded. */
type Part = string | Uint8Array;

function sizeOf(part: Part): number {
  return typeof part === "string" ? part.length : base64LinesSize(part.length);
}

function partsOf(files: readonly Attachment[], boundary: string): Part[] {
  if (files.length === 0) return [];
  const parts = files.flatMap((file): Part[] => {
    // The delimiter's own CRLF, which the last line of base64 has.
    const end = file.bytes.length === 0 ? ["\r\n"] : [file.bytes];
    return [`--${boundary}\r\n${headersOf(file)}\r\n`, ...end];
  });
  return [...parts, `--${boundary}--\r\n`];
}

/** RFC 2183, RFC 2392. */
function headersOf({ filename, contentType, contentId }: Attachment): string {
  return (
    `Content-Type: ${contentType}${nameParameter(filename)}\r\n` +
    "Content-Transfer-Encoding: base64\r\n" +
    `Content-Disposition: ${contentId === null ? "attachment" : "inline"}${filenameParameter(filename)}\r\n` +
    (contentId === null ? "" : `Content-ID: <${contentId}>\r\n`)
  );
}
