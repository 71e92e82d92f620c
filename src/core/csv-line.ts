/** What spreadsheets begin a formula with, white space before it and full-width forms included. */
const FORMULA = /^[\s'"]*[=+\-@\uff1d\uff0b\uff0d\uff20|%]|^[\t\r\n]/;
/** An apostrophe that `cellOf` has put before such a text. */
const DEFENDED = /^'(?=[\s'"]*[=+\-@\uff1d\uff0b\uff0d\uff20|%]|[\t\r\n])/;

/** A line of a CSV file (RFC 4180). A cell that a spreadsheet would take for a formula begins with an apostrophe. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(cellOf).join(",")}\r\n`;
}

/** The text of a cell without the apostrophe that `csvLine` puts before some. */
export function withoutDefence(cell: string): string {
  return cell.replace(DEFENDED, "");
}

function cellOf(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n\t';]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Before a file: lets Excel read it as UTF-8. */
export const BYTE_ORDER_MARK = "\ufeff";
