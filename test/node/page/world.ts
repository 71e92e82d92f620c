import type { Browser } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { type Stack, startStack } from "../../../scripts/stack.ts";
import { type Relay, startRelay } from "../../relay.ts";
import { startBrowser } from "../browser.ts";

/** What a mailbox that does not exist answers, here. */
export const NO_SUCH_USER = "550 5.1.1 The email account that you tried to reach does not exist";
/** People in the area "north", for one push that is watched: those without a mailbox are suppressed by it. */
export const PEOPLE = 2_000;
/** Of them, those whose number ends in 17, 50 or 83 have no mailbox: spread, as a push to bad addresses alone is paused. */
export const REFUSED = 60;
/** People in the area "south", who all have one. */
export const FEW = 40;

/** One stack, one relay and one browser for all tests of the page. */
export interface World {
  readonly stack: Stack;
  readonly relay: Relay;
  readonly browser: Browser;
}

let made: World | null = null;

/** To be asked for in tests alone: before them it is not there. */
export function world(): World {
  if (made === null) throw new Error("the stack is not up yet");
  return made;
}

/** Starts the world before the tests of this file, and ends it after them. */
export function useWorld(): void {
  const closing: (() => unknown)[] = [];
  beforeAll(async () => {
    const relay = await startRelay({
      capabilities: ["PIPELINING", "8BITMIME", "SMTPUTF8"],
      keep: "count",
      rules: [{ stage: "rcpt", recipient: "^reader..(17|50|83)@", reply: NO_SUCH_USER }],
    });
    closing.push(() => relay.stop());
    const [stack, started] = await Promise.all([
      startStack({ vars: { SMTP_PORT: String(relay.port) } }).then((up) => {
        closing.push(() => up.stop());
        return up;
      }),
      startBrowser().then((up) => {
        closing.push(up.close);
        return up;
      }),
    ]);
    await stack.api("POST", "/api/recipients/import", csv());
    made = { stack, relay, browser: started.browser };
  }, 120_000);
  afterAll(async () => {
    made = null;
    for (const close of closing.toReversed()) await close();
  });
}

function csv(): string {
  const north = Array.from({ length: PEOPLE }, (_, n) => {
    const name = `reader${String(n).padStart(4, "0")}`;
    return `${name}@example.com,Reader ${n},north,${n % 2 === 0 ? "free" : "paid"}`;
  });
  const south = Array.from({ length: FEW }, (_, n) => `neighbour${n}@example.org,Neighbour ${n},south,free`);
  return ["address,username,area,plan", ...north, ...south].join("\n");
}

/** Asks for a push by the API; by default to all in the area "north". */
export async function push(options: object = {}): Promise<string> {
  const body = {
    action: "mailpush",
    filter: { area: "north" },
    subject: "News for {{ username }}",
    html: "<p>Hello {{ username }}</p>",
  };
  return (await world().stack.api<{ id: string }>("POST", "/api/pushes", { ...body, ...options })).id;
}
