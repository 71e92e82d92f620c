import { join } from "node:path";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import type { Stack } from "../../../../scripts/stack.ts";
import { stage } from "./acting.ts";
import type { Scene } from "./scenes.ts";

/** Where the pictures are put. */
export const TARGET = join(import.meta.dirname, "../../../../dist/screenshots");
const WIDE = { viewport: { width: 1280, height: 900 } };
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
/** How each scene is looked at. */
export const LOOKS: Readonly<Record<string, BrowserContextOptions>> = {
  light: { ...WIDE, locale: "en-GB", colorScheme: "light" },
  dark: { ...WIDE, locale: "en-GB", colorScheme: "dark" },
  phone: { ...PHONE, locale: "en-GB", colorScheme: "light" },
  chinese: { ...WIDE, locale: "zh-CN", colorScheme: "light" },
  "dark chinese phone": { ...PHONE, locale: "zh-CN", colorScheme: "dark" },
};
/** Looks that are asked for by name. */
const MORE_LOOKS: typeof LOOKS = {
  tablet: { viewport: { width: 768, height: 1_024 }, locale: "en-GB", colorScheme: "light" },
  large: { viewport: { width: 1_600, height: 1_000 }, locale: "en-GB", colorScheme: "light" },
};
/** Charts and lists that come after the first drawing. */
const SETTLED_MS = 700;
/** Of a picture, in pixels: the rest of a long list looks as its beginning does. */
const TALLEST = 2_000;
const SIZE =
  "(({ scrollWidth, scrollHeight }) => ({ width: scrollWidth, height: scrollHeight, window: innerWidth }))(document.documentElement)";

interface Asked {
  /** What the name of a picture holds. */
  readonly only: string;
  /** Of `LOOKS` and `MORE_LOOKS`. */
  readonly looks: readonly string[];
}

/** Takes the scenes that are asked for, each as each look has it, and in a window that knows nothing of the others. */
export async function take(stack: Stack, browser: Browser, scenes: readonly Scene[], asked: Asked): Promise<void> {
  for (const look of asked.looks) {
    const options = { ...LOOKS[look], ...MORE_LOOKS[look], baseURL: stack.url, reducedMotion: "reduce" } as const;
    for (const scene of scenes) {
      if (!`${scene.name}, ${look}`.includes(asked.only)) continue;
      const context = await browser.newContext(options);
      await signIn(context, stack, scene.scopes);
      await takeOne(await context.newPage(), scene, look).catch((error) => {
        console.log(`${scene.name}, ${look}: ${error}`);
      });
      await context.close();
    }
  }
}

async function takeOne(page: Page, scene: Scene, look: string): Promise<void> {
  const { name, at, before, act } = scene;
  await stage(page, scene);
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
    await page.evaluate("scrollTo(0, 0)");
  }
  await page.screenshot({ path: join(TARGET, `${name}, ${look}.png`) });
}

const tokens = new Map<string, string>();

/** As one whose token has these scopes; none: as nobody. */
async function signIn(context: BrowserContext, stack: Stack, scopes: Scene["scopes"]): Promise<void> {
  if (scopes?.length === 0) return;
  const name = scopes?.join(" and ") ?? "";
  if (scopes !== undefined && !tokens.has(name)) {
    tokens.set(name, (await stack.api<{ token: string }>("POST", "/api/tokens", { name, scopes })).token);
  }
  await context.request.post("/api/session", { data: { token: tokens.get(name) ?? stack.token } });
}
