import { expect, it } from "vitest";
import { openTab } from "./tab.ts";
import { world } from "./world.ts";

it("of a person with many attributes the page shows the first ones, and their dialog keeps its buttons in sight", async () => {
  const attributes = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`field_${n}`, `value ${n}`]));
  const { api } = world().stack;
  await api("POST", "/api/recipients", [{ address: "many@example.com", area: "attributes", attributes }]);
  const { data } = await api<{ data: { id: number }[] }>("GET", "/api/recipients?search=many@example.com");
  const tab = await openTab({ at: `/recipients/${data[0]?.id}` });
  const { page } = tab;
  await page.getByText("field_0", { exact: true }).waitFor();
  expect(await page.getByText("field_59", { exact: true }).count()).toBe(0);
  await page.getByRole("button", { name: "Show all 60" }).click();
  await page.getByText("field_59", { exact: true }).waitFor();

  await page.getByRole("button", { name: "Edit", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Address").waitFor();
  // Not the part that scrolls, which a browser would take.
  expect(await dialog.getByLabel("Address").evaluate((input) => input.matches(":focus"))).toBe(true);
  await dialog.getByRole("button", { name: "Remove field_59" }).scrollIntoViewIfNeeded();
  for (const button of ["Cancel", "Save"]) {
    const box = await dialog.getByRole("button", { name: button, exact: true }).boundingBox();
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThan(page.viewportSize()?.height ?? 0);
  }
  await tab.expectNoBarriers();
  await tab.close();
});

it.each(["/docs", "/u/nothing"])("%s, which the Worker draws itself, has no barrier, light or dark", async (at) => {
  const tab = await openTab({ token: null, at, causes: /404/ });
  await tab.page.getByRole("heading", { level: 1 }).waitFor();
  // Many times as much of the same takes axe-core half a minute.
  await tab.page.evaluate("for (const one of document.querySelectorAll('article:nth-of-type(n + 3)')) one.remove()");
  await tab.expectNoBarriers();
  await tab.page.setViewportSize({ width: 390, height: 844 });
  expect(await tab.page.evaluate("document.documentElement.scrollWidth")).toBe(390);
  await tab.close();
});

it("of a hundred segments, those are counted that are in sight", async () => {
  const { api } = world().stack;
  for (let n = 0; n < 60; n++) {
    await api("POST", "/api/segments", { name: `Many ${n}`, filter: { area: `many ${n}` } });
  }
  const tab = await openTab();
  const { page } = tab;
  let counts = 0;
  page.on("request", (request) => {
    if (request.url().endsWith("/api/recipients/count")) counts++;
  });
  await page.goto("/segments");
  const rows = page.getByRole("row", { name: /^Many / });
  await rows.first().getByText("0", { exact: true }).waitFor();
  await page.waitForLoadState("networkidle");
  expect(counts).toBeLessThan(40);
  await rows.last().scrollIntoViewIfNeeded();
  await rows.last().getByText("0", { exact: true }).waitFor();
  await tab.close();
});
