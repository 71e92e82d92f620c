/** The most frequent of these in the header is a file's delimiter; of equally frequent ones the first. */
const DELIMITERS = [",", ";", "\t", "|"] as const;

/** The line that Excel writes to name the delimiter: `sep=;`, also in quotes. */
const SEP_LINE = /^[ \t]*"?sep=([^\n"A-Za-z0-9])"?([^\n]*)\n/i;
const BLANK_LINES = /^(?:[ \t]*\n)+/;

/** The beginning of a file, in front of its header. */
export interface CsvStart {
  readonly delimiter: string;
  /** Characters before the header: blank lines, and a line that names the delimiter. */
  readonly skipped: number;
}

/** Finds a file's delimiter and header. Null: more text is needed. Takes lines that end in LF. */
export function csvStart(text: string, isComplete: boolean): CsvStart | null {
  const skipped = BLANK_LINES.exec(text)?.[0].length ?? 0;
  const [sepLine, delimiter = "", rest = ""] = SEP_LINE.exec(text.slice(skipped)) ?? [];
  // Spreadsheets that kept the line as a row fill it up with empty cells: `sep=;;;;`.
  if (sepLine !== undefined && rest.replaceAll(delimiter, "").trim() === "") {
    return { delimiter, skipped: skipped + sepLine.length };
  }
  const header = firstRow(text.slice(skipped), isComplete);
  return header === null ? null : { delimiter: delimiterOf(header), skipped };
}

/** The text up to the first line end outside of quotes, or the first line where a quote is never closed. */
function firstRow(text: string, isComplete: boolean): string | null {
  let quotes = 0;
  for (let start = 0, end = text.indexOf("\n"); end >= 0; start = end, end = text.indexOf("\n", end + 1)) {
    quotes += text.slice(start, end).split('"').length - 1;
    if (quotes % 2 === 0) return text.slice(0, end);
  }
  return isComplete ? (text.split("\n", 1)[0] as string) : null;
}

function delimiterOf(header: string): string {
  const unquoted = header.replace(/"[^"]*"?/g, "");
  const counts = DELIMITERS.map((delimiter) => unquoted.split(delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] as string;
}
