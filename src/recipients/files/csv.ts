import Papa from "papaparse";
import { MAX_QUOTED_CHARACTERS, rowAt } from "./csv-row.ts";
import { csvStart } from "./csv-start.ts";

/** One row of a CSV file: its cells, or why the row is unreadable. `line` is its first line in the file, from 1. */
export type CsvRow =
  | { readonly line: number; readonly cells: readonly string[] }
  | { readonly line: number; readonly problem: string };

/** The most that a row may have, in characters. */
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
  /** Characters to wait for. */
  #wanted = 0;
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
    if (!last && block.length < this.#wanted) {
      this.#rest = block;
      return [];
    }
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
    const rows = this.#rowsOf(block, last);
    // An open quote: what follows is looked at again only when there is as much again of it.
    this.#wanted = this.#rest.length > MAX_ROW_CHARACTERS ? 2 * this.#rest.length : 0;
    return rows;
  }

  #rowsOf(block: string, last: boolean): CsvRow[] {
    if (block.includes('"') && this.#quotes.test(block)) return this.#rowByRow(block, last);
    const { data, errors, meta } = parse(block, { delimiter: this.#delimiter ?? "," });
    // An error in the last, incomplete row may disappear with the next piece.
    const valid = errors.every(({ row }) => row !== undefined && row >= data.length) && !data.some(isTooLong);
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

  #numbered(data: string[][], quotes: boolean): CsvRow[] {
    const rows: CsvRow[] = [];
    for (const cells of data) {
      if (cells.length > 1 || cells[0]?.trim() !== "") rows.push({ line: this.#line, cells });
      this.#line += quotes ? 1 + lineBreaks(cells) : 1;
    }
    return rows;
  }

  /** For a block with a bad row or spaces before quotes. */
  #rowByRow(block: string, last: boolean): CsvRow[] {
    const rows: CsvRow[] = [];
    let start = 0;
    const refuse = (end: number, problem: string): void => {
      rows.push({ line: this.#line, problem });
      this.#skipping = block[end - 1] !== "\n";
      this.#line += lineBreaks([block.slice(start, end)]) + (this.#skipping ? 1 : 0);
      start = end;
    };
    const lineOf = (at: number): number => this.#line + lineBreaks([block.slice(start, at)]);
    while (start < block.length) {
      const row = rowAt(block, start, this.#delimiter ?? ",");
      if (row.kind === "row" && !isTooLong(row.cells)) {
        rows.push(...this.#numbered([row.cells], true));
        start = row.end;
      } else if (row.kind === "row") {
        refuse(row.end, tooLong(this.#line, lineOf(row.end - 1)));
      } else if (row.kind === "unclean") {
        // Only up to the end of the line where it opens: if that quote is the mistake, the next lines are rows.
        refuse(endOfLine(block, row.quote), `the quote that opens in line ${lineOf(row.quote)} ${UNCLEAN}`);
      } else if (row.kind === "open") {
        if (!last && block.length - row.quote <= MAX_QUOTED_CHARACTERS) break;
        refuse(endOfLine(block, row.quote), `the quote that opens in line ${lineOf(row.quote)} ${OPEN}`);
      } else {
        if (block.length - row.from <= MAX_ROW_CHARACTERS) break;
        refuse(block.length, tooLong(this.#line, this.#line));
      }
    }
    this.#rest = block.slice(start);
    return rows;
  }
}

const UNCLEAN = 'has text behind the one that closes it (a " inside quotes is written "")';
const OPEN = "is never closed";

function isTooLong(cells: readonly string[]): boolean {
  return cells.reduce((sum, cell) => sum + cell.length + 1, 0) > MAX_ROW_CHARACTERS;
}

function tooLong(first: number, last: number): string {
  const most = `longer than ${MAX_ROW_CHARACTERS} characters, the most that a row may have`;
  return first === last ? most : `${most}: quotes hold lines ${first} to ${last} together, and none of them was read`;
}

/** Parses the complete rows of `text`; an incomplete row begins at `meta.cursor`. */
function parse(text: string, config: Papa.ParseConfig): Papa.ParseResult<string[]> {
  return new Papa.Parser({ newline: "\n", ...config }).parse(text, 0, true);
}

/** Finds a quoted cell behind spaces, of any kind but the delimiter. */
function quotesBehindSpaces(delimiter: string): RegExp {
  const inClass = delimiter.replace(/[\\\]^-]/, "\\$&");
  return new RegExp(`(?:^|[${inClass}\n])(?:(?![${inClass}])[^\\S\n])+"`);
}

/** Position after the next line break, or the text's end. */
function endOfLine(text: string, from: number): number {
  const at = text.indexOf("\n", from);
  return at < 0 ? text.length : at + 1;
}

function lineBreaks(cells: readonly string[]): number {
  return cells.reduce((sum, cell) => (cell.includes("\n") ? sum + cell.split("\n").length - 1 : sum), 0);
}
