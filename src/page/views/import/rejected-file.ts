import { BYTE_ORDER_MARK, csvLine } from "../../../core/csv-line.ts";
import type { RejectedRow } from "./job.ts";

/**
 * The rejected rows as a CSV file, as they stood, with their lines and the reasons before them. A cell that a spreadsheet
 * would take for a formula begins with an apostrophe.
 *
 * @param heads of the two columns before
 * @param names of the file's columns
 */
export function rejectedFile(
  rows: readonly RejectedRow[],
  heads: readonly [line: string, reason: string],
  names: readonly string[],
): Blob {
  const lines = rows.map(({ line, reason, cells }) => csvLine([String(line), reason, ...cells]));
  return new Blob([BYTE_ORDER_MARK, csvLine([...heads, ...names]), ...lines], { type: "text/csv;charset=utf-8" });
}

/** Lets the reader save a file that was made here. */
export function saveFile(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
