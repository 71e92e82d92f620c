import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { expect } from "vitest";

/** A person at the page, and what went wrong before their eyes. */
export interface Reader {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Console errors, uncaught errors and requests to another host; to stay empty. */
  readonly faults: string[];
}

/** Opens the page of a stack in a window of its own. `ignored`: console errors that the test itself causes. */
export async function openPage(
  browser: Browser,
  url: string,
  locale: "en-GB" | "zh-CN" = "en-GB",
  ignored = /^$/,
): Promise<Reader> {
  const context = await browser.newContext({ locale, viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" && !ignored.test(message.text())) faults.push(message.text());
  });
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== new URL(url).origin && !/^(?:data|blob):/.test(request.url()))
      faults.push(request.url());
  });
  await page.goto(url);
  return { context, page, faults };
}

/** Types the token into the field that has the focus, and signs in. */
export async function signIn({ page }: Reader, token: string): Promise<void> {
  await page.locator("input:focus").waitFor();
  await page.keyboard.type(token);
  await page.keyboard.press("Enter");
  await page.getByRole("navigation").first().waitFor();
}

/** The five figures, by their words. */
export async function figures(page: Page): Promise<Record<string, number>> {
  const texts = await page
    .locator(".figure")
    .evaluateAll((all) =>
      all.map((one) => [one.querySelector("dt")?.textContent ?? "", one.querySelector(".count")?.textContent ?? ""]),
    );
  return Object.fromEntries(texts.map(([name, count]) => [name, Number((count ?? "").replace(/\D/g, ""))]));
}

/** All states of the legend, and its sum; throws where they do not add up. */
export async function legend(page: Page): Promise<number> {
  const numbers = await page.locator(".legend strong").allTextContents();
  const counts = numbers.map((text) => Number(text.replace(/\D/g, "")));
  const sum = counts.pop() ?? 0;
  expect(counts.reduce((all, one) => all + one, 0)).toBe(sum);
  return sum;
}

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

/** What axe-core calls serious or critical in the view as it stands, in light and in dark. */
export async function barriers(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    // Not as a script of the page: its policy would refuse that.
    await page.evaluate(AXE);
    const { violations } = (await page.evaluate("axe.run()")) as AxeResults;
    const heavy = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    found.push(...heavy.map(({ id, nodes }) => `${colorScheme}: ${id}: ${nodes.map(({ html }) => html).join(" ")}`));
  }
  return found;
}
