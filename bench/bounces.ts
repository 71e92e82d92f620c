/**
 * Measures the reading of bounces and spam reports on mails whose meaning is known.
 *
 *   npm run bench:bounces -- DIRECTORY [--json]
 *
 * DIRECTORY has `mail/*.eml` and `labels.json`: each mail's name without `.eml`, and for each of its recipients `status`,
 * `reply`, `reason`, `hard` and `feedback`, as the Sisimai project labels its collection. Statuses x.0.9nn are that
 * project's own: right when the class digit is.
 *
 * Prints each disagreement and the totals, with `--json` as one object. Exits with 1 if a share is too low.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { judge, type Label, readAll } from "./bounces/judge.ts";
import { sum, type Totals } from "./bounces/totals.ts";

const [directory] = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
if (directory === undefined) {
  console.error("Which directory? npm run bench:bounces -- DIRECTORY [--json]");
  process.exit(2);
}
const labels = JSON.parse(readFileSync(join(directory, "labels.json"), "utf8")) as Record<string, Label[]>;
const mails = readdirSync(join(directory, "mail"))
  .filter((file) => file.endsWith(".eml"))
  .map((file) => ({ name: file.slice(0, -4), raw: readFileSync(join(directory, "mail", file)) }));

const judged = (await readAll(mails)).flatMap((read) => judge(read, labels[read.name] ?? []));
const totals: Totals = sum(judged);
const wrong = judged.filter(({ classRight, statusRight }) => !classRight || !statusRight);

if (process.argv.includes("--json")) {
  console.log(JSON.stringify({ totals, disagreements: wrong }, null, 2));
} else {
  for (const { name, index, expected, got, classRight } of wrong) {
    console.log(`${classRight ? "status" : "CLASS "} ${name}[${index}] ${expected} → ${got}`);
  }
  for (const share of totals.shares) {
    const { title, right, of, wanted } = share;
    const percent = of === 0 ? "–" : `${((100 * right) / of).toFixed(1)} %`;
    console.log(`${title.padEnd(58)} ${right} of ${of} (${percent}, wanted ${wanted * 100} %)`);
  }
}
process.exit(totals.enough ? 0 : 1);
