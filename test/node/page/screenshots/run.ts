import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { readOptions } from "../../../../scripts/options.ts";
import { randomSecret, type Stack, startStack } from "../../../../scripts/stack.ts";
import { startRelay } from "../../../relay.ts";
import { startBrowser } from "../../browser.ts";
import { fill } from "./crowd.ts";
import { fillKeepers, keeperScenes } from "./keepers.ts";
import { EMPTY, type Scene, scenesOf } from "./scenes.ts";

const TARGET = join(import.meta.dirname, "../../../../dist/screenshots");
const WIDE = { viewport: { width: 1280, height: 900 } };
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
/** How each scene is looked at. */
const LOOKS: Readonly<Record<string, BrowserContextOptions>> = {
  light: { ...WIDE, locale: "en-GB", colorScheme: "light" },
  dark: { ...WIDE, locale: "en-GB", colorScheme: "dark" },
  phone: { ...PHONE, locale: "en-GB", colorScheme: "light" },
  chinese: { ...WIDE, locale: "zh-CN", colorScheme: "light" },
  "chinese phone, dark": { ...PHONE, locale: "zh-CN", colorScheme: "dark" },
};
/** Charts and lists that come after the first drawing. */
const SETTLED_MS = 700;
/** Of a picture, in pixels: the rest of a long list looks as its beginning does. */
const TALLEST = 2_000;
const SIZE =
  "(({ scrollWidth, scrollHeight }) => ({ width: scrollWidth, height: scrollHeight, window: innerWidth }))(document.documentElement)";

/** Takes the scenes whose names hold `only`, each as each look has it, and in a window that knows nothing of the others. */
async function take(stack: Stack, browser: Browser, scenes: readonly Scene[], only: string): Promise<void> {
  for (const [look, options] of Object.entries(LOOKS)) {
    for (const scene of scenes) {
      if (!`${scene.name} ${look}`.includes(only)) continue;
      const context = await browser.newContext({ ...options, baseURL: stack.url, reducedMotion: "reduce" });
      await context.request.post("/api/session", { data: { token: stack.token } });
      await takeOne(await context.newPage(), scene, look).catch((error) => {
        console.log(`${scene.name}, ${look}: ${error}`);
      });
      await context.close();
    }
  }
}

async function takeOne(page: Page, { name, at, before, act, told }: Scene, look: string): Promise<void> {
  if (told !== undefined) {
    await page.routeWebSocket(/\/live$/, (line) => {
      const server = line.connectToServer();
      server.onMessage((message) => {
        if (message === "pong") return line.send(message);
        const push = JSON.parse(String(message));
        told(push);
        const { sent, complained, failed, bounced } = push.tallies as Record<string, number>;
        push.success = (sent ?? 0) + (complained ?? 0);
        push.failure = (failed ?? 0) + (bounced ?? 0);
        push.total = Object.values(push.tallies as Record<string, number>).reduce((sum, one) => sum + one, 0);
        line.send(JSON.stringify(push));
      });
    });
  }
  await before?.(page);
  await page.goto(at);
  await page.locator("h1").waitFor();
  await page.waitForTimeout(SETTLED_MS);
  await act?.(page);
  await page.waitForTimeout(act === undefined ? 0 : SETTLED_MS);
  const size = (await page.evaluate(SIZE)) as { width: number; height: number; window: number };
  if (size.width > size.window) console.log(`${name}, ${look}: ${size.width} px wide in ${size.window}`);
  // As tall a window as the page is: what sticks to the window's end would stand in the middle of a longer picture. A
  // dialog is as tall as a window lets it be.
  if ((await page.locator("dialog[open]").count()) === 0) {
    await page.setViewportSize({ width: size.window, height: Math.min(Math.max(size.height, 844), TALLEST) });
  }
  await page.screenshot({ path: join(TARGET, `${name}, ${look}.png`) });
}

const { only } = readOptions("npm run screenshots [-- --only WORDS]", { only: { type: "string", default: "" } });
rmSync(TARGET, { recursive: true, force: true });
mkdirSync(TARGET, { recursive: true });
const relay = await startRelay({
  capabilities: ["PIPELINING", "8BITMIME", "SMTPUTF8"],
  keep: "count",
  rules: [
    {
      stage: "rcpt",
      recipient: "^nobody",
      reply: "550 5.1.1 The email account that you tried to reach does not exist",
    },
  ],
});
const SIGNING_KEY = randomSecret();
const stack = await startStack({ vars: { SMTP_PORT: String(relay.port) }, secrets: { SIGNING_KEY } });
const { browser, close } = await startBrowser();
try {
  await take(stack, browser, EMPTY, only);
  const scenes = scenesOf(await fill(stack));
  await take(stack, browser, [...scenes, ...keeperScenes(await fillKeepers(stack, SIGNING_KEY))], only);
  console.log(TARGET);
} finally {
  await close();
  await stack.stop();
  await relay.stop();
}
process.exit(0);
