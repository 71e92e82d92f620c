import { expect, it } from "vitest";
import { look, openTab } from "./tab.ts";
import { FEW, NO_SUCH_USER, PEOPLE, push, REFUSED, world } from "./world.ts";

it("a push to 2,000 is watched to its end, and its numbers add up at every look", async () => {
  const id = await push({ rate: 400 });
  const tab = await openTab({ at: `/pushes/${id}` });
  const { page } = tab;
  await page.getByText(/^live, /).waitFor();
  const finished = page.getByText(/^Finished at .*1,940 of 2,000/);
  const sums: number[] = [];
  do sums.push((await look(page)).sum);
  while (!(await finished.isVisible()));
  // The total grows while the audience is copied, and then stands.
  expect(sums).toEqual(sums.toSorted((a, b) => a - b));
  expect(await look(page)).toEqual({
    states: { sent: PEOPLE - REFUSED, failed: REFUSED },
    sum: PEOPLE,
    figures: { success: PEOPLE - REFUSED, failure: REFUSED, waiting: 0, "in doubt": 0, "not sent": 0 },
  });
  await tab.expectNoBarriers();

  // One of those who did not get it, and what the server said of them.
  await page.getByRole("searchbox", { name: "Search addresses and replies" }).fill("reader0117@");
  await page.getByRole("button", { name: "What happened to reader0117@example.com" }).click();
  await page.getByRole("dialog").getByText(NO_SUCH_USER).first().waitFor();
  await page
    .getByRole("dialog")
    .getByText(/correct (it|the address)/i)
    .waitFor();
  await tab.expectNoBarriers();
  await page.getByRole("dialog").getByRole("button", { name: "Retry this one" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Retry", exact: true }).click();
  await page.getByText("1 mail is tried again.").waitFor();
  // The others at once, but for those of whom nothing can be done.
  await page.getByRole("button", { name: /^failed \d/ }).click();
  await page.getByLabel(/^Choose all \d+ of this page/).check();
  const boxes = page.getByRole("table", { name: "Deliveries" }).getByRole("checkbox");
  await page.getByText(`${await boxes.count()} chosen`, { exact: true }).waitFor();
  await tab.expectNoBarriers();
  await tab.close();
});

it("a push that finished before anybody looked is right at once", async () => {
  const id = await push({ filter: { area: "south" } });
  await until(id, "finished");
  const tab = await openTab({ at: `/pushes/${id}` });
  await tab.page.getByText(/^Finished at/).waitFor();
  expect((await look(tab.page)).sum).toBe(FEW);
  await tab.close();
});

it("two tabs agree, in two languages, over pause, resume, another rate and cancel", async () => {
  const id = await push({ rate: 20 });
  const [first, second] = await Promise.all([
    openTab({ at: `/pushes/${id}` }),
    openTab({ at: `/pushes/${id}`, locale: "zh-CN" }),
  ]);
  const { page } = first;
  await page.getByRole("button", { name: "Pause", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText(/until somebody resumes/).waitFor();
  await first.expectNoBarriers();
  await dialog.getByRole("button", { name: "Pause" }).click();
  await page.getByText(/API_TOKEN paused it at/).waitFor();
  await second.page.getByText(/API_TOKEN 于 .+ 暂停/).waitFor();
  await page.getByRole("button", { name: "Resume" }).first().click();
  await dialog.getByRole("button", { name: "Resume" }).click();
  await second.page.getByRole("button", { name: "暂停", exact: true }).waitFor();
  await page.getByRole("button", { name: "Rate…" }).click();
  await dialog.getByRole("textbox").fill("50");
  await dialog.getByRole("button", { name: "Change the rate" }).click();
  await second.page.getByText("API_TOKEN 修改速率").waitFor();
  await page.getByRole("button", { name: "Cancel…" }).click();
  const act = dialog.getByRole("button", { name: "Cancel the push" });
  expect(await act.getAttribute("aria-disabled")).toBe("true");
  await dialog.getByRole("textbox").fill("2000");
  await act.click();
  await page.getByText(/API_TOKEN cancelled it at/).waitFor();
  await second.page.getByText(/API_TOKEN 于 .+ 取消/).waitFor();
  const [one, other] = [await look(page), await look(second.page)];
  expect(Object.values(other.figures)).toEqual(Object.values(one.figures));
  expect(one.sum).toBe(PEOPLE);
  await second.expectNoBarriers();
  await Promise.all([first.close(), second.close()]);
});

it("a tab says so when its line is away, and is right again by itself when it is back", async () => {
  const id = await push({ rate: 5 });
  const tab = await openTab({ at: `/pushes/${id}`, causes: /WebSocket|ERR_INTERNET_DISCONNECTED/ });
  const { page, context } = tab;
  await page.getByText(/^live, /).waitFor();
  await context.setOffline(true);
  await page.getByText(/^reconnecting, last heard/).waitFor();
  await world().stack.api("POST", `/api/pushes/${id}/cancel`);
  expect(await page.getByText(/API_TOKEN cancelled it at/).isVisible()).toBe(false);
  await context.setOffline(false);
  await page.getByText(/API_TOKEN cancelled it at/).waitFor();
  await page.getByText(/^live, /).waitFor();
  expect((await look(page)).sum).toBe(PEOPLE);
  await tab.close();
});

it("a tab whose socket was closed while it slept is right again by itself", async () => {
  const id = await push({ rate: 5 });
  const tab = await openTab();
  const { page } = tab;
  const lines: { close(): Promise<void> }[] = [];
  let isAway = false;
  await page.routeWebSocket(/\/live$/, (line) => {
    if (isAway) return void line.close();
    line.connectToServer();
    lines.push(line);
  });
  await page.goto(`/pushes/${id}`);
  await page.getByText(/^live, /).waitFor();
  isAway = true;
  for (const line of lines) await line.close();
  // It may have been read meanwhile, without the socket.
  await page.getByText(/^(?:reconnecting, last heard|read .*no live line)/).waitFor();
  await world().stack.api("POST", `/api/pushes/${id}/cancel`);
  isAway = false;
  await page.getByText(/API_TOKEN cancelled it at/).waitFor();
  await page.getByText(/^live, /).waitFor();
  await tab.close();
});

it("the pace is drawn in a browser whose language is no language tag", async () => {
  const id = await push({ rate: 50 });
  const tab = await openTab();
  await tab.context.addInitScript(
    'Object.defineProperty(navigator, "language", { get: () => "en-US@posix", configurable: true })',
  );
  await tab.page.goto(`/pushes/${id}`);
  await tab.page.locator(".chart canvas").waitFor();
  await world().stack.api("POST", `/api/pushes/${id}/cancel`);
  await tab.close();
});

async function until(id: string, status: string): Promise<void> {
  while ((await world().stack.api<{ status: string }>("GET", `/api/pushes/${id}`)).status !== status) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
