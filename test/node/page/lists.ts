import { expect, it } from "vitest";
import { openTab } from "./tab.ts";
import { push, world } from "./world.ts";

interface Known {
  readonly id: string;
  readonly status: string;
}

it("rows of the list stay where they are while one reads: new pushes wait above them", async () => {
  await push({ hold: true, subject: "Held apart" });
  const { id: first } = await scheduled("First");
  const tab = await openTab();
  const { page } = tab;
  const rows = page.getByRole("table", { name: "Pushes", exact: true }).getByRole("row");
  await page.getByRole("link", { name: "First", exact: true }).waitFor();
  const top = await rows.nth(1).textContent();
  await scheduled("Second");
  const newer = page.getByRole("button", { name: "Show 1 new push" });
  await newer.waitFor();
  expect(await rows.nth(1).textContent()).toBe(top);
  await newer.click();
  await page.getByRole("link", { name: "Second", exact: true }).waitFor();
  // Not in the list too: it stands above.
  expect(await page.getByRole("link", { name: "Held apart", exact: true }).count()).toBe(1);
  await page.getByLabel("Search subjects, or an id").fill(first);
  await expect.poll(() => rows.count()).toBe(2);
  // Of a person that is looked for among the pushes.
  await page.getByLabel("Search subjects, or an id").fill("neighbour3@");
  await page.getByRole("link", { name: "Look for “neighbour3@” among the recipients" }).click();
  await page.getByRole("link", { name: "neighbour3@example.org" }).waitFor();
  await tab.close();
});

it("a row that has left the state that is looked for says so, and stays", async () => {
  const { id } = await scheduled("To be cancelled");
  const tab = await openTab({ at: "/?state=scheduled" });
  const { page } = tab;
  const row = page.getByRole("row", { name: /To be cancelled/ });
  await row.getByText("scheduled", { exact: true }).waitFor();
  await world().stack.api("POST", `/api/pushes/${id}/cancel`);
  await row.getByText("cancelled", { exact: true }).first().waitFor();
  await tab.close();
});

