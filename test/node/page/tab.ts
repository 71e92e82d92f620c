import type { BrowserContext, Page } from "playwright-core";
import { expect } from "vitest";
import { barriers } from "./axe.ts";
import { world } from "./world.ts";

/** A window at the page, and what went wrong in it. */
export interface Tab {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Console errors, uncaught errors, and requests to another host. */
  readonly faults: string[];
  /** Fails if axe-core finds anything in what is shown now, light or dark. */
  expectNoBarriers(): Promise<void>;
  /** Closes the window; fails if something went wrong in it. */
  close(): Promise<void>;
}

export interface Opened {
  /** Path and query. */
  readonly at?: string;
  /** Who looks; null: nobody is signed in. Default: API_TOKEN. */
  readonly token?: string | null;
  readonly locale?: "en-GB" | "zh-CN";
  /** Console errors that the test itself causes. */
  readonly causes?: RegExp;
}

/** Opens the page in a window of its own. */
export async function openTab({ at = "/", token, locale = "en-GB", causes = /^$/ }: Opened = {}): Promise<Tab> {
  const { browser, stack } = world();
  const context = await browser.newContext({ locale, viewport: { width: 1280, height: 900 }, baseURL: stack.url });
  if (token !== null) {
    const answer = await context.request.post("/api/session", { data: { token: token ?? stack.token } });
    expect(answer.status()).toBe(200);
  }
  // Longer than anything takes, and so short that a test says where it waits.
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" && !causes.test(message.text())) faults.push(message.text());
  });
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("request", (request) => {
    if (!request.url().startsWith(`${stack.url}/`) && !/^(?:data|blob|about):/.test(request.url())) {
      faults.push(`${request.method()} ${request.url()}`);
    }
  });
  await page.goto(at);
  return {
    page,
    context,
    faults,
    expectNoBarriers: async () => expect(await barriers(page)).toEqual([]),
    close: async () => {
      await context.close();
      expect(faults).toEqual([]);
    },
  };
}

/** The numbers of one moment: those that the page shows between two of its frames belong together. */
export interface Look {
  /** All states of the legend, by their words. */
  readonly states: Readonly<Record<string, number>>;
  /** The legend's last number. */
  readonly sum: number;
  /** The five figures, by their words. */
  readonly figures: Readonly<Record<string, number>>;
}

/** Reads the numbers of a push, in any language; fails where they do not add up. */
export async function look(page: Page): Promise<Look> {
  const { legend, figures, bar } = await page.evaluate(() => {
    const { document } = globalThis as unknown as { document: Readable };
    const texts = (selector: string) => Array.from(document.querySelectorAll(selector), (one) => one.textContent ?? "");
    return {
      legend: texts(".legend :is(li, .sum)").map(
        (text, index) => [text, texts(".legend strong")[index] ?? ""] as const,
      ),
      figures: texts(".figure dt").map((name, index) => [name, texts(".figure .count")[index] ?? ""] as const),
      bar: document.querySelector(".bar")?.getAttribute("aria-label") ?? "",
    };
  });
  const counts = legend.map(([text, count]) => [text.replace(count, "").trim(), numberIn(count)] as const);
  const sum = counts.pop()?.[1] ?? Number.NaN;
  const five = figures.map(([name, count]) => [name, numberIn(count)] as const);
  expect({ states: total(counts), figures: total(five) }).toEqual({ states: sum, figures: sum });
  for (const [, count] of legend) if (sum > 0) expect(bar).toContain(count);
  return { states: Object.fromEntries(counts), sum, figures: Object.fromEntries(five) };
}

function numberIn(text: string): number {
  return Number(text.replace(/\D/g, ""));
}

function total(counts: readonly (readonly [string, number])[]): number {
  return counts.reduce((sum, [, count]) => sum + count, 0);
}

/** As much of the DOM as a look needs. */
interface Readable {
  querySelectorAll(selector: string): ArrayLike<{ readonly textContent: string | null }>;
  querySelector(selector: string): { getAttribute(name: string): string | null } | null;
}
