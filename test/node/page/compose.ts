import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { look, openTab } from "./tab.ts";
import { FEW, world } from "./world.ts";

/** Chooses the people of the area "south" by the filter's own fields and values. */
async function chooseSouth(page: Page, match: number | null = FEW): Promise<void> {
  await page.getByRole("button", { name: "Choose by a condition" }).click();
  const condition = page.getByRole("group", { name: "Condition 1" });
  await condition.getByLabel("Field").selectOption({ label: "area" });
  await condition.getByLabel("Comparison").selectOption({ label: "is" });
  // Not the line to type in, which stands there until the values are known.
  await condition.locator("select[aria-label=Value]").selectOption({ label: `south (${FEW})` });
  if (match !== null) await page.getByText(`${match} people match`).waitFor();
}

it("a push is made from nothing: a filter, a mail, a preview, a test, a last look, and its way to the end", async () => {
  const { relay } = world();
  const tab = await openTab({ causes: /400/ });
  const { page } = tab;
  await page.getByRole("link", { name: "New push" }).click();
  await chooseSouth(page);

  await page.getByRole("textbox", { name: "Subject" }).fill("Books for {{ username }}");
  const html = page.getByRole("textbox", { name: "Body as html" });
  await html.fill("<h1>Hello {{ username | upcse }}</h1>");
  await page
    .getByText(/^Line 1, column \d+: .*upcse/)
    .first()
    .waitFor();
  await html.fill("<h1>Hello {{ username }}</h1>");
  const mail = page.frameLocator('iframe[title^="The mail to"]');
  await mail.getByRole("heading", { name: "Hello Neighbour 0" }).waitFor();
  await page.getByText("Books for Neighbour 0").first().waitFor();
  await tab.expectNoBarriers();

  // A tab that is closed keeps what was written.
  await page.reload();
  await page.getByText(/^This is the draft you left/).waitFor();
  await page.getByText(`${FEW} people match`).waitFor();
  await mail.getByRole("heading", { name: "Hello Neighbour 0" }).waitFor();

  const dialog = page.getByRole("dialog");
  await page.getByRole("button", { name: "Send a test…" }).click();
  await dialog.getByLabel("To").fill("tester@example.com");
  await tab.expectNoBarriers();
  await page.keyboard.press("Enter");
  await dialog.getByText("taken", { exact: true }).waitFor();
  expect(relay.records.received.get("tester@example.com")).toBe(1);
  await page.keyboard.press("Escape");
  expect(await page.evaluate("document.activeElement?.textContent")).toBe("Send a test…");

  await page.getByRole("button", { name: `Push to ${FEW} now…` }).click();
  await tab.expectNoBarriers();
  await dialog.getByRole("button", { name: `Push to ${FEW} now` }).click();
  await page.getByText(/^Finished at/).waitFor();
  expect((await look(page)).states).toEqual({ sent: FEW });
  await tab.close();
});

it("what nobody answered while a push was written is said so, and asked again", async () => {
  const tab = await openTab({ at: "/new", causes: /ERR_FAILED/ });
  const { page } = tab;
  await page.getByText(/people match$/).waitFor();
  await page.route(/\/api\/(?:recipients\/count|pushes\/preview)$/, (route) => route.abort());
  await chooseSouth(page, null);
  await page.getByRole("textbox", { name: "Subject" }).fill("Books");
  await page.getByRole("textbox", { name: "Body as html" }).fill("<p>Books</p>");
  await expect.poll(() => page.getByText("The server does not answer.").count()).toBe(2);
  expect(await page.getByText("counting…").count()).toBe(0);
  await page.unrouteAll();
  await page.getByText(`${FEW} people match`).waitFor();
  await page.frameLocator('iframe[title^="The mail to"]').getByText("Books").waitFor();
  expect(await page.getByText("The server does not answer.").count()).toBe(0);
  await tab.close();
});

it("a push whose segment was deleted is changed and duplicated by the conditions that it keeps", async () => {
  const { api } = world().stack;
  const segment = await api<{ id: string }>("POST", "/api/segments", { name: "Gone", filter: { area: "south" } });
  const content = { subject: "To those of the segment", html: "<p>Dear {{ username }}</p>" };
  const { id } = await api<{ id: string }>("POST", "/api/pushes", {
    action: "mailpush",
    segment: segment.id,
    hold: true,
    ...content,
  });
  await api("DELETE", `/api/segments/${segment.id}`);
  const tab = await openTab({ at: `/pushes/${id}/edit` });
  const { page } = tab;
  await page.getByLabel("Subject").fill("Changed");
  await page.getByRole("button", { name: "Save the changes" }).click();
  await page.waitForURL(/\/pushes\/[^/]+$/);
  await page.goto(`/new?from=${id}`);
  await page.getByText("The segment that this push went to was deleted.").waitFor();
  await page.getByText("40 people match").first().waitFor();
  // Chosen before the form opened: not everybody in its place.
  await page.goto(`/new?segment=${segment.id}`);
  await page.getByText("This segment was deleted.").waitFor();
  await tab.expectNoBarriers();
  expect(await page.getByText("match", { exact: false }).count()).toBe(0);
  await tab.close();
});
