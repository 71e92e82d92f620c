import { CsvReader, type CsvRow } from "../../../recipients/files/csv.ts";
import { guessEncoding, guessUtf16, isWorkbook, markedEncoding } from "./encoding.ts";

// Loaded once a file is there: the CSV parser is heavy. It is the API's own, so that both see the same rows.

const SLICE_BYTES = 1_000_000;
const PREVIEW_BYTES = 256_000;
const PREVIEW_ROWS = 3;

/** How a file is to be read. */
export interface Shape {
  /** As TextDecoder names it. */
  readonly encoding: string;
  readonly delimiter: string;
}

export interface Preview extends Shape {
  /** The first line's cells. */
  readonly header: readonly string[];
  /** The next lines that can be read. */
  readonly rows: readonly { readonly line: number; readonly cells: readonly string[] }[];
  /** Characters in the beginning that the encoding does not have. */
  readonly unreadable: number;
  /** Lines of the whole file, judged by the length of the first ones. */
  readonly aboutLines: number;
}

/** Why there is nothing to preview. */
export type PreviewFault = "empty" | "workbook" | "bad-header";

/**
 * The beginning of a file, read as asked, or as its bytes suggest.
 *
 * @param asked null: to be found
 */
export async function previewOf(
  file: Blob,
  asked: { readonly encoding: string | null; readonly delimiter: string | null },
  languages: readonly string[],
): Promise<Preview | PreviewFault> {
  const start = await bytesOf(file, 0, PREVIEW_BYTES);
  if (start.length === 0) return "empty";
  if (isWorkbook(start)) return "workbook";
  const encoding = asked.encoding ?? (await encodingOf(file, start, languages));
  const isWhole = start.length === file.size;
  const text = new TextDecoder(encoding).decode(start, { stream: !isWhole });
  const csv = new CsvReader(asked.delimiter);
  const found = csv.push(text, isWhole).filter((row) => !isBlank(row));
  const [header, ...rest] = found;
  if (header === undefined) return isWhole ? "empty" : "bad-header";
  if (!("cells" in header)) return "bad-header";
  const rows = rest.filter((row) => "cells" in row).slice(0, PREVIEW_ROWS);
  const lines = Math.max(1, text.split(/\r\n|\r|\n/).length - (isWhole && /[\r\n]$/.test(text) ? 1 : 0));
  return {
    encoding,
    delimiter: csv.delimiter ?? ",",
    header: header.cells,
    rows,
    unreadable: text.split("\ufffd").length - 1,
    aboutLines: isWhole ? lines : Math.round((lines / start.length) * file.size),
  };
}

/** By its mark, or by its first bytes beyond ASCII, which may stand far down. */
async function encodingOf(file: Blob, start: Uint8Array, languages: readonly string[]): Promise<string> {
  const sure = markedEncoding(start) ?? guessUtf16(start);
  if (sure !== null) return sure;
  for (let offset = 0; offset < file.size; offset += SLICE_BYTES) {
    const bytes = await bytesOf(file, offset, SLICE_BYTES);
    const at = bytes.findIndex((byte) => byte >= 0x80);
    if (at >= 0) return guessEncoding(await bytesOf(file, offset + at, PREVIEW_BYTES), languages);
  }
  return "utf-8";
}

/** Some rows of a file, in its order, and how far it was read. */
export interface Portion {
  readonly rows: readonly CsvRow[];
  readonly bytesRead: number;
}

/** All rows of a file but blank ones, its first line too, slice by slice: the whole file is never in memory. */
export async function* portionsOf(file: Blob, { encoding, delimiter }: Shape): AsyncGenerator<Portion> {
  const decoder = new TextDecoder(encoding);
  const csv = new CsvReader(delimiter);
  for (let offset = 0; ; offset += SLICE_BYTES) {
    const bytes = await bytesOf(file, offset, SLICE_BYTES);
    const isLast = offset + bytes.length >= file.size;
    const rows = csv.push(decoder.decode(bytes, { stream: !isLast }), isLast).filter((row) => !isBlank(row));
    yield { rows, bytesRead: offset + bytes.length };
    if (isLast) return;
  }
}

/**
 * How many rows a file has, its first line among them; they are not read further where `isWanted` says no.
 *
 * @returns null: not wanted any more
 */
export async function rowsIn(file: Blob, shape: Shape, isWanted: () => boolean): Promise<number | null> {
  let count = 0;
  for await (const { rows } of portionsOf(file, shape)) {
    if (!isWanted()) return null;
    count += rows.length;
  }
  return count;
}

async function bytesOf(file: Blob, offset: number, length: number): Promise<Uint8Array> {
  return new Uint8Array(await file.slice(offset, offset + length).arrayBuffer());
}

function isBlank(row: CsvRow): boolean {
  return "cells" in row && row.cells.every((cell) => cell.trim() === "");
}
