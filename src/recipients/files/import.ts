import { err, ok, type Result } from "../../core/result.ts";
import { UpsertBuffer, writeEntries } from "../upsert.ts";
import { CsvReader } from "./csv.ts";
import { type EntryReader, entryReader } from "./csv-entry.ts";
import { decoded } from "./encoding.ts";

/** Result of an import: created + updated + rejectedCount = rows. */
export interface ImportReport {
  /** Rows below the header, not counting those without any value. */
  rows: number;
  created: number;
  updated: number;
  /** The first 1,000 rejected rows. */
  rejected: { line: number; reason: string }[];
  /** The total. */
  rejectedCount: number;
}

const MAX_REPORTED = 1_000;
/** `curl -d @file` sends a file so. */
const CURL_REMOVES = "curl -d removes line ends: send the file with --data-binary";

/**
 * Imports a CSV file as a stream: columns address, username and area (in any case and order); all others become
 * attributes (texts, or numbers under a header `name:number`; empty cells omitted). A bad row is reported and does not
 * stop the import. An error concerns the header; nothing was imported. Throws where the database or the body fails; rows
 * written before stay, and importing the same file again completes the import.
 * @param encoding of a file without a byte order mark, as TextDecoder names it; null: UTF-8
 */
export async function importCsv(
  db: D1Database,
  body: ReadableStream<Uint8Array>,
  encoding: string | null,
  now: number,
): Promise<Result<ImportReport>> {
  const report: ImportReport = { rows: 0, created: 0, updated: 0, rejected: [], rejectedCount: 0 };
  const csv = new CsvReader();
  const buffer = new UpsertBuffer();
  let entryOf: EntryReader | null = null;
  let writing: Promise<void> = Promise.resolve();

  // Writes run one at a time in the file's order, so that the last row of an address wins; reading continues.
  const flush = async () => {
    await writing;
    writing = writeEntries(db, buffer.take(), now).then(({ created, updated }) => {
      report.created += created;
      report.updated += updated;
    });
    // Avoids an unhandled rejection before `writing` is awaited.
    writing.catch(() => {});
  };

  for await (const { text, last, encoding: read } of decoded(body, encoding)) {
    for (const row of csv.push(text, last)) {
      if ("cells" in row && row.cells.every((cell) => cell.trim() === "")) continue;
      if (entryOf === null) {
        if (!csv.hasLineEnd) return err(noLineEnd(read));
        const reader = "cells" in row ? entryReader(row.cells, read) : err(`line ${row.line}: ${row.problem}`);
        if (!reader.ok) return reader;
        entryOf = reader.value;
        continue;
      }
      report.rows++;
      const entry = "cells" in row ? entryOf(row.cells) : err(row.problem);
      if (entry.ok) buffer.add(entry.value);
      else reject(report, row.line, entry.error);
      if (buffer.full) await flush();
    }
  }
  if (entryOf === null) return err("the file is empty: expected a header line with a column named address");
  if (buffer.rows > 0) await flush();
  await writing;
  return ok(report);
}

function reject(report: ImportReport, line: number, reason: string): void {
  if (report.rejected.length < MAX_REPORTED) report.rejected.push({ line, reason });
  report.rejectedCount++;
}

function noLineEnd(encoding: string): string {
  const advice = encoding === "utf-8" ? CURL_REMOVES : `is it ${encoding.toUpperCase()}, as it was read?`;
  return `the file has no line end: expected a header line with a column named address, and a line for each recipient (${advice})`;
}
