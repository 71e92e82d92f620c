/** What one part of the benchmark found, ready to be shown. */
export interface Report {
  readonly title: string;
  /** How it was measured, in a sentence or two. */
  readonly method: string;
  /** Columns by name, the same in every row. */
  readonly rows: readonly Record<string, string>[];
  readonly goals: readonly Goal[];
  /** What the numbers do not say by themselves; what limits one that was not reached. */
  readonly notes?: readonly string[];
}

/** A number to reach. */
export interface Goal {
  readonly what: string;
  readonly wanted: string;
  readonly measured: string;
  readonly reached: boolean;
}

/** A goal of at least so much, or at most. */
export function goal(what: string, measured: number, bound: "≥" | "≤", wanted: number, unit = ""): Goal {
  const reached = bound === "≥" ? measured >= wanted : measured <= wanted;
  return { what, wanted: `${bound} ${show(wanted)}${unit}`, measured: `${show(measured)}${unit}`, reached };
}

/** A number with the digits that mean something: 4,874, 12.3, 0.66. */
export function show(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString("en", { maximumFractionDigits: digits });
}

/** The same in Markdown, without a heading. */
export function markdownOf(report: Report): string {
  const goals = report.goals.map(({ what, wanted, measured, reached }) => ({
    "to reach": what,
    wanted,
    measured,
    reached: reached ? "yes" : "**no**",
  }));
  const notes = (report.notes ?? []).map((note) => `- ${note}`).join("\n");
  return [report.method, tableOf(report.rows), tableOf(goals), notes].filter((part) => part !== "").join("\n\n");
}

function tableOf(rows: readonly Record<string, string>[]): string {
  const columns = Object.keys(rows[0] ?? {});
  if (columns.length === 0) return "";
  const widths = columns.map((column) =>
    Math.max(3, ...[column, ...rows.map((row) => row[column] ?? "")].map(widthOf)),
  );
  const line = (cells: readonly string[]) => `| ${cells.map((cell, at) => pad(cell, widths[at] ?? 0)).join(" | ")} |`;
  return [
    line(columns),
    line(widths.map((width) => "-".repeat(width))),
    ...rows.map((row) => line(columns.map((column) => row[column] ?? ""))),
  ].join("\n");
}

function widthOf(text: string): number {
  return [...text].length;
}

function pad(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - widthOf(text)));
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}
