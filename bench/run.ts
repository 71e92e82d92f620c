/**
 * Measures mailpush and keeps what it found in bench/README.md.
 *
 *   npm run bench             all parts
 *   npm run bench -- NAME …   some of them
 *
 * It takes a few minutes. Leave src/ alone meanwhile: `wrangler dev` reloads what is edited, and its queue forgets
 * everything. Exits with 1 if a number was not reached.
 */
import { costPart } from "./cost.ts";
import { endToEndPart } from "./end-to-end.ts";
import { exportPart } from "./export.ts";
import { feedbackPart } from "./feedback.ts";
import { importPart } from "./import.ts";
import { ledgerPart } from "./ledger.ts";
import { limitsPart } from "./limits.ts";
import { listMailPart } from "./list-mail.ts";
import { livePart } from "./live.ts";
import { circumstances, load } from "./machine.ts";
import { memoryPart } from "./memory.ts";
import { pagePart } from "./page.ts";
import { keep } from "./readme.ts";
import { type Relay, startRelay } from "./relay.ts";
import { markdownOf, type Report } from "./report.ts";
import { sharingPart } from "./sharing.ts";
import { transportPart } from "./transport.ts";

const PARTS: Record<string, (relay: Relay) => Promise<Report>> = {
  transport: transportPart,
  "end-to-end": endToEndPart,
  "list-mail": listMailPart,
  sharing: sharingPart,
  limits: limitsPart,
  ledger: ledgerPart,
  feedback: feedbackPart,
  live: livePart,
  export: exportPart,
  import: importPart,
  memory: memoryPart,
  cost: costPart,
  page: pagePart,
};

const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(PARTS);
const unknown = wanted.filter((name) => PARTS[name] === undefined);
if (unknown.length > 0) {
  console.error(`No such part: ${unknown.join(", ")}. There are: ${Object.keys(PARTS).join(", ")}.`);
  process.exit(2);
}

const relay = await startRelay();
let reached = true;
try {
  for (const name of wanted) {
    const loadBefore = load();
    const report = await (PARTS[name] as (typeof PARTS)[string])(relay);
    const text = `${markdownOf(report)}\n\n${circumstances(loadBefore)}`;
    keep(name, text);
    console.log(`\n${report.title}\n\n${text}`);
    reached &&= report.goals.every((goal) => goal.reached);
  }
} finally {
  await relay.stop();
}
process.exitCode = reached ? 0 : 1;
