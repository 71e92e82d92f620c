import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Stack, startStack } from "../../../scripts/stack.ts";
import { signToken } from "../../../src/message/signed/delivery-token.ts";
import { startBrowser } from "../browser.ts";

const SIGNING_KEY = "signing-key-of-the-unsubscribe-page";
/** A phone as narrow as any in use, in CSS pixels. */
const PHONE = { width: 320, height: 640 };

let stack: Stack;
let browser: Browser;
const closing: (() => Promise<void>)[] = [];
beforeAll(async () => {
  stack = await startStack({ vars: { TRANSPORT: "none" }, secrets: { SIGNING_KEY } });
  closing.push(() => stack.stop());
  const started = await startBrowser();
  closing.push(started.close);
  browser = started.browser;
}, 120_000);
afterAll(async () => {
  for (const close of closing.toReversed()) await close();
});

const WORDS = {
  "en-US": { ask: "Unsubscribe", done: "You are unsubscribed", undo: "Undo", undone: "You are subscribed again" },
  "zh-CN": { ask: "退订", done: "您已退订", undo: "撤销退订", undone: "您已重新订阅" },
};

it.each(Object.entries(WORDS))(
  "without JavaScript, in %s, one button unsubscribes and one takes it back",
  async (locale, words) => {
    const { address, link } = await delivery(`${locale.toLowerCase()}@example.com`);
    const context = await browser.newContext({ javaScriptEnabled: false, locale, viewport: PHONE });
    const page = await context.newPage();
    const buttonOf = (name: string) => page.getByRole("button", { name, exact: true });
    const shown = async (title: string, button: string) => {
      await buttonOf(button).waitFor();
      expect([await page.title(), await page.locator("h1").textContent()]).toEqual([title, title]);
      expect(await page.locator("button, input, a").allTextContents()).toEqual([button]);
      const box = await buttonOf(button).boundingBox();
      expect(box?.height, "as high as a finger is wide (WCAG 2.2, 2.5.5)").toBeGreaterThanOrEqual(44);
      expect(await page.evaluate("document.documentElement.scrollWidth"), "nothing beyond the edge").toBe(PHONE.width);
    };

    await page.goto(link);
    await shown(words.ask, words.ask);
    await page.reload();
    expect(await reasons(address)).toEqual([]);
    await buttonOf(words.ask).click();
    await shown(words.done, words.undo);
    expect(await reasons(address)).toEqual(["unsubscribed"]);
    await buttonOf(words.undo).click();
    await shown(words.undone, words.ask);
    expect(await reasons(address)).toEqual([]);
    await buttonOf(words.ask).click();
    await shown(words.done, words.undo);
    expect(await reasons(address)).toEqual(["unsubscribed"]);
    await context.close();
  },
);

/** A recipient, and the link of a mail to it, of a push whose ledger is gone. */
async function delivery(address: string): Promise<{ address: string; link: string }> {
  await stack.api("POST", "/api/recipients", [{ address, username: "x", area: "x" }]);
  const found = await stack.api<{ data: { id: number }[] }>("GET", `/api/recipients?search=${address}`);
  const [recipient] = found.data;
  if (recipient === undefined) throw new Error(`no recipient ${address}`);
  return { address, link: `${stack.url}/u/${signToken("unsubscribe", "0123456789abcdef", recipient.id, SIGNING_KEY)}` };
}

async function reasons(address: string): Promise<string[]> {
  const { data } = await stack.api<{ data: { reason: string }[] }>("GET", `/api/suppressions?search=${address}`);
  return data.map(({ reason }) => reason);
}
