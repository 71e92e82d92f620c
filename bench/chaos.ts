/**
 * Breaks everything that may break while a push runs, and holds the ledger against what the relays know.
 *
 *   npm run chaos -- [--transport smtp|worker-mailer] [--recipients 5000] [--kills 5] [--seed 1] [--save]
 *
 * Without --transport both, one after the other, some four minutes each. --save keeps the tables in bench/README.md.
 * Leave src/ alone meanwhile: `wrangler dev` reloads what is edited. Exits with 1 if one promise was broken.
 */
import { parseArgs } from "node:util";
import { judge } from "./chaos/judge.ts";
import { reportOf } from "./chaos/report.ts";
import { type ChaosOptions, runChaos } from "./chaos/run.ts";
import { circumstances, load } from "./machine.ts";
import { keep } from "./readme.ts";
import { markdownOf } from "./report.ts";

const TRANSPORTS = ["smtp", "worker-mailer"] as const;

const { values } = parseArgs({
  options: {
    transport: { type: "string" },
    recipients: { type: "string", default: "5000" },
    kills: { type: "string", default: "5" },
    seed: { type: "string", default: "1" },
    save: { type: "boolean", default: false },
  },
});

const chosen = TRANSPORTS.filter((transport) => (values.transport ?? transport) === transport);
if (chosen.length === 0) {
  console.error(`--transport ${values.transport}: expected ${TRANSPORTS.join(" or ")}`);
  process.exit(2);
}

const loadBefore = load();
const results: string[] = [];
let broken = 0;
for (const transport of chosen) {
  const options: ChaosOptions = {
    transport,
    recipients: Number(values.recipients),
    kills: Number(values.kills),
    seed: Number(values.seed),
    say: (line) => console.log(`  ${line}`),
  };
  console.log(`\n${transport}: ${options.recipients} recipients, ${options.kills} kills, seed ${options.seed}`);
  const aftermath = await runChaos(options);
  const result = markdownOf(reportOf(aftermath));
  console.log(`\n${result}\n`);
  results.push(result);
  for (const sentence of judge(aftermath).wrong) {
    broken++;
    console.error(`BROKEN  ${sentence}`);
  }
}
if (values.save) keep("chaos", [...results, circumstances(loadBefore)].join("\n\n"));
console.log(broken === 0 ? "Nothing lost, nothing doubled that was not in doubt." : `${broken} promises broken.`);
process.exit(broken === 0 ? 0 : 1);
