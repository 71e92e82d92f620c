/**
 * Measures the verdicts on server replies whose meaning is known.
 *
 *   npm run bench:verdicts -- FILE
 *
 * FILE has one JSON object a line: `reply` ("550 5.1.1 …"), `reason` (Sisimai's), and whatever else. Exits with 1 if
 * fewer than 85 % of the classes are right, or one reply about the sender, the relay or our reputation was taken for
 * `no-such-user`, at RCPT or after the content.
 */
import { readFileSync } from "node:fs";
import { parseReplyLine, type Reply } from "../src/core/reply.ts";
import { classify } from "../src/core/verdict.ts";
import type { VerdictClass } from "../src/core/verdict-class.ts";
import { type Expectation, MAPPING } from "./verdict-mapping.ts";

const SHARE_WANTED = 0.85;

interface Labelled {
  readonly reply: string;
  readonly reason: string;
}

interface Judged extends Labelled {
  readonly verdict: VerdictClass;
  readonly right: boolean;
  /** About us, and yet somebody would be suppressed for it. */
  readonly harmful: boolean;
}

function judge(labelled: Labelled, expectation: Expectation): Judged {
  const reply = parseReplyLine(labelled.reply);
  if (reply === null) throw new Error(`not a reply: ${labelled.reply}`);
  // The file does not say at which stage: RCPT decides, and neither stage may do harm.
  const verdict = classify(reply, "rcpt");
  const suppressed = verdict === "no-such-user" || classify(reply, "content") === "no-such-user";
  return {
    ...labelled,
    verdict,
    right: rightClasses(expectation, reply).includes(verdict),
    harmful: expectation.aboutUs && suppressed,
  };
}

function rightClasses(expectation: Expectation, reply: Reply): readonly VerdictClass[] {
  if (reply.code === 421) return [...expectation.forNow, "outage", "throttled"];
  return reply.code < 500 ? expectation.forNow : expectation.forGood;
}

const file = process.argv[2];
if (file === undefined) {
  console.error("Which file? npm run bench:verdicts -- replies.jsonl");
  process.exit(2);
}
const all = readFileSync(file, "utf8")
  .split("\n")
  .filter((line) => line.trim() !== "")
  .map((line) => JSON.parse(line) as Labelled);

const judged: Judged[] = [];
const unmapped = new Map<string, number>();
for (const labelled of all) {
  const expectation = MAPPING[labelled.reason];
  if (expectation === undefined) unmapped.set(labelled.reason, (unmapped.get(labelled.reason) ?? 0) + 1);
  else judged.push(judge(labelled, expectation));
}

const misses = judged.filter(({ right }) => !right);
const harmful = judged.filter((each) => each.harmful);
const share = judged.length === 0 ? 0 : (judged.length - misses.length) / judged.length;

for (const { reason, verdict, reply } of misses) console.log(`miss   ${reason} → ${verdict}: ${reply.slice(0, 160)}`);
for (const { reason, reply } of harmful) console.log(`HARM   ${reason} → no-such-user: ${reply.slice(0, 160)}`);
for (const [reason, count] of unmapped) console.log(`skipped, no class of ours: ${reason} (${count})`);
console.log(`replies judged            ${judged.length} of ${all.length}`);
console.log(
  `classes as mapped         ${judged.length - misses.length} (${(share * 100).toFixed(1)} %, wanted ${SHARE_WANTED * 100} %)`,
);
console.log(`about us, suppressed      ${harmful.length} (wanted 0)`);
process.exit(share >= SHARE_WANTED && harmful.length === 0 ? 0 : 1);
