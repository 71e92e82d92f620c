// Search by a part of a text, without regard to case. `instr`, because a LIKE pattern ends at 50 bytes in D1 and in an
// object, and gives % and _ a meaning.

/**
 * The texts to look for in `lower(column)`. SQLite's `lower` knows ASCII alone, so other letters are looked for as given
 * and in both cases.
 */
export function needlesOf(search: string): string[] {
  const text = search.normalize("NFC");
  return [...new Set([text, text.toLowerCase(), text.toUpperCase()].map(asciiLower))];
}

/** An SQL condition: one of the columns holds one of the needles, which are bound from `?firstBind` on. */
export function holdsAny(columns: readonly string[], needles: readonly string[], firstBind: number): string {
  const one = (column: string, n: number) => `instr(lower(${column}), ?${firstBind + n}) > 0`;
  return `(${columns.flatMap((column) => needles.map((_, n) => one(column, n))).join(" OR ")})`;
}

function asciiLower(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
