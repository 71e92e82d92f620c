import { BYTE_ORDER_MARK, csvLine, withoutDefence } from "../../core/csv-line.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { checkAddress } from "../address.ts";
import {
  addSuppressions,
  type KnownSuppression,
  listSuppressions,
  MAX_DETAIL_CHARACTERS,
  SUPPRESSION_REASONS,
  type Suppression,
  type SuppressionQuery,
  type SuppressionReason,
} from "../suppressions.ts";
import { CsvReader } from "./csv.ts";
import { decoded } from "./encoding.ts";

/** Result of an import: added + known + rejectedCount = rows. */
export interface SuppressionReport {
  /** Rows below the header, not counting those without any value. */
  rows: number;
  added: number;
  /** Suppressed before for the same reason; they keep their words and time. */
  known: number;
  /** The first 1,000 rejected rows. */
  rejected: { line: number; reason: string }[];
  rejectedCount: number;
}

const MAX_REPORTED = 1_000;
const ROWS_PER_WRITE = 1_000;
const PAGE = 5_000;
const COLUMNS = ["address", "reason", "detail", "push", "recipient", "created_at"] as const;

/**
 * Imports a CSV file as a stream: columns address, and if they are there reason (none: manual) and detail; others are
 * ignored. A bad row is reported and does not stop the import. The error concerns the header; nothing was imported.
 * Importing the same file again completes an import that broke off.
 */
export async function importSuppressions(
  db: D1Database,
  body: ReadableStream<Uint8Array>,
  encoding: string | null,
  now: number,
): Promise<Result<SuppressionReport>> {
  const report: SuppressionReport = { rows: 0, added: 0, known: 0, rejected: [], rejectedCount: 0 };
  const csv = new CsvReader();
  let entryOf: ((cells: readonly string[]) => Result<Suppression>) | null = null;
  let entries: Suppression[] = [];
  const write = async () => {
    const added = await addSuppressions(db, entries, now);
    report.added += added;
    report.known += entries.length - added;
    entries = [];
  };
  for await (const { text, last } of decoded(body, encoding)) {
    for (const row of csv.push(text, last)) {
      if ("cells" in row && row.cells.every((cell) => cell.trim() === "")) continue;
      if (entryOf === null) {
        const reader = "cells" in row ? readerOf(row.cells) : err(`line ${row.line}: ${row.problem}`);
        if (!reader.ok) return reader;
        entryOf = reader.value;
        continue;
      }
      report.rows++;
      const entry = "cells" in row ? entryOf(row.cells) : err(row.problem);
      if (entry.ok) entries.push(entry.value);
      else {
        if (report.rejected.length < MAX_REPORTED) report.rejected.push({ line: row.line, reason: entry.error });
        report.rejectedCount++;
      }
      if (entries.length >= ROWS_PER_WRITE) await write();
    }
  }
  if (entryOf === null) return err("the file is empty: expected a header line with a column named address");
  await write();
  return ok(report);
}

function readerOf(header: readonly string[]): Result<(cells: readonly string[]) => Result<Suppression>> {
  const names = header.map((cell) => cell.trim().toLowerCase());
  const duplicate = COLUMNS.find((name) => names.indexOf(name) !== names.lastIndexOf(name));
  if (duplicate !== undefined) return err(`two columns are named ${duplicate}`);
  if (!names.includes("address")) return err("no column named address");
  return ok((cells) => {
    const cell = (name: (typeof COLUMNS)[number]) => withoutDefence((cells[names.indexOf(name)] ?? "").trim());
    const address = checkAddress(cell("address"));
    if (!address.ok) return address;
    const reason = cell("reason").toLowerCase() || "manual";
    if (!isReason(reason)) {
      return err(`reason: ${JSON.stringify(reason.slice(0, 64))}: expected ${SUPPRESSION_REASONS.join(", ")}`);
    }
    const detail = cell("detail").replaceAll("\u0000", "").slice(0, MAX_DETAIL_CHARACTERS).toWellFormed();
    return ok({ address: address.value, reason, detail: detail || null, push: null });
  });
}

function isReason(text: string): text is SuppressionReason {
  return SUPPRESSION_REASONS.some((reason) => reason === text);
}

const encoder = new TextEncoder();

/**
 * The suppressions as a CSV file (RFC 4180, UTF-8), in pages, ordered by address. A cell that a spreadsheet would take
 * for a formula begins with an apostrophe; `importSuppressions` removes it.
 *
 * @param isMarked begins it with a byte order mark
 */
export function exportSuppressions(
  db: D1Database,
  selection: Pick<SuppressionQuery, "reason" | "search">,
  isMarked: boolean,
): ReadableStream<Uint8Array> {
  let after: SuppressionQuery["after"] = null;
  let started = false;
  return new ReadableStream({
    async pull(controller) {
      if (!started) controller.enqueue(encoder.encode((isMarked ? BYTE_ORDER_MARK : "") + csvLine(COLUMNS)));
      started = true;
      const page: KnownSuppression[] = await listSuppressions(db, { ...selection, after, limit: PAGE });
      if (page.length > 0) controller.enqueue(encoder.encode(page.map(rowOf).join("")));
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) controller.close();
      else after = { address: last.address, reason: last.reason };
    },
  });
}

function rowOf({ address, reason, detail, push, recipient, createdAt }: KnownSuppression): string {
  return csvLine([address, reason, detail ?? "", push ?? "", `${recipient ?? ""}`, new Date(createdAt).toISOString()]);
}