it("a pause of all pushes says which ones, and they are resumed together", async () => {
  const { id } = await scheduled("Stopped with all others");
  const tab = await openTab();
  const { page } = tab;
  await page.getByRole("button", { name: "Pause all…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Stopped with all others").waitFor();
  await tab.expectNoBarriers();
  await dialog.getByRole("button", { name: "Pause all", exact: true }).click();
  await page.getByText(/^Paused \d+ push/).waitFor();
  expect((await read(id)).status).toBe("paused");
  await page.getByRole("button", { name: /^Resume (?:it|those)/ }).click();
  await page.getByText(/^Resumed \d+ push/).waitFor();
  expect((await read(id)).status).toBe("scheduled");
  await tab.close();
});

it("changes of a template that were not stored outlive the tab, and replace nobody else's unseen", async () => {
  const { api } = world().stack;
  const template = { name: "Weekly", subject: "Hello", html: "<p>Hello {{ username }}</p>" };
  const { id } = await api<Known>("POST", "/api/templates", template);
  const tab = await openTab({ at: `/templates/${id}`, causes: /409|400/ });
  const { page } = tab;
  await page.getByLabel("HTML").fill("<p>{{ username | upcse }}</p>");
  await page.getByText(/^Line 1, column \d+: .*upcse/).waitFor();
  await page.getByLabel("HTML").fill("<p>Dear {{ username }}</p>");
  await page
    .frameLocator("iframe")
    .last()
    .getByText(/^Dear /)
    .waitFor();
  await api("PATCH", `/api/templates/${id}`, { subject: "Good morning" });
  await page.reload();
  await page.getByText("These are changes of yours").waitFor();
  expect(await page.getByLabel("HTML").inputValue()).toBe("<p>Dear {{ username }}</p>");
  await page.getByRole("button", { name: /^Store as version/ }).click();
  await page.getByText("Somebody else stored a version meanwhile.").waitFor();
  await page.getByRole("button", { name: "Take theirs, drop mine" }).click();
  await expect.poll(() => page.getByLabel("Subject").inputValue()).toBe("Good morning");
  await page.getByRole("button", { name: /^Bring back version 1/ }).click();
  await expect.poll(() => page.getByLabel("Subject").inputValue()).toBe("Hello");
  // What stood in the editor is not lost.
  await page.getByRole("button", { name: "Undo" }).click();
  await expect.poll(() => page.getByLabel("Subject").inputValue()).toBe("Good morning");
  await tab.close();
});

it("a segment is built out of fields and values, and its deletion is undone", async () => {
  const tab = await openTab({ at: "/segments" });
  const { page } = tab;
  await page.getByRole("button", { name: "New segment…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Southerners");
  await dialog.getByRole("button", { name: "Choose by a condition" }).click();
  await dialog.locator("select[aria-label=Value]").selectOption({ label: "south (40)" });
  await dialog.getByText("people match now").waitFor();
  await tab.expectNoBarriers();
  await dialog.getByRole("button", { name: "Save" }).click();
  const row = page.getByRole("row", { name: /Southerners/ });
  await row.getByRole("cell", { name: /40$/ }).waitFor();
  await row.getByRole("button", { name: "Delete Southerners" }).click();
  await page.getByRole("button", { name: "Delete the segment" }).click();
  await row.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Undo" }).click();
  await row.waitFor();
  await row.getByRole("link", { name: /Push to it/ }).click();
  await page.getByText("40 people").first().waitFor();
  await tab.close();
});

it("who lifts one of two suppressions hears that the other one stands", async () => {
  const { api } = world().stack;
  for (const reason of ["manual", "complained"])
    await api("POST", "/api/suppressions", { address: "two@example.com", reason });
  const tab = await openTab({ at: "/suppressions?search=two@example.com" });
  const { page } = tab;
  const lift = async (reason: string): Promise<void> => {
    await page.getByRole("row", { name: reason }).getByRole("button").last().click();
    await page.getByRole("button", { name: "Lift it" }).click();
  };
  await lift("by hand");
  await page.getByText("Lifted, but two@example.com still gets no mail: reported as spam.").waitFor();
  await lift("reported as spam");
  await page.getByText("Lifted: two@example.com gets mail again.").waitFor();
  await tab.close();
});

it("a token is shown once, opens what its scopes name, and nothing after it is revoked", async () => {
  const { url } = world().stack;
  const tab = await openTab({ at: "/tokens" });
  const { page } = tab;
  await page.getByRole("button", { name: "New token…" }).first().click();
  await page.getByLabel("Name").fill("shop");
  await page.getByRole("button", { name: "Make the token" }).click();
  await page.getByText("Copy it now").waitFor();
  await tab.expectNoBarriers();
  const token = (await page.getByRole("dialog").locator("code").first().textContent()) ?? "";
  const ask = async () => (await fetch(`${url}/api/pushes`, { headers: { authorization: `Bearer ${token}` } })).status;
  expect(await ask()).toBe(200);
  await page.getByRole("button", { name: "I have it" }).click();
  expect(await page.getByText(token).count()).toBe(0);
  await page.getByRole("button", { name: "Revoke shop" }).click();
  await page.getByRole("button", { name: "Revoke the token" }).click();
  await page.getByText("shop is revoked.").waitFor();
  expect(await ask()).toBe(401);
  await tab.close();
});

it("a relay is tried step by step; its pause is undone", async () => {
  const tab = await openTab({ at: "/relays" });
  const { page } = tab;
  await page.getByRole("button", { name: /^Test default/ }).click();
  await page.getByText(/^It works: all steps took/).waitFor();
  await page.getByText(/^It offers .*PIPELINING/).waitFor();
  await tab.expectNoBarriers();
  await page.getByRole("button", { name: "Pause default" }).click();
  await page.getByRole("button", { name: "Pause the relay" }).click();
  await page.getByText("A person paused it.").waitFor();
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByText("takes mail").waitFor();
  await tab.close();
});

function scheduled(subject: string): Promise<Known> {
  const later = new Date(Date.now() + 86_400_000).toISOString();
  return push({ subject, sendAt: later, filter: { area: "south" } }).then(read);
}

function read(id: string): Promise<Known> {
  return world().stack.api<Known>("GET", `/api/pushes/${id}`);
}

it("what an input method has not made into words yet is not searched for", async () => {
  const tab = await openTab({ at: "/recipients" });
  const { page, context } = tab;
  const asked: string[] = [];
  page.on("request", (request) => {
    const search = new URL(request.url()).searchParams.get("search");
    if (search !== null && request.url().includes("/api/recipients")) asked.push(search);
  });
  await page.getByLabel("Search addresses and names").focus();
  const keyboard = await context.newCDPSession(page);
  for (const text of ["q", "qian", "qianzhongshu"]) {
    await keyboard.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
    // Longer than the rest after which a search begins.
    await page.waitForTimeout(500);
  }
  await keyboard.send("Input.insertText", { text: "钱钟书" });
  await page.getByText("Nobody matches.").waitFor();
  expect(asked).toEqual(["钱钟书"]);
  await tab.close();
});

it("a person who cannot be added hears why at the field, and nothing of the network", async () => {
  await world().stack.api("POST", "/api/recipients", { address: "known@example.com" });
  const tab = await openTab({ at: "/recipients?area=south" });
  const { page } = tab;
  await page.getByRole("button", { name: "Add a person" }).click();
  const dialog = page.getByRole("dialog");
  const mend = dialog.getByText("Nothing was saved: mend the field that is marked.", { exact: true });
  await dialog.getByLabel("Address").fill("known@@example.com");
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  await mend.waitFor();
  await dialog.getByLabel("Address").fill("known@example.com");
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  await mend.waitFor();
  await dialog.getByRole("link", { name: "Open known@example.com" }).click();
  await page.getByRole("heading", { level: 1, name: "known@example.com" }).waitFor();
  await tab.close();
});
