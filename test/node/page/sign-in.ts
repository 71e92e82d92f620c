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
