import { join } from "node:path";
import { readDevVars, readTomlVars } from "./dev-vars.ts";
import { startInbox } from "./inbox.ts";
import { interruption } from "./interruption.ts";
import { readOptions, refuseOptions } from "./options.ts";
import { freePort, isFree } from "./ports.ts";
import { signInLink } from "./sign-in-link.ts";
import { REQUIRED_SECRETS, startStack } from "./stack.ts";
import { describeWay } from "./way.ts";

const USAGE = "npm start [-- --port NUMBER]";
const STATE = join(import.meta.dirname, "../.wrangler/state");

/** The development stack: data stays in .wrangler/state, saved code is reloaded. Returns an exit code. */
async function start(port: number, interrupted: AbortSignal): Promise<number> {
  if (!(await isFree(port))) {
    const other = await freePort(port + 1);
    console.error(`Port ${port} is in use. Stop what listens there, or: npm start -- --port ${other}`);
    return 1;
  }
  const settings = readDevVars();
  const random = REQUIRED_SECRETS.filter((name) => !(name in settings.secrets));
  if (settings.created) say("Secrets", "random ones written to .dev.vars");
  if (random.length > 0) say("Secrets", `${random.join(", ")}: random, for this run alone; .dev.vars sets none`);
  const way = describeWay(settings.vars, readTomlVars());
  const inbox = way === null ? await startInbox() : null;

  let up = false;
  const stack = await startStack({
    port,
    persistTo: STATE,
    vars: { ...settings.vars, ...inbox?.vars },
    secrets: settings.secrets,
    logLevel: "log",
    onOutput: (chunk) => up && process.stdout.write(chunk),
    signal: interrupted,
  });
  say("Page", await signInLink(stack.api));
  say("", "signs in once, within 15 minutes; later with the token");
  say("API", stack.url);
  say("Token", stack.token);
  say(inbox ? "Inbox" : "Mails", inbox?.url ?? way ?? "");
  console.log("\n  Ctrl-C ends it; the data stays in .wrangler/state.\n");
  // From here on what the Worker says stands below.
  up = true;

  await stack.ended();
  if (!interrupted.aborted) console.error("\nwrangler dev ended by itself; its last words are above.");
  await stack.stop();
  return interrupted.aborted ? 0 : 1;
}

function say(label: string, text: string): void {
  console.log(`  ${label.padEnd(10)}${text}`);
}

function readPort(): number {
  const { port } = readOptions(USAGE, { port: { type: "string", default: "8787" } });
  if (/^[1-9]\d{0,4}$/.test(port) && Number(port) < 65_536) return Number(port);
  return refuseOptions(USAGE, `--port is ${JSON.stringify(port)}: expected a number from 1 to 65535`);
}

const port = readPort();
const interrupted = interruption();
process.exit(
  await start(port, interrupted).catch((error: Error) => {
    if (interrupted.aborted) return 130;
    console.error(`\nmailpush did not start: ${error.message}`);
    return 1;
  }),
);
