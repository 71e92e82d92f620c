import axe from "axe-core";
import type { Page } from "playwright-core";

/** The rules that colours decide: all others hold in dark as they do in light. */
const OF_COLOUR = ["color-contrast", "link-in-text-block"];
/** Frames hold mails, which are nobody's view, and no script looks into them. */
const VIEW = { iframes: false, rules: { "target-size": { enabled: true } } };
const ASKED = { light: VIEW, dark: { ...VIEW, runOnly: OF_COLOUR } } as const satisfies Record<string, axe.RunOptions>;

/** What axe-core finds in what a page shows now, light and dark, however small: a line for each element. */
export async function barriers(page: Page): Promise<string[]> {
  const found: string[] = [];
  // By the driver: the page's own policy lets no other script in.
  await page.evaluate(axe.source);
  for (const colorScheme of ["light", "dark"] as const) {
    // Colours in the middle of a fade are nobody's.
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const results = await page.evaluate(`axe.run(${JSON.stringify(ASKED[colorScheme])})`);
    for (const { id, nodes } of (results as axe.AxeResults).violations) {
      found.push(...nodes.map(({ html, failureSummary = "" }) => `${colorScheme}: ${id}: ${html}: ${failureSummary}`));
    }
  }
  return found;
}
