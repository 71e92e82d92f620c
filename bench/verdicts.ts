/**
 * Measures the verdicts on server replies whose meaning is known.
 *
 *   npm run bench:verdicts -- FILE
 *
 * FILE has one JSON object a line, in one of two shapes:
 *
 * - `reply` ("550 5.1.1 …") and `reason` (Sisimai's, see `verdict-mapping.ts`), taken at RCPT;
 * - `reply`, `stage`, `expectedClass`, `expectedDelivery`, and `alsoFine`: other classes that the words allow.
 *
 * Prints each disagreement, then the share of classes and of deliveries (what happens to the recipient) that are
 * right. Exits with 1 if a share is too low, or if a reply that is not about an unknown user was taken for
 * `no-such-user`.
 */
import { readFileSync } from "node:fs";
import { parseReplyLine, type Reply, STAGES, type Stage } from "../src/core/reply.ts";
import { classify, type Effect, effectOf } from "../src/core/verdict.ts";
import { VERDICT_CLASSES, type VerdictClass } from "../src/core/verdict-class.ts";
import { MAPPING } from "./verdict-mapping.ts";

const CLASSES_WANTED = 0.93;
const DELIVERIES_WANTED = 0.97;

type Delivery = Effect["delivery"];

/** One line of the file, in either shape. */
interface Labelled {
  readonly reply: string;
  readonly reason?: string;
  readonly stage?: Stage;
  readonly expectedClass?: VerdictClass;
  readonly expectedDelivery?: Delivery;
  readonly alsoFine?: readonly VerdictClass[];
}

interface Expected {
  readonly label: string;
  readonly stage: Stage;
  readonly classes: readonly VerdictClass[];
  readonly deliveries: readonly Delivery[];
  /** At these stages nobody may be suppressed for the reply. */
  readonly harmlessAt: readonly Stage[];
}

interface Judged {
  readonly expected: Expected;
  readonly reply: string;
  readonly verdict: VerdictClass;
  readonly classRight: boolean;
  readonly deliveryRight: boolean;
  readonly harmful: boolean;
}

/** What is expected of a labelled reply; null: its reason has no class here. Throws if the line has neither shape. */
function expectedOf(labelled: Labelled, reply: Reply): Expected | null {
  const { reason, stage, expectedClass, expectedDelivery, alsoFine = [] } = labelled;
  if (reason !== undefined) return expectedOfReason(reason, reply);
  if (stage === undefined || expectedClass === undefined) throw new Error(`no label: ${JSON.stringify(labelled)}`);
  const classes = [expectedClass, ...alsoFine];
  const unknown = classes.filter((each) => !VERDICT_CLASSES.includes(each));
  if (unknown.length > 0 || !STAGES.includes(stage)) throw new Error(`no such class or stage: ${labelled.reply}`);
  return {
    label: expectedClass,
    stage,
    classes,
    deliveries: [expectedDelivery ?? effectOf(expectedClass).delivery, ...alsoFine.map(deliveryOf)],
    harmlessAt: classes.includes("no-such-user") ? [] : [stage],
  };
}

function expectedOfReason(reason: string, reply: Reply): Expected | null {
  const expectation = MAPPING[reason];
  if (expectation === undefined) return null;
  const { forGood, forNow, aboutUs } = expectation;
  const classes: readonly VerdictClass[] =
    reply.code === 421 ? [...forNow, "outage", "throttled"] : reply.code < 500 ? forNow : forGood;
  return {
    label: reason,
    // The file does not say at which stage: RCPT decides, and neither stage may do harm.
    stage: "rcpt",
    classes,
    deliveries: classes.map(deliveryOf),
    harmlessAt: aboutUs ? ["rcpt", "content"] : [],
  };
}

function deliveryOf(verdict: VerdictClass): Delivery {
  return effectOf(verdict).delivery;
}

function judge(text: string, reply: Reply, expected: Expected): Judged {
  const verdict = classify(reply, expected.stage);
  return {
    expected,
    reply: text,
    verdict,
    classRight: expected.classes.includes(verdict),
    deliveryRight: expected.deliveries.includes(deliveryOf(verdict)),
    harmful: expected.harmlessAt.some((stage) => classify(reply, stage) === "no-such-user"),
  };
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
  const reply = parseReplyLine(labelled.reply);
  if (reply === null) throw new Error(`not a reply: ${labelled.reply}`);
  const expected = expectedOf(labelled, reply);
  if (expected !== null) judged.push(judge(labelled.reply, reply, expected));
  else unmapped.set(labelled.reason ?? "", (unmapped.get(labelled.reason ?? "") ?? 0) + 1);
}

for (const { expected, verdict, reply, classRight, deliveryRight, harmful } of judged) {
  if (classRight && deliveryRight && !harmful) continue;
  const mark = harmful ? "HARM" : deliveryRight ? "class" : "delivery";
  const line = reply.replaceAll("\n", " ").slice(0, 160);
  console.log(`${mark.padEnd(9)} ${expected.label} → ${verdict} at ${expected.stage}: ${line}`);
}
for (const [reason, count] of unmapped) console.log(`skipped, no class of ours: ${reason} (${count})`);

const classes = judged.filter(({ classRight }) => classRight).length;
const deliveries = judged.filter(({ deliveryRight }) => deliveryRight).length;
const harmful = judged.filter((each) => each.harmful).length;
const percent = (part: number): string => `${((100 * part) / Math.max(1, judged.length)).toFixed(1)} %`;
console.log(`replies judged            ${judged.length} of ${all.length}`);
console.log(`classes right             ${classes} (${percent(classes)}, wanted ${CLASSES_WANTED * 100} %)`);
console.log(`deliveries right          ${deliveries} (${percent(deliveries)}, wanted ${DELIVERIES_WANTED * 100} %)`);
console.log(`wrongly no-such-user      ${harmful} (wanted 0)`);
const enough =
  classes >= CLASSES_WANTED * judged.length && deliveries >= DELIVERIES_WANTED * judged.length && judged.length > 0;
process.exit(enough && harmful === 0 ? 0 : 1);
