import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { signInLink } from "../../../scripts/sign-in-link.ts";
import { type Stack, startStack } from "../../../scripts/stack.ts";
import { type Relay, startRelay } from "../../relay.ts";
import { startBrowser } from "../browser.ts";
import { barriers, figures, legend, openPage, signIn } from "./reader.ts";

const WORDS = "550 5.1.1 The email account that you tried to reach does not exist";
const PEOPLE = 300;
/** Every 20th. */
const REFUSED = 15;

let relay: Relay;
let stack: Stack;
let browser: Browser;
const closing: (() => unknown)[] = [];

beforeAll(async () => {
  relay = await startRelay({
    capabilities: ["PIPELINING", "8BITMIME", "SMTPUTF8"],
    keep: "count",
    rules: [{ stage: "rcpt", recipient: "^nobody", reply: WORDS }],
  });
  closing.push(() => relay.stop());
  stack = await startStack({ vars: { SMTP_PORT: String(relay.port) } });
  closing.push(() => stack.stop());
  const started = await startBrowser();
  closing.push(started.close);
  browser = started.browser;
  const people = Array.from({ length: PEOPLE }, (_, n) => ({
    address: `${n % 20 === 7 ? "nobody" : "reader"}${n}@example.com`,
    username: `Reader ${n}`,
    area: "north",
  }));
  await stack.api("POST", "/api/recipients", people);
}, 120_000);
afterAll(async () => {
  for (const close of closing.toReversed()) await close();
});

async function push(options: object = {}): Promise<string> {
  const body = {
    action: "mailpush",
    filter: { area: "north" },
    subject: "News for {{ username }}",
    html: "<p>Hello</p>",
  };
  return (await stack.api<{ id: string }>("POST", "/api/pushes", { ...body, ...options })).id;
}

