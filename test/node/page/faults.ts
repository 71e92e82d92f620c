import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { openTab } from "./tab.ts";
import { push, world } from "./world.ts";

/** All calls of the API but the one about the session. */
const CALLS = /\/api\/(?!session)/;

it("behind a proxy that takes no WebSockets a push is read every few seconds, and the page says so", async () => {
  const id = await push({ rate: 5 });
  const tab = await openTab({ causes: /WebSocket/ });
  const { page } = tab;
  await page.routeWebSocket(/\/live$/, (line) => void line.close());
  await page.goto(`/pushes/${id}`);
  await page.getByText(/^read .*no live line/).waitFor();
  await world().stack.api("POST", `/api/pushes/${id}/cancel`);
  await page.getByText(/API_TOKEN cancelled it at/).waitFor();
  await tab.close();
});

it("a push that is not there is said to be so, and is neither asked for again nor followed", async () => {
  const tab = await openTab({ causes: /404/ });
  const { page } = tab;
  const calls: string[] = [];
  page.on("request", (request) => CALLS.test(request.url()) && calls.push(request.url()));
  page.on("websocket", (line) => calls.push(line.url()));
  await page.clock.install();
  await page.goto("/pushes/0000000000000000");
  await page.getByText("There is no push with this id.").waitFor();
  expect(await page.getByRole("button", { name: "Try again" }).count()).toBe(0);
  await tab.expectNoBarriers();
  const made = calls.length;
  await page.clock.runFor(120_000);
  expect(calls.slice(made)).toEqual([]);
  await page.getByRole("link", { name: "Back to the pushes" }).click();
  await page.getByRole("heading", { level: 1, name: "Pushes" }).waitFor();
  await tab.close();
});

it("what is no answer of mailpush is told by its words, and a view that got it is right by itself", async () => {
  const tab = await openTab({ causes: /Failed to load/ });
  const { page } = tab;
  const answers = [
    [200, "text/html", "<html><title>Sign in to the network</title>", "a page, and no JSON"],
    [429, "application/problem+json", '{"code":"too-many-requests","detail":"too many"}', "too many"],
    [502, "text/html", "<html><title>502 Bad Gateway</title><script>1</script>", "HTTP 502: 502 Bad Gateway"],
  ] as const;
  for (const [status, contentType, body, words] of answers) {
    await page.route(CALLS, (route) => route.fulfill({ status, contentType, body }));
    await page.goto("/recipients");
    await page.getByRole("alert").getByText(words).first().waitFor();
    await page.unroute(CALLS);
  }
  await page.getByRole("table", { name: "Recipients" }).waitFor();
  await tab.close();
});

it("a page that opens while nobody answers says so, and opens when somebody does", async () => {
  const tab = await openTab({ causes: /ERR_FAILED/ });
  const { page } = tab;
  await page.route("**/api/session", (route) => route.abort());
  await page.goto("/recipients");
  await page.getByText("The server does not answer.").waitFor();
  await tab.expectNoBarriers();
  await page.unroute("**/api/session");
  await page.getByRole("table", { name: "Recipients" }).waitFor();
  await tab.close();
});

it("what was asked for without an answer is not said to be undone", async () => {
  const id = await push({ rate: 5 });
  const tab = await openTab({ at: `/pushes/${id}`, causes: /ERR_FAILED/ });
  const { page } = tab;
  const dialog = page.getByRole("dialog");
  await page.route("**/pause", (route) => route.abort());
  await page.getByRole("button", { name: "Pause", exact: true }).click();
  await dialog.getByRole("button", { name: "Pause", exact: true }).click();
  await dialog.getByText("It may have been done all the same").waitFor();
  await page.unroute("**/pause");
  await dialog.getByRole("button", { name: "Pause", exact: true }).click();
  await page.getByText(/API_TOKEN paused it at/).waitFor();
  await world().stack.api("POST", `/api/pushes/${id}/cancel`);
  await tab.close();
});

it("times are told by the server's clock where the browser's is hours off", async () => {
  const sendAt = new Date(Date.now() + 600_000).toISOString();
  const id = await push({ sendAt });
  const tab = await openTab();
  const { page, context } = tab;
  await context.clock.install({ time: Date.now() + 3 * 3_600_000 });
  await page.route("**/api/**", async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, headers: { ...answer.headers(), date: new Date().toUTCString() } });
  });
  await page.goto(`/pushes/${id}`);
  await page.getByText(/^Starts in (?:9:[345]|10:0)/).waitFor();
  await world().stack.api("POST", `/api/pushes/${id}/cancel`);
  await tab.close();
});

it("an open form names the sender that the stack has by now", async () => {
  const tab = await openTab();
  const { page } = tab;
  await page.clock.install();
  await page.goto("/new");
  await page.getByPlaceholder("news@example.com").waitFor();
  await page.route("**/api/settings", async (route) => {
    const answer = await route.fetch();
    const settings = await answer.json();
    await route.fulfill({
      response: answer,
      json: { ...settings, from: { name: "Shop", address: "new@example.org" } },
    });
  });
  await page.clock.runFor(31_000);
  await page.getByPlaceholder("Shop <new@example.org>").waitFor();
  await tab.close();
});

it("a file that no version of the page has any more is a 404 that no browser keeps", async () => {
  const tab = await openTab();
  const answer = await tab.context.request.get("/assets/view-OF0THERS.js");
  expect([answer.status(), answer.headers()["cache-control"]]).toEqual([404, "no-store"]);
  const script = await tab.page.locator("script[src]").getAttribute("src");
  const own = await tab.context.request.get(script ?? "");
  expect([own.status(), own.headers()["cache-control"]]).toEqual([200, "public, max-age=31536000, immutable"]);
  await tab.close();
});

it("a tab that is open over a deployment loads the new version by itself, and says so where somebody is at work", async () => {
  const tab = await openTab({ at: "/new", causes: /404/ });
  const { page } = tab;
  await page.getByLabel("Subject", { exact: true }).fill("Written over a deployment");
  await page.getByText(/^Draft kept/).waitFor();
  await deploy(page);
  await page.getByText("Now, at once, for 24 h").or(page.locator("details.options summary")).first().click();
  await page.getByText("A newer version of the page has taken its place").waitFor();
  await tab.expectNoBarriers();
  const loaded = page.waitForEvent("load");
  await page.getByRole("link", { name: "Settings" }).click();
  await loaded;
  await page.unrouteAll();
  await page.goto("/new");
  await expect.poll(() => page.getByLabel("Subject", { exact: true }).inputValue()).toBe("Written over a deployment");
  await tab.close();
});

/** From now on all files that a tab has not loaded yet are gone, and the page names others. */
async function deploy(page: Page): Promise<void> {
  await page.route("**/assets/*.js", (route) =>
    route.fulfill({ status: 404, contentType: "application/json", body: "{}" }),
  );
  await page.route(
    ({ pathname }) => pathname === "/",
    async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, body: (await answer.text()).replace(/main-\w+\.js/, "main-N3W.js") });
    },
  );
}

it("a fault of the page's own in one view leaves the way to the others", async () => {
  const tab = await openTab();
  const { page } = tab;
  await page.route(/\/api\/settings$/, (route) => route.fulfill({ json: {} }));
  await page.goto("/settings");
  await page.getByRole("heading", { level: 1, name: "This view broke" }).waitFor();
  await page.getByRole("navigation").first().getByRole("link", { name: "Segments" }).click();
  await page.getByRole("heading", { level: 1, name: "Segments" }).waitFor();
  expect(tab.faults.length).toBeGreaterThan(0);
  await tab.context.close();
});
