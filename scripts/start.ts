import { join } from "node:path";
import { parseArgs } from "node:util";
import { readDevVars } from "./dev-vars.ts";
import { type Inbox, startInbox } from "./inbox.ts";
import { isFree } from "./ports.ts";
import { startStack } from "./stack.ts";

const STATE = join(import.meta.dirname, "../.wrangler/state");

/** The stack for work: data stays in .wrangler/state, code is reloaded as it is saved. Gives an exit code. */
async function start(port: number): Promise<number> {
  if (!(await isFree(port))) {
    console.error(`Port ${port} is in use. Stop what listens there, or: npm start -- --port ${port + 1}`);
    return 1;
  }
  const settings = readDevVars();
  if (settings.created) say("Secrets", "random ones written to .dev.vars");
  const interrupted = untilInterrupted();
  // With a relay of one's own in .dev.vars there is nothing for an inbox to get.
  const inbox = settings.vars.SMTP_HOST === undefined ? await startInbox() : null;

  let up = false;
  const stack = await startStack({
    port,
    persistTo: STATE,
    vars: { ...inboxVars(inbox), ...settings.vars },
    secrets: settings.secrets,
    logLevel: "log",
    onOutput: (chunk) => up && process.stdout.write(chunk),
  });
  up = true;
  say("API", stack.url);
  say("Token", stack.token);
  say(inbox ? "Inbox" : "Relay", inbox?.url ?? `${settings.vars.SMTP_HOST}, from .dev.vars`);
  console.log("\n  Ctrl-C ends it; the data stays in .wrangler/state.\n");

  const end = await Promise.race([interrupted, stack.ended().then(() => "ended" as const)]);
  if (end === "ended") console.error("\nwrangler dev ended by itself; its last words are above.");
  await stack.stop();
  inbox?.close();
  return end === "ended" ? 1 : 0;
}

function inboxVars(inbox: Inbox | null): Record<string, string> {
  return inbox ? { SMTP_HOST: "127.0.0.1", SMTP_PORT: String(inbox.smtpPort) } : {};
}

function say(label: string, text: string): void {
  console.log(`  ${label.padEnd(10)}${text}`);
}

function untilInterrupted(): Promise<"interrupted"> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => resolve("interrupted"));
  });
}

const { values } = parseArgs({ options: { port: { type: "string", default: "8787" } } });
process.exit(
  await start(Number(values.port)).catch((error: Error) => {
    console.error(`\nmailpush did not start: ${error.message}`);
    return 1;
  }),
);
