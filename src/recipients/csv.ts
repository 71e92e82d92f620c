import Papa from "papaparse";

/** One row of a CSV file: its cells, or why it can't be read. `line` is the file's line on which it begins, from 1. */
export type CsvRow =
  | { readonly line: number; readonly cells: readonly string[] }
  | { readonly line: number; readonly problem: string };

/** The most that one row may take: an unclosed quote is noticed after this. */
const MAX_ROW_CHARACTERS = 64 * 1024;
const DELIMITERS = [",", ";", "\t"] as const;

/**
 * Reads CSV (RFC 4180) in pieces of any size. Lines may end in CRLF or LF, quoted cells may hold line breaks, blank
 * lines are skipped; the delimiter is the one of comma, semicolon and tab that the first line has most of.
 *
 * Papaparse does the reading; alone, it would take everything from a stray quote to the next one for a single row.
 * Here such a row is one bad row: it ends with its first line, and reading goes on at the next.
 */
export class CsvReader {
  #rest = "";
  #line = 1;
  #delimiter: string | null = null;
  /** In the rest of a line that was rejected before its end was seen. */
  #skipping = false;

  /** The rows that `text` completes. `last`: there is no more, so that what is left is a row. */
  push(text: string, last = false): CsvRow[] {
    let block = (this.#rest + text).replaceAll("\r\n", "\n");
    if (last && block !== "" && !block.endsWith("\n")) block += "\n";
    if (this.#skipping) {
      const end = endOfLine(block, 0);
      this.#skipping = block[end - 1] !== "\n";
      block = block.slice(end);
    }
    if (this.#delimiter === null) {
      const end = block.indexOf("\n");
      if (end < 0 && block.length <= MAX_ROW_CHARACTERS) {
        this.#rest = block;
        return [];
      }
      this.#delimiter = delimiterOf(end < 0 ? block : block.slice(0, end));
    }
    const { data, errors, meta } = parse(block, { delimiter: this.#delimiter });
    // An error in the row that is not complete yet may vanish with the next piece.
    const sound = errors.every(({ row }) => row !== undefined && row >= data.length);
    const left = block.length - meta.cursor;
    if (!sound || left > MAX_ROW_CHARACTERS || (last && left > 0)) return this.#rowByRow(block, last);
    this.#rest = block.slice(meta.cursor);
    return this.#numbered(data, block.includes('"'));
  }

  #numbered(data: string[][], quotes: boolean): CsvRow[] {
    const rows: CsvRow[] = [];
    for (const cells of data) {
      if (cells.length > 1 || cells[0]?.trim() !== "") rows.push({ line: this.#line, cells });
      this.#line += quotes ? 1 + lineBreaks(cells) : 1;
    }
    return rows;
  }

  /** The careful way, for a block with a bad row in it: each row is tried with as many lines as it takes. */
  #rowByRow(block: string, last: boolean): CsvRow[] {
    const rows: CsvRow[] = [];
    let start = 0;
    while (start < block.length) {
      const row = this.#firstRow(block, start, last);
      if (row === null) break;
      if (row.cells === null) rows.push({ line: this.#line++, problem: row.problem });
      else rows.push(...this.#numbered([row.cells], true));
      start = row.end;
    }
    this.#rest = block.slice(start);
    return rows;
  }

  /** The row at `start`, read from one line, then two, then four; null where the block ends before the row does. */
  #firstRow(block: string, start: number, last: boolean): FirstRow | null {
    const config = { delimiter: this.#delimiter ?? ",", preview: 1, fastMode: false };
    const lineEnd = endOfLine(block, start);
    const bad = (problem: string): FirstRow => {
      this.#skipping = block[lineEnd - 1] !== "\n";
      return { cells: null, problem, end: lineEnd };
    };
    let end = lineEnd;
    for (let lines = 1; ; lines *= 2) {
      const { data, errors, meta } = parse(block.slice(start, end), config);
      // What comes after a line's end can't mend this; after a piece's end it can.
      const settled = block[end - 1] === "\n";
      if (settled && errors.length > 0) return bad('text behind a closing quote (a " inside quotes is written "")');
      if (settled && data[0] !== undefined) return { cells: data[0], end: start + meta.cursor };
      if (end - start > MAX_ROW_CHARACTERS) return bad("too long for a row, or a quote that is never closed");
      if (end === block.length) return last ? bad("a quote that is never closed") : null;
      for (let more = 0; more < lines && end < block.length; more++) end = endOfLine(block, end);
    }
  }
}

type FirstRow =
  | { readonly cells: string[]; readonly end: number }
  | { readonly cells: null; readonly problem: string; readonly end: number };

/** The rows that end in `text`; what follows them, from `meta.cursor` on, is left. */
function parse(text: string, config: Papa.ParseConfig): Papa.ParseResult<string[]> {
  return new Papa.Parser({ newline: "\n", ...config }).parse(text, 0, true);
}

function delimiterOf(line: string): string {
  const most = Math.max(...DELIMITERS.map((delimiter) => line.split(delimiter).length));
  return DELIMITERS.find((delimiter) => line.split(delimiter).length === most) ?? ",";
}

/** Just behind the next line break, or the end of the text. */
function endOfLine(text: string, from: number): number {
  const at = text.indexOf("\n", from);
  return at < 0 ? text.length : at + 1;
}

function lineBreaks(cells: readonly string[]): number {
  return cells.reduce((sum, cell) => (cell.includes("\n") ? sum + cell.split("\n").length - 1 : sum), 0);
}
