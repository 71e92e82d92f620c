import Papa from "papaparse";
import { csvStart } from "./csv-start.ts";

/** One row of a CSV file: its cells, or why the row is unreadable. `line` is its first line in the file, from 1. */
export type CsvRow =
  | { readonly line: number; readonly cells: readonly string[] }
  | { readonly line: number; readonly problem: string };

/** Maximum length of a row; limits the search for a missing closing quote. */
const MAX_ROW_CHARACTERS = 64 * 1024;

/**
 * Reads CSV (RFC 4180) in pieces of any size. Lines end in CRLF, LF or CR; quoted cells may hold line breaks, which
 * become LF, and may stand behind spaces of any kind; blank lines are skipped. The delimiter is comma, semicolon, tab
 * or bar, by frequency in the header, or the one that a first line `sep=;` names.
 *
 * Papaparse alone would read everything from a stray quote to the next quote as one row. This reader rejects only the
 * line with the stray quote and continues with the next line.
 */
export class CsvReader {
  #rest = "";
  #line = 1;
  #delimiter: string | null = null;
  #quotes = quotesBehindSpaces(",");
  /** A CR at the end of the last piece: half of a CRLF, or a line end by itself. */
  #heldCr = "";
  /** Whether a line end has been read. */
  hasLineEnd = false;
  /** Inside a line that was rejected before its end arrived. */
  #skipping = false;
  readonly #given: string | null;

  /** @param delimiter null: to be found in the file */
  constructor(delimiter: string | null = null) {
    this.#given = delimiter;
  }

  /** The delimiter in use; null: the header has not come yet. */
  get delimiter(): string | null {
    return this.#delimiter;
  }

  /** Returns the rows that `text` completes. `last`: end of input, which ends the last row. */
  push(text: string, last = false): CsvRow[] {
    let block = this.#rest + this.#withLineFeeds(text, last);
    this.hasLineEnd ||= block.includes("\n");
    if (last && block !== "" && !block.endsWith("\n")) block += "\n";
    if (this.#skipping) {
      const end = endOfLine(block, 0);
      this.#skipping = block[end - 1] !== "\n";
      block = block.slice(end);
    }
    if (this.#delimiter === null) {
      const start = csvStart(block, last || block.length > MAX_ROW_CHARACTERS);
      if (start === null) {
        this.#rest = block;
        return [];
      }
      this.#delimiter = this.#given ?? start.delimiter;
      this.#quotes = quotesBehindSpaces(this.#delimiter);
      this.#line += lineBreaks([block.slice(0, start.skipped)]);
      block = block.slice(start.skipped);
    }
    if (this.#quotesBehindSpaces(block)) return this.#rowByRow(block, last);
    const { data, errors, meta } = parse(block, { delimiter: this.#delimiter });
    // An error in the last, incomplete row may disappear with the next piece.
    const valid = errors.every(({ row }) => row !== undefined && row >= data.length);
    const incomplete = block.length - meta.cursor;
    if (!valid || incomplete > MAX_ROW_CHARACTERS || (last && incomplete > 0)) return this.#rowByRow(block, last);
    this.#rest = block.slice(meta.cursor);
    return this.#numbered(data, block.includes('"'));
  }

  #withLineFeeds(text: string, last: boolean): string {
    const all = this.#heldCr + text;
    this.#heldCr = !last && all.endsWith("\r") ? "\r" : "";
    const whole = this.#heldCr === "" ? all : all.slice(0, -1);
    return whole.includes("\r") ? whole.replace(/\r\n?/g, "\n") : whole;
  }

  #quotesBehindSpaces(block: string): boolean {
    return block.includes('"') && this.#quotes.any.test(block);
  }

  #numbered(data: string[][], quotes: boolean): CsvRow[] {
    const rows: CsvRow[] = [];
    for (const cells of data) {
      if (cells.length > 1 || cells[0]?.trim() !== "") rows.push({ line: this.#line, cells });
      this.#line += quotes ? 1 + lineBreaks(cells) : 1;
    }
    return rows;
  }

  /** For a block with a bad row or spaces before quotes: parses each row alone, with as many lines as it needs. */
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

  /** The row at `start`, parsed from 1, 2, 4, … lines; null if the block ends before the row. */
  #firstRow(block: string, start: number, last: boolean): FirstRow | null {
    const config = { delimiter: this.#delimiter ?? ",", preview: 1, fastMode: false };
    const lineEnd = endOfLine(block, start);
    const bad = (problem: string): FirstRow => {
      this.#skipping = block[lineEnd - 1] !== "\n";
      return { cells: null, problem, end: lineEnd };
    };
    let end = lineEnd;
    for (let lines = 1; ; lines *= 2) {
      const text = this.#withoutSpacesBeforeQuotes(block.slice(start, end));
      const { data, errors, meta } = parse(text, config);
      // Later text can correct an error only where the last line is incomplete.
      const wholeLines = block[end - 1] === "\n";
      if (wholeLines && errors.length > 0) return bad('text behind a closing quote (a " inside quotes is written "")');
      if (wholeLines && data[0] !== undefined) {
        return { cells: data[0], end: afterLines(block, start, lineBreaks([text.slice(0, meta.cursor)])) };
      }
      if (end - start > MAX_ROW_CHARACTERS) return bad("too long for a row, or a quote that is never closed");
      if (end === block.length) return last ? bad("a quote that is never closed") : null;
      end = afterLines(block, end, lines);
    }
  }

  /** Papaparse reads ` "a, b"` as two cells. Matches each cell from its start, so that texts in quotes stay as they are. */
  #withoutSpacesBeforeQuotes(row: string): string {
    if (!this.#quotesBehindSpaces(row)) return row;
    return row.replace(this.#quotes.each, "$1$2");
  }
}

type FirstRow =
  | { readonly cells: string[]; readonly end: number }
  | { readonly cells: null; readonly problem: string; readonly end: number };

/** Parses the complete rows of `text`; an incomplete row begins at `meta.cursor`. */
function parse(text: string, config: Papa.ParseConfig): Papa.ParseResult<string[]> {
  return new Papa.Parser({ newline: "\n", ...config }).parse(text, 0, true);
}

/** `any` finds a quoted cell behind spaces, of any kind but the delimiter; `each` matches all quoted cells. */
function quotesBehindSpaces(delimiter: string): { readonly any: RegExp; readonly each: RegExp } {
  const inClass = delimiter.replace(/[\\\]^-]/, "\\$&");
  const start = `^|[${inClass}\n]`;
  const space = `(?![${inClass}])[^\\S\n]`;
  return {
    any: new RegExp(`(?:${start})(?:${space})+"`),
    each: new RegExp(`(${start})(?:${space})*("[^"]*(?:""[^"]*)*(?:"|$))`, "g"),
  };
}

/** Position after that many line breaks, or the text's end. */
function afterLines(text: string, from: number, lines: number): number {
  let end = from;
  for (let line = 0; line < lines && end < text.length; line++) end = endOfLine(text, end);
  return end;
}

/** Position after the next line break, or the text's end. */
function endOfLine(text: string, from: number): number {
  const at = text.indexOf("\n", from);
  return at < 0 ? text.length : at + 1;
}

function lineBreaks(cells: readonly string[]): number {
  return cells.reduce((sum, cell) => (cell.includes("\n") ? sum + cell.split("\n").length - 1 : sum), 0);
}
