import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { openTab } from "./tab.ts";
import { push, world } from "./world.ts";

const MOST_TABS = 80;

it("by keys alone: a dialog gives the focus back, and who deletes a row goes on with the next one", async () => {
  const { api } = world().stack;
  for (const name of ["Keys A", "Keys B"]) await api("POST", "/api/segments", { name, filter: { area: "south" } });
  const tab = await openTab({ at: "/segments" });
  const { page } = tab;
  await page.getByRole("row", { name: /Keys A/ }).waitFor();
  await page.getByRole("button", { name: "Delete Keys A" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  // What destroys does not have the focus: a second press does nothing.
  expect(await focused(page)).toBe("Cancel");
  await page.keyboard.press("Escape");
  expect(await focused(page)).toBe("Delete Keys A");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await tabTo(page, "Delete the segment");
  await page.keyboard.press("Enter");
  await page.getByRole("row", { name: /Keys A/ }).waitFor({ state: "detached" });
  await expect.poll(() => focused(page)).toBe("Delete Keys B");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await tabTo(page, "Delete the segment");
  await page.keyboard.press("Enter");
  await page.getByRole("row", { name: /Keys B/ }).waitFor({ state: "detached" });
  expect(await focused(page)).not.toBe("");
  await tab.close();
});

it("Enter in a line of a dialog presses its button; on a box, and in the form of a push, it presses nothing", async () => {
  const id = await push({ rate: 5 });
  const tab = await openTab({ at: `/pushes/${id}` });
  const { page } = tab;
  const dialog = page.getByRole("dialog");
  await page.getByRole("button", { name: "Rate…" }).click();
  await dialog.getByRole("textbox").fill("6");
  await page.keyboard.press("Enter");
  await page.getByText("At most 6/s from now on.").waitFor();
  await dialog.waitFor({ state: "detached" });
  await world().stack.api("POST", `/api/pushes/${id}/cancel`);

  await page.goto("/tokens");
  await page.getByRole("button", { name: "New token…" }).first().click();
  await dialog.getByLabel("Name").fill("by keys");
  await dialog.getByRole("checkbox").first().focus();
  await page.keyboard.press("Enter");
  expect(await dialog.getByLabel("Name").inputValue()).toBe("by keys");
  await dialog.getByLabel("Name").focus();
  await page.keyboard.press("Enter");
  await page.getByText("Copy it now").waitFor();

  await page.goto("/new");
  await page.getByRole("textbox", { name: "Subject" }).fill("Not sent");
  await page.keyboard.press("Enter");
  await page.getByRole("textbox", { name: "Body as html" }).fill("<p>Not sent</p>");
  await page.getByRole("textbox", { name: "Subject" }).press("Enter");
  expect(new URL(page.url()).pathname).toBe("/new");
  expect(await dialog.count()).toBe(0);
  await tab.close();
});

it("a page that is turned to begins at its top, and there is the focus; the one before stays in sight until then", async () => {
  const tab = await openTab({ at: "/recipients?area=north" });
  const { page } = tab;
  const rows = page.getByRole("table", { name: "Recipients" }).getByRole("row");
  await rows.nth(100).waitFor();
  const first = await rows.nth(1).textContent();
  await page.getByRole("button", { name: "Next page" }).press("Enter");
  await expect.poll(() => rows.nth(1).textContent()).not.toBe(first);
  await expect.poll(() => focused(page)).toBe("Recipients");
  expect(await page.locator(".pages").evaluate((pages) => pages.getBoundingClientRect().top)).toBeGreaterThanOrEqual(0);
  await tab.close();
});

it("who goes to a view by keys is at its heading, though it was drawn twice; the first stop leads past the navigation", async () => {
  const id = await push({ filter: { area: "south" }, hold: true, subject: "By keys" });
  const tab = await openTab();
  const { page } = tab;
  await page.getByRole("link", { name: "By keys", exact: true }).waitFor();
  await page.keyboard.press("Tab");
  expect(await focused(page)).toBe("Skip to the content");
  await page.keyboard.press("Enter");
  expect(new URL(page.url()).hash).toBe("");
  await tabTo(page, "By keys");
  await page.keyboard.press("Enter");
  await page.getByText(/^live, /).waitFor();
  expect(await focused(page)).toContain("By keys");
  await world().stack.api("POST", `/api/pushes/${id}/cancel`);
  await tab.close();
});

/** What has the focus, by its name; empty: nothing. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const { document } = globalThis as unknown as { document: Focusable };
    const { activeElement: element } = document;
    if (element === null || element === document.body) return "";
    return element.getAttribute("aria-label") ?? element.textContent ?? "";
  });
}

interface Focusable {
  readonly body: unknown;
  readonly activeElement: { getAttribute(name: string): string | null; readonly textContent: string | null } | null;
}

/** Presses Tab until something of this name has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let pressed = 0; pressed < MOST_TABS; pressed++) {
    await page.keyboard.press("Tab");
    if ((await focused(page)) === name) return;
  }
  throw new Error(`${MOST_TABS} tabs do not lead to ${name}`);
}
