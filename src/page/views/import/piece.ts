/** Rows that go to the API in one call, as CSV in UTF-8. */
export class Piece {
  readonly #header: string;
  readonly #lines: string[] = [];
  readonly #rows: SourceRow[] = [];
  /** The line of the piece on which each row begins. */
  readonly #starts: number[] = [];
  readonly #firstLine: number;
  #nextLine: number;
  #characters = 0;

  constructor(header: readonly string[]) {
    this.#header = lineOf(header);
    this.#firstLine = this.#header.split("\n").length;
    this.#nextLine = this.#firstLine;
  }

  get rows(): number {
    return this.#rows.length;
  }

  get characters(): number {
    return this.#characters;
  }

  /**
   * @param cells in the order of the header
   * @param row where they come from
   */
  add(cells: readonly string[], row: SourceRow): void {
    const line = lineOf(cells);
    this.#lines.push(line);
    this.#rows.push(row);
    this.#starts.push(this.#nextLine);
    this.#nextLine += line.split("\n").length - 1;
    this.#characters += line.length;
  }

  /** @param from the first row, @param count how many */
  csv(from = 0, count = this.rows): string {
    return this.#header + this.#lines.slice(from, from + count).join("");
  }

  /**
   * The row on a line of `csv(from)`.
   *
   * @param line from 1, the header's
   */
  rowAt(line: number, from = 0): SourceRow | undefined {
    const wanted = line - this.#firstLine + (this.#starts[from] ?? this.#firstLine);
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#starts[middle] as number) <= wanted) low = middle;
      else high = middle - 1;
    }
    return this.#rows[low];
  }
}

/** A row of the file. */
export interface SourceRow {
  /** From 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** RFC 4180. Line breaks within a cell are LF. */
function lineOf(cells: readonly string[]): string {
  return `${cells.map((cell) => (/[",;\t|\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(",")}\n`;
}
