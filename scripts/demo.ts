import type { Mail } from "maildev";
import { type Inbox, judgeInbox, startInbox, untilQuiet } from "./inbox.ts";
import { interruption } from "./interruption.ts";
import { readOptions } from "./options.ts";
import { freePort } from "./ports.ts";
import { describeTallies, followPush, type PushView } from "./progress.ts";
import { type SampleRecipient, sampleRecipients, toCsv } from "./sample.ts";
import { signInLink } from "./sign-in-link.ts";
import { type Stack, startStack } from "./stack.ts";

const RECIPIENTS = 1_000;
const AREA = "beijing";
const MESSAGE = {
  subject: "{{ username }}，您好！本周{{ attributes.city }}新书",
  html:
    "<h1>{{ username }}，您好！</h1>\n" +
    "<p>{{ attributes.city }}的书店本周到了三本新书，第一本为您留着。</p>\n" +
    "<p>Dear {{ username }}, three new books are in this week, and the first is kept for you.</p>\n",
};
/** A push to 400 takes 1 to 2 s; a slow machine may need a minute. */
const PUSH_TIMEOUT_MS = 120_000;

/** Runs the demo; returns exit code 0 if ledger and inbox agree on every recipient, else 1. */
async function demo(stack: Stack, inbox: Inbox): Promise<number> {
  const recipients = sampleRecipients(RECIPIENTS);
  const report = await stack.api<{ created: number }>("POST", "/api/recipients/import", toCsv(recipients));
  say("Recipients", `${report.created.toLocaleString("en")} imported from CSV: ${describeAreas(recipients)}`);

  const message = { action: "mailpush", filter: { area: AREA }, ...MESSAGE };
  const { id, expected } = await stack.api<PushView>("POST", "/api/pushes", message);
  say("Push", `to area ${AREA}: ${expected} expected\n`);
  const push = await followPush(stack.api, id, PUSH_TIMEOUT_MS);
  await untilQuiet(inbox);

  const addressed = recipients.filter((recipient) => recipient.area === AREA);
  const wrong = [...judgeLedger(push, addressed.length), ...judgeInbox(inbox.mails, addressed)];
  const one = inbox.mails.find((mail) => mail.envelope.to.some((to) => to.address === addressed[0]?.address));
  console.log();
  say("Ledger", `${push.status}: total ${push.total} = ${describeTallies(push.tallies)}`);
  say("Inbox", `${inbox.mails.length} mails`);
  say("Agree", wrong.length === 0 ? "yes: each of them got one mail with their own name, nobody else any" : "NO");
  for (const sentence of wrong.slice(0, 10)) say("", sentence);
  if (one !== undefined) showMail(one);
  return wrong.length === 0 ? 0 : 1;
}

function judgeLedger(push: PushView, addressed: number): string[] {
  const complete = push.status === "finished" && push.total === addressed && push.success === addressed;
  if (complete) return [];
  const reason = push.reason ? ` (${push.reason})` : "";
  return [`The ledger says ${push.status}${reason}, ${push.success} of ${addressed} sent.`];
}

function describeAreas(recipients: readonly SampleRecipient[]): string {
  const areas = Map.groupBy(recipients, (recipient) => recipient.area);
  return [...areas].map(([area, people]) => `${area} ${people.length}`).join(", ");
}

function showMail(mail: Mail): void {
  const to = mail.to?.map(({ name, address }) => (name ? `${name} <${address}>` : address)).join(", ");
  console.log("\n  One of them");
  say("To", to ?? "");
  say("Subject", mail.subject ?? "");
  const [firstLine = "", ...lines] = (mail.text ?? "").trim().split(/\r?\n/);
  say("Text", [firstLine, ...lines.map((line) => (line === "" ? "" : " ".repeat(14) + line))].join("\n"));
}

function say(label: string, text: string): void {
  console.log(`  ${label.padEnd(12)}${text}`);
}

async function main(once: boolean, interrupted: AbortSignal): Promise<number> {
  const began = Date.now();
  console.log("\n  mailpush, on this machine alone; the first start takes a few seconds\n");
  const inbox = await startInbox();
  const port = await freePort(8787);
  const stack = await startStack({ port, vars: { ...inbox.vars, TRANSPORT: "smtp" }, signal: interrupted });
  try {
    say("Stack", `Worker, D1, Queue and Durable Objects, up in ${((Date.now() - began) / 1000).toFixed(1)} s`);
    const code = await demo(stack, inbox);
    if (once) return code;
    console.log();
    say("Page", await signInLink(stack.api));
    say("", "signs in once, within 15 minutes; later with the token");
    say("Inbox", inbox.url);
    say("API", stack.url);
    say("Token", stack.token);
    say("Try", `curl -H "Authorization: Bearer ${stack.token}" ${stack.url}/api/pushes`);
    console.log("\n  Ctrl-C ends it; nothing is kept.");
    await stack.ended();
    if (!interrupted.aborted) throw new Error("wrangler dev ended by itself");
    return code;
  } catch (error) {
    if (interrupted.aborted) throw error;
    const logs = stack.logs().trim();
    if (logs !== "") console.error(`\nThe stack's last words:\n${logs.slice(-2_000)}`);
    throw error;
  } finally {
    await stack.stop();
    inbox.close();
  }
}

const { once } = readOptions("npm run demo [-- --once]", { once: { type: "boolean", default: false } });
const interrupted = interruption();
process.exit(
  await main(once, interrupted).catch((error: Error) => {
    if (interrupted.aborted) return 130;
    console.error(`\nThe demo failed: ${error.message}`);
    return 1;
  }),
);
