import { err, ok, type Result } from "../core/result.ts";
import { CsvReader } from "./csv.ts";
import { type EntryReader, entryReader } from "./csv-entry.ts";
import { UpsertBuffer, writeEntries } from "./upsert.ts";

/** What became of a file: created + updated + rejectedCount = rows. */
export interface ImportReport {
  /** Rows below the header, blank lines not counted. */
  rows: number;
  created: number;
  updated: number;
  /** The first of the rows that were not taken. */
  rejected: { line: number; reason: string }[];
  /** All of them. */
  rejectedCount: number;
}

const MAX_REPORTED = 1_000;
const PIECE_BYTES = 64 * 1024;

/**
 * Imports a CSV file as it arrives: columns address, username and area (in any case and order), all others into
 * attributes as texts, empty cells left out. A bad row is reported and never stops the rest. The error is about the
 * header, and then nothing was imported. Throws where the database or the body fails; what was written until then
 * stays, and importing the same file again completes it.
 */
export async function importCsv(
  db: D1Database,
  body: ReadableStream<Uint8Array>,
  now: number,
): Promise<Result<ImportReport>> {
  const report: ImportReport = { rows: 0, created: 0, updated: 0, rejected: [], rejectedCount: 0 };
  const csv = new CsvReader();
  const buffer = new UpsertBuffer();
  let entryOf: EntryReader | null = null;
  let writing: Promise<void> = Promise.resolve();

  // One write at a time, in the file's order so that the last row of an address wins; reading goes on meanwhile.
  const flush = async () => {
    await writing;
    writing = writeEntries(db, buffer.take(), now).then(({ created, updated }) => {
      report.created += created;
      report.updated += updated;
    });
    // Whoever awaits it gets the failure; until then it is no unhandled one.
    writing.catch(() => {});
  };

  for await (const { text, last } of pieces(body)) {
    for (const row of csv.push(text, last)) {
      if (entryOf === null) {
        const reader = "cells" in row ? entryReader(row.cells) : err(`line ${row.line}: ${row.problem}`);
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

/** The body as text, in pieces worth parsing; what is not UTF-8 becomes U+FFFD, which rejects the row it is in. */
async function* pieces(body: ReadableStream<Uint8Array>): AsyncGenerator<{ text: string; last: boolean }> {
  const decoder = new TextDecoder();
  let text = "";
  // Whoever gave the body may still want to read it to its end.
  for await (const bytes of body.values({ preventCancel: true })) {
    text += decoder.decode(bytes, { stream: true });
    if (text.length < PIECE_BYTES) continue;
    yield { text, last: false };
    text = "";
  }
  yield { text: text + decoder.decode(), last: true };
}
