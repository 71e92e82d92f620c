import { startStack } from "../scripts/stack.ts";
import { goal, type Report, show } from "./report.ts";

const ROWS = 1_000_000;
/** Has no factor in common with `ROWS`, so that its multiples visit every row once, in no order of address. */
const STRIDE = 617_293;

/** What the import answers. */
interface Answer {
  readonly rows: number;
  readonly created: number;
  readonly updated: number;
  readonly rejectedCount: number;
}

/** A million recipients by CSV into an empty database, and the same file once more. */
export async function importPart(): Promise<Report> {
  const csv = shuffledCsv(ROWS);
  const stack = await startStack();
  try {
    await stack.api("POST", "/api/recipients/import", "address\r\nwarm-up@example.com\r\n");
    const runs: { what: string; seconds: number; report: Answer; peakBytes: number }[] = [];
    for (const what of ["into an empty database", "the same file again"]) {
      const startedAt = performance.now();
      const report = await stack.api<Answer>("POST", "/api/recipients/import", csv);
      const seconds = (performance.now() - startedAt) / 1000;
      runs.push({ what, seconds, report, peakBytes: stack.workerd()?.peakBytes ?? Number.NaN });
    }
    const [first] = runs;
    return {
      title: "Import",
      method:
        `${show(ROWS)} recipients (${show(csv.length / 1e6)} MB: address, username, area, one attribute; in no order of address) by ` +
        "`POST /api/recipients/import` into the local D1 of `wrangler dev`, from the request to its answer.",
      rows: runs.map(({ what, seconds, report, peakBytes }) => ({
        import: what,
        "rows/s": show(report.rows / seconds),
        seconds: show(seconds),
        created: show(report.created),
        updated: show(report.updated),
        rejected: show(report.rejectedCount),
        "workerd, peak memory so far": `${show(peakBytes / 2 ** 20)} MB`,
      })),
      goals: [
        goal("rows/s into an empty database", ROWS / (first?.seconds ?? Number.NaN), "≥", 50_000),
        goal("rows created", first?.report.created ?? 0, "≥", ROWS),
      ],
    };
  } finally {
    await stack.stop();
  }
}

function shuffledCsv(rows: number): string {
  const lines = ["address,username,area,city"];
  for (let n = 0; n < rows; n++) {
    const index = (n * STRIDE) % rows;
    lines.push(`reader${index}@area${index % 10}.example,王秀英 ${index},area${index % 10},北京`);
  }
  return `${lines.join("\r\n")}\r\n`;
}
