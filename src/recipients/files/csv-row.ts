/** The longest text between two quotes: a quote without another one within so many characters is a mistake. */
export const MAX_QUOTED_CHARACTERS = 2 * 1024 * 1024;

/** What stands at a place in a text, or why it is no row. Places are in characters. */
export type RowAt =
  | { readonly kind: "row"; readonly cells: string[]; readonly end: number }
  /** The text ends before the row does, in a line that begins at `from`. */
  | { readonly kind: "unfinished"; readonly from: number }
  /** No quote closes this one, in this text or within what one may hold. */
  | { readonly kind: "open"; readonly quote: number }
  /** The quote that closes this one has text behind it. */
  | { readonly kind: "unclean"; readonly quote: number };

/** Reads one row of CSV (RFC 4180), whose lines end in LF; quotes may stand behind spaces, and have spaces behind them. */
export function rowAt(text: string, start: number, delimiter: string): RowAt {
  const cells: string[] = [];
  let lineEnd = endOfText(text, start);
  for (let at = start; ; ) {
    const cell = cellIn(text, at, lineEnd, delimiter);
    const indent = cell.length - cell.trimStart().length;
    let end = at + cell.length;
    if (cell[indent] === '"') {
      const quote = at + indent;
      const close = closingQuote(text, quote + 1);
      if (close < 0 || close - quote > MAX_QUOTED_CHARACTERS) return { kind: "open", quote };
      // The next character may make it two quotes.
      if (close === text.length - 1) return { kind: "unfinished", from: quote };
      if (close > lineEnd) lineEnd = endOfText(text, close);
      const behind = cellIn(text, close + 1, lineEnd, delimiter);
      if (behind.trim() !== "") return { kind: "unclean", quote };
      end = close + 1 + behind.length;
      cells.push(text.slice(quote + 1, close).replaceAll('""', '"'));
    } else cells.push(cell);
    if (end < lineEnd) at = end + delimiter.length;
    else if (lineEnd < text.length) return { kind: "row", cells, end: lineEnd + 1 };
    else return { kind: "unfinished", from: at };
  }
}

/** The text up to the next delimiter of the line. */
function cellIn(text: string, from: number, lineEnd: number, delimiter: string): string {
  const line = text.slice(from, lineEnd);
  const end = line.indexOf(delimiter);
  return end < 0 ? line : line.slice(0, end);
}

function closingQuote(text: string, from: number): number {
  let at = text.indexOf('"', from);
  while (at >= 0 && text[at + 1] === '"') at = text.indexOf('"', at + 2);
  return at;
}

/** Where the line ends: at its LF, or with the text. */
function endOfText(text: string, from: number): number {
  const at = text.indexOf("\n", from);
  return at < 0 ? text.length : at;
}
