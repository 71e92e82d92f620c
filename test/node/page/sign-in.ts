import { expect, it } from "vitest";
import { signInLink } from "../../../scripts/sign-in-link.ts";
import { openTab } from "./tab.ts";
import { world } from "./world.ts";

it("a wrong token is refused in words, a right one signs in, and the way out leads back to the first field", async () => {
  const tab = await openTab({ token: null, causes: /401/ });
  const { page } = tab;
  await page.locator("input:focus").waitFor();
  expect(await page.evaluate("document.activeElement === document.querySelector('input')")).toBe(true);
  await tab.expectNoBarriers();
  await page.keyboard.type("wrong");
  await page.keyboard.press("Enter");
  await page.getByText("This token is not known").waitFor();
  await page.getByLabel("API token").fill(world().stack.token);
  await page.keyboard.press("Enter");
  await page.getByRole("navigation").first().waitFor();
  await page.getByRole("button", { name: /API_TOKEN/ }).click();
  await tab.expectNoBarriers();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByLabel("API token").waitFor();
  await tab.close();
});

it("a one-time link signs in once; its code stays neither in the address nor in the history", async () => {
  const { stack } = world();
  const link = new URL(await signInLink(stack.api));
  const first = await openTab({ token: null, at: link.href });
  await first.page.getByRole("navigation").first().waitFor();
  expect(first.page.url()).toBe(`${stack.url}/`);
  await first.page.goBack();
  expect(first.page.url()).not.toContain(link.hash.slice(1));
  const second = await openTab({ token: null, at: link.href, locale: "zh-CN", causes: /401/ });
  await second.page.getByText("此链接已用过或已过期").waitFor();
  expect(second.page.url()).toBe(`${stack.url}/signin`);
  await second.expectNoBarriers();
  await Promise.all([first.close(), second.close()]);
});

it("whoever moves on while a view is on its way sees the view, however late its words come", async () => {
  const tab = await openTab();
  const { page } = tab;
  await page.getByRole("heading", { level: 1, name: "Pushes" }).waitFor();
  const held: (() => void)[] = [];
  await page.route(/assets\/tokens-/, async (route) => {
    await new Promise<void>((resolve) => held.push(resolve));
    await route.continue();
  });
  const main = page.getByRole("navigation").first();
  await main.getByRole("link", { name: "Tokens" }).click();
  await expect.poll(() => held.length).toBeGreaterThan(0);
  await main.getByRole("link", { name: "Pushes" }).click();
  await page.getByRole("heading", { level: 1, name: "Pushes" }).waitFor();
  await main.getByRole("link", { name: "Tokens" }).click();
  for (const go of held) go();
  await page.getByRole("heading", { level: 1, name: "Tokens" }).waitFor();
  await tab.close();
});

it("a link of before leads whoever is signed in to the list, used or not", async () => {
  const { stack } = world();
  const link = await signInLink(stack.api);
  const tab = await openTab({ causes: /401/ });
  for (const at of [link, link, `${stack.url}/signin`]) {
    await tab.page.goto("about:blank");
    await tab.page.goto(at);
    await tab.page.getByRole("heading", { level: 1, name: "Pushes" }).waitFor();
    expect(tab.page.url()).toBe(`${stack.url}/`);
  }
  await tab.close();
});

it("what was typed when the session ended is still there for who signs in again, and for nobody else", async () => {
  const { stack } = world();
  const tab = await openTab({ at: "/recipients?area=south", causes: /401/ });
  const { page, context } = tab;
  await page.getByRole("button", { name: "Add a person" }).click();
  await page.getByLabel("Address", { exact: true }).fill("typed@example.com");
  await context.clearCookies();
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByText("Your session is over").waitFor();
  await tab.expectNoBarriers();
  await page.getByLabel("API token").fill(stack.token);
  await page.keyboard.press("Enter");
  await page.getByText("Your session is over").waitFor({ state: "detached" });
  expect(await page.getByLabel("Address", { exact: true }).inputValue()).toBe("typed@example.com");
  await context.clearCookies();
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByText("Your session is over").waitFor();
  const { token } = await stack.api<{ token: string }>("POST", "/api/tokens", { name: "another", scopes: ["read"] });
  await page.getByLabel("API token").fill(token);
  await page.keyboard.press("Enter");
  await page.getByText("sign in with a token that has the scope write").first().waitFor();
  expect(await page.getByLabel("Address", { exact: true }).count()).toBe(0);
  await tab.close();
});

it("a language that was chosen stays, and the page's lang follows", async () => {
  const tab = await openTab();
  const { page } = tab;
  await page.getByRole("heading", { level: 1, name: "Pushes" }).waitFor();
  await page.getByRole("button", { name: "中文" }).click();
  await page.getByRole("heading", { level: 1, name: "推送" }).waitFor();
  await page.reload();
  await page.getByRole("heading", { level: 1, name: "推送" }).waitFor();
  expect(await page.locator("html").getAttribute("lang")).toBe("zh-CN");
  await tab.close();
});