it("a wrong token is refused in words, a right one signs in, and the way out leads back to the first field", async () => {
  const reader = await openPage(browser, stack.url, "en-GB", /401/);
  const { page } = reader;
  await page.getByLabel("API token").waitFor();
  expect(await page.evaluate("document.activeElement.id === document.querySelector('input').id")).toBe(true);
  expect(await barriers(page)).toEqual([]);
  await page.keyboard.type("wrong");
  await page.keyboard.press("Enter");
  await page.getByText("This token is not known").waitFor();
  await page.getByLabel("API token").fill("");
  await page.getByLabel("API token").focus();
  await signIn(reader, stack.token);
  await page.getByRole("button", { name: /API_TOKEN/ }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByLabel("API token").waitFor();
  expect(reader.faults).toEqual([]);
  await reader.context.close();
});

it("a one-time link signs in once; its code stays neither in the address nor in the history", async () => {
  const link = await signInLink(stack.api);
  const reader = await openPage(browser, link);
  await reader.page.getByRole("navigation").first().waitFor();
  expect(reader.page.url()).toBe(`${stack.url}/`);
  await reader.page.goBack();
  expect(reader.page.url()).not.toContain(new URL(link).hash.slice(1));
  const second = await openPage(browser, link, "zh-CN", /401/);
  await second.page.getByText("此链接已用过或已过期").waitFor();
  expect(second.page.url()).toBe(`${stack.url}/signin`);
  for (const { context, faults } of [reader, second]) {
    expect(faults.filter((one) => !one.startsWith("about:"))).toEqual([]);
    await context.close();
  }
});

it("two tabs follow a push over pause and resume to its end, agree, and say why it failed in the server's words", async () => {
  const id = await push({ rate: 10 });
  const tabs = await Promise.all([openPage(browser, stack.url), openPage(browser, stack.url, "zh-CN")]);
  for (const tab of tabs) {
    await signIn(tab, stack.token);
    await tab.page.goto(`${stack.url}/pushes/${id}`);
  }
  const [{ page }, other] = tabs;
  await page.getByText(/^live, /).waitFor();
  await page.getByRole("button", { name: "Pause", exact: true }).click();
  await page.getByText(/in conversation will finish/).waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Pause" }).click();
  await page.getByText(/API_TOKEN paused it at/).waitFor();
  await other.page.getByText(/API_TOKEN 于 .+ 暂停/).waitFor();
  await page.getByRole("button", { name: "Resume" }).first().click();
  await page.getByRole("dialog").getByRole("button", { name: "Resume" }).click();
  await page.getByRole("button", { name: "Rate…" }).click();
  await page.getByRole("dialog").getByRole("textbox").fill("200");
  await page.getByRole("button", { name: "Change the rate" }).click();
  await other.page.getByText("API_TOKEN 修改速率").waitFor();
  await Promise.all([
    page.getByText(/^Finished at/).waitFor({ timeout: 120_000 }),
    other.page.getByText(/完成：/).waitFor({ timeout: 120_000 }),
  ]);
  expect([await legend(page), await legend(other.page)]).toEqual([PEOPLE, PEOPLE]);
  expect(await figures(page)).toEqual({
    success: PEOPLE - REFUSED,
    failure: REFUSED,
    waiting: 0,
    "in doubt": 0,
    "not sent": 0,
  });
  expect(Object.values(await figures(other.page))).toEqual(Object.values(await figures(page)));

  expect(await barriers(page)).toEqual([]);
  expect(await barriers(other.page)).toEqual([]);

  await page.getByRole("button", { name: "Show those: no such user" }).click();
  await page
    .getByRole("button", { name: /What happened to nobody/ })
    .first()
    .click();
  await page.getByRole("dialog").getByText(WORDS).first().waitFor();
  expect(await barriers(page)).toEqual([]);
  await page.getByRole("dialog").getByRole("button", { name: "Retry this one" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Retry" }).click();
  await page.getByText("1 mail is tried again.").waitFor();
  for (const { context, faults } of tabs) {
    expect(faults).toEqual([]);
    await context.close();
  }
});

it("a finished push is right at once; a tab left open over a restart of the stack is right again by itself", async () => {
  const id = await push({ rate: 30 });
  const reader = await openPage(browser, stack.url, "en-GB", /WebSocket|Failed to load|ERR_/);
  const { page } = reader;
  await signIn(reader, stack.token);
  await page.goto(`${stack.url}/pushes/${id}`);
  await page.getByText(/^live, /).waitFor();
  await stack.restart();
  await stack.api("POST", `/api/pushes/${id}/cancel`);
  await page.getByText(/API_TOKEN cancelled it at/).waitFor({ timeout: 60_000 });
  await page.getByText(/^live, /).waitFor();
  expect(await legend(page)).toBe(PEOPLE);
  await page.reload();
  await page.getByText(/API_TOKEN cancelled it at/).waitFor();
  expect(await legend(page)).toBe(PEOPLE);
  expect(reader.faults).toEqual([]);
  await reader.context.close();
});

it("a token that may only read sees the push, and why it cannot steer it; held pushes are approved by one that may send", async () => {
  const { token } = await stack.api<{ token: string }>("POST", "/api/tokens", { name: "looker", scopes: ["read"] });
  const id = await push({ hold: true });
  const looker = await openPage(browser, stack.url);
  await signIn(looker, token);
  await looker.page.goto(`${stack.url}/pushes/${id}`);
  await looker.page.getByText("needs a token with the scope write").waitFor();
  expect(await looker.page.getByRole("button", { name: "Approve…" }).count()).toBe(0);
  await looker.page.goto(`${stack.url}/tokens`);
  await looker.page.getByText("Only API_TOKEN itself may see this.").waitFor();

  const sender = await openPage(browser, stack.url, "en-GB", /409/);
  await signIn(sender, stack.token);
  await sender.page.goto(`${stack.url}/pushes/${id}`);
  await sender.page.getByText(/nothing is sent until somebody approves it/).waitFor();
  await sender.page.getByRole("button", { name: "Approve…" }).click();
  const dialog = sender.page.getByRole("dialog");
  // Somebody changes the push while the dialog is open: this is not what was seen.
  await stack.api("PATCH", `/api/pushes/${id}`, { subject: "Changed meanwhile" });
  await sender.page.getByText("Changed meanwhile").first().waitFor({ state: "attached" });
  await dialog.getByRole("button", { name: "Approve" }).click();
  await dialog.getByText(/the content version is 2, not 1/).waitFor();
  await sender.page.keyboard.press("Escape");
  await sender.page.getByRole("button", { name: "Approve…" }).click();
  await dialog.getByRole("button", { name: "Approve" }).click();
  await sender.page.getByText(/^Finished at/).waitFor({ timeout: 120_000 });
  for (const { context, faults } of [looker, sender]) {
    expect(faults).toEqual([]);
    await context.close();
  }
});
