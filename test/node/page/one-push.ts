import { expect, it } from "vitest";
import { openTab } from "./tab.ts";
import { FEW, push, world } from "./world.ts";

interface Listed {
  readonly data: readonly { readonly id: string; readonly subject: string }[];
}

it("a push whose answers are lost, in a tab that is closed meanwhile, is made once", async () => {
  const { stack } = world();
  const like = await push({ subject: "Lost and found", filter: { area: "south" } });
  const tab = await openTab({ at: `/new?from=${like}`, causes: /ERR_FAILED/ });
  const { page } = tab;
  let calls = 0;
  await page.route("**/api/pushes", async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    calls++;
    await route.fetch();
    await route.abort("failed");
  });
  await page.getByRole("button", { name: `Push to ${FEW} now…` }).click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: `Push to ${FEW} now` })
    .dblclick();
  await expect.poll(() => calls, { timeout: 20_000 }).toBeGreaterThan(0);
  await page.reload();
  await page.getByText(/^It is not known whether this push was made/).waitFor();
  await tab.expectNoBarriers();
  await page.unroute("**/api/pushes");
  await page.getByRole("button", { name: "Ask again" }).click();
  await page.waitForURL(/\/pushes\/[0-9a-z]{16}$/);
  const { data } = await stack.api<Listed>("GET", "/api/pushes?search=Lost%20and%20found");
  expect(data.map(({ id }) => id).sort()).toEqual([like, page.url().split("/").at(-1)].sort());
  await page.goto(`/new?from=${like}`);
  await page.getByText("What you write is kept in this browser").waitFor();
  await tab.close();
});

it("two who change a held push do not overwrite each other unseen", async () => {
  const { stack } = world();
  const id = await push({ subject: "Held by two", filter: { area: "south" }, hold: true });
  const tab = await openTab({ at: `/pushes/${id}`, causes: /409/ });
  const { page } = tab;
  await page.getByRole("link", { name: "Change" }).click();
  await page.getByRole("heading", { level: 1, name: "Change a held push" }).and(page.locator(":focus")).waitFor();
  const subject = page.getByRole("textbox", { name: "Subject" });
  await subject.fill("Mine");
  await stack.api("PATCH", `/api/pushes/${id}`, { subject: "Theirs", contentVersion: 1 });
  const save = page.getByRole("button", { name: "Save the changes" });
  await save.click();
  await page.getByText(/^Nothing was saved/).waitFor();
  await page.getByText(/API_TOKEN changed this push meanwhile/).waitFor();
  await tab.expectNoBarriers();
  await page.getByRole("button", { name: "Take theirs" }).click();
  await expect.poll(() => subject.inputValue()).toBe("Theirs");
  await subject.fill("Mine over theirs");
  await save.click();
  await page.waitForURL(new RegExp(`/pushes/${id}$`));
  expect(await stack.api("GET", `/api/pushes/${id}`)).toMatchObject({ subject: "Mine over theirs", contentVersion: 3 });
  await stack.api("POST", `/api/pushes/${id}/cancel`);
  await tab.close();
});

it("of a push before its start, what can be done speaks of the start, and its figures of whom it expects", async () => {
  const sendAt = new Date(Date.now() + 40 * 86_400_000).toISOString();
  const { id: segment } = await world().stack.api<{ id: string }>("POST", "/api/segments", {
    name: "South by name",
    filter: { area: "south" },
  });
  const id = await push({ subject: "Scheduled", filter: undefined, segment, sendAt });
  const tab = await openTab({ at: `/pushes/${id}` });
  const { page } = tab;
  const dialog = page.getByRole("dialog");
  const ask = (name: string) => page.getByRole("button", { name, exact: true }).click();
  await page.getByText("segment South by name: area is south").waitFor();
  await page.getByText(/^Starts .*, and nothing is sent before\. .*: 40 people when it was made\.$/).waitFor();
  await page.getByText("40 expected").waitFor();
  await ask("Pause");
  await dialog.getByText("It does not start until somebody resumes it.").waitFor();
  await dialog.getByRole("button", { name: "Pause" }).click();
  await page.getByText(/paused it at .*, before its start/).waitFor();
  await ask("Resume");
  await dialog.getByText(/^It starts .* at /).waitFor();
  await dialog.getByRole("button", { name: "Resume" }).click();
  // What it takes back has been taken back: one undo is offered alone.
  await expect.poll(() => page.getByRole("button", { name: "Undo" }).count()).toBe(1);
  await ask("Cancel…");
  await dialog.getByText(/^It never starts: nobody gets it, of 40 people/).waitFor();
  await dialog.getByRole("button", { name: "Cancel the push" }).click();
  await page.getByText(/cancelled it at .*, before its start: nobody got it\.$/).waitFor();
  await tab.close();
});
