import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signInLink } from "../../../scripts/sign-in-link.ts";
import { type Stack, startStack } from "../../../scripts/stack.ts";
import type { Rule } from "../../relay/script.ts";
import { type Relay, startRelay } from "../../relay.ts";
import { startWebKit, type WebKit, whyNoWebKit } from "./webkit.ts";

const PEOPLE = 200;
/** Of them, those without a mailbox. */
const REFUSED = 4;
const PICTURES = join(import.meta.dirname, "../../../dist/screenshots-webkit");

const missing = whyNoWebKit();
if (missing !== null) console.log(`The tests in WebKit are left out: ${missing}.`);

describe.skipIf(missing !== null)("in WebKit, as Safari has it", () => {
  let relay: Relay;
  let stack: Stack;
  let tab: WebKit;

  beforeAll(async () => {
    mkdirSync(PICTURES, { recursive: true });
    const rules: Rule[] = [{ stage: "rcpt", recipient: "^reader(3|50|99|150)@", reply: "550 5.1.1 No such user" }];
    relay = await startRelay({ capabilities: ["PIPELINING", "8BITMIME", "SMTPUTF8"], keep: "count", rules });
    stack = await startStack({ vars: { SMTP_PORT: String(relay.port) } });
    const people = Array.from({ length: PEOPLE }, (_, n) => `reader${n}@example.com,Reader ${n},south`);
    await stack.api("POST", "/api/recipients/import", ["address,username,area", ...people].join("\n"));
    tab = await startWebKit();
  }, 120_000);
  afterAll(async () => {
    await tab?.close();
    await stack?.stop();
    await relay?.stop();
  });

  const keep = async (name: string): Promise<void> => writeFileSync(join(PICTURES, `${name}.png`), await tab.picture());
  const button = (words: string): string => `//button[normalize-space()='${words}']`;

  it("a one-time link signs in over plain http, the way out is taken, and the token signs in again", async () => {
    await tab.go(await signInLink(stack.api));
    await tab.see("//h1[contains(., 'Pushes')]");
    expect(await tab.url()).toBe(`${stack.url}/`);
    await tab.click("//button[contains(., 'API_TOKEN')]");
    await tab.click(button("Sign out"));
    await tab.type("//input[@type='password']", stack.token);
    await keep("signed out");
    await tab.click(button("Sign in"));
    await tab.see("//h1[contains(., 'Pushes')]");
    await keep("pushes");
  });

  it("a push is written, seen as its reader will see it, and watched to its end by its socket", async () => {
    await tab.click("//a[normalize-space()='New push']");
    await tab.click(button("Choose by a condition"));
    await tab.click("//select[@aria-label='Field']/option[normalize-space()='area']");
    await tab.click("//select[@aria-label='Comparison']/option[normalize-space()='is']");
    await tab.click(`//select[@aria-label='Value']/option[contains(., 'south (${PEOPLE})')]`);
    await tab.see(`//*[contains(text(), '${PEOPLE} people match')]`);
    await tab.type("//*[@data-written='subject']", "Books for {{ username }}");
    await tab.type("//*[@data-written='html']", "<h1>Hello {{ username }}</h1>");
    await tab.see("//*[contains(text(), 'Books for Reader 0')]");
    await tab.enter("//iframe[starts-with(@title, 'The mail to')]");
    await tab.see("//h1[.='Hello Reader 0']");
    await tab.enter(null);
    await keep("new push");
    await tab.click(button(`Push to ${PEOPLE} now…`));
    await keep("last look");
    await tab.click(`//dialog${button(`Push to ${PEOPLE} now`)}`);
    await tab.see("//*[starts-with(normalize-space(), 'Finished at')]");
    await keep("finished");
    const figures = "return Array.from(document.querySelectorAll('.figure .count'), (one) => Number(one.textContent))";
    expect(await tab.run(figures)).toEqual([PEOPLE - REFUSED, REFUSED, 0, 0, 0]);
  });

  it("no view says that it failed, and none is wider than its window", async () => {
    for (const view of ["recipients", "suppressions", "templates", "segments", "relays", "tokens", "settings"]) {
      await tab.go(`${stack.url}/${view}`);
      // All that it reads has come, or was refused.
      await tab.see("//main[.//h1][not(.//*[@class='skeleton'])]");
      await keep(view);
      expect(await tab.run("return document.querySelectorAll('[role=alert]').length"), view).toBe(0);
      expect(await tab.run("return document.documentElement.scrollWidth - innerWidth"), view).toBeLessThanOrEqual(0);
    }
  });
});
