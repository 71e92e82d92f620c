import type { Page } from "playwright-core";
import { type Crowd, LONG } from "./crowd.ts";
import type { Scene } from "./scenes.ts";

const HTML = `<div style="font-family: sans-serif"><h1>Hello {{ username }}</h1>
<p>Three new books came in this week in {{ attributes.city }}. The first one is kept for you until Sunday.</p>
<p><a href="{{ unsubscribe_url }}">No more of these mails</a></p></div>`;

async function write(page: Page, { subject = "{{ username }}, three new books", html = HTML } = {}): Promise<void> {
  await page.locator('[data-written="subject"]').fill(subject);
  await page.locator('[data-written="html"]').fill(html);
  await page.waitForTimeout(1_500);
}

const open = (name: RegExp) => async (page: Page) => {
  await write(page);
  await page.locator(".composer-foot .button").filter({ hasText: name }).click();
};
const view = (nth: number) => async (page: Page) => {
  await write(page);
  await page.locator(".composer-mail .choice button").nth(nth).click();
  await page.waitForTimeout(500);
};
const many = (answer: unknown): unknown => ({ ...(answer as object), count: 1_234_567, isEstimate: true });

export function composeScenes({ finished }: Crowd): readonly Scene[] {
  const at = "/new";
  return [
    { name: "new push, written", at, act: write },
    { name: "new push, phone view", at, act: view(1) },
    { name: "new push, text", at, act: view(2) },
    { name: "new push, source", at, act: view(3) },
    {
      name: "new push, wrong",
      at,
      act: (page) => write(page, { html: "<h1>\n  {{ username | upcse }}</h1>{% if %}" }),
    },
    {
      name: "new push, overfull",
      at,
      act: (page) => write(page, { subject: LONG, html: `<p>${LONG.repeat(20)}</p>` }),
    },
    {
      name: "new push, conditions",
      at,
      act: async (page) => {
        const add = page.locator(".filter > div > .button");
        for (let n = 0; n < 4; n++) await add.click();
        await page.locator(".condition").nth(1).locator("select").nth(1).selectOption({ index: 2 });
        await page.locator(".condition").nth(2).locator("select").nth(1).selectOption({ index: 3 });
      },
    },
    {
      name: "new push, segment",
      at,
      act: (page) => page.locator(".composer-form .choice button").nth(1).click(),
    },
    {
      name: "new push, template",
      at,
      act: async (page) => {
        await page.locator(".composer-form .card").nth(1).locator("select").first().selectOption({ index: 1 });
        await page.waitForTimeout(1_500);
      },
    },
    {
      name: "new push, options",
      at,
      act: async (page) => {
        await write(page);
        await page.locator(".options summary").click();
        await page.locator(".options .check input").first().check();
      },
    },
    {
      name: "new push, files",
      at,
      act: async (page) => {
        const file = (name: string, mimeType: string) => ({ name, mimeType, buffer: Buffer.alloc(91_234) });
        await page
          .locator("input[type=file]")
          .setInputFiles([file("logo.png", "image/png"), file(`${LONG.slice(0, 90)}.pdf`, "application/pdf")]);
        await write(page);
      },
    },
    { name: "new push, test asked", at, act: open(/test|测试/) },
    {
      name: "new push, test sent",
      at,
      act: async (page) => {
        await open(/test|测试/)(page);
        await page.locator("dialog .input").fill("reader1@books.example, nobody@books.example");
        await page.locator("dialog .button.primary").click();
        await page.locator(".test-answers").waitFor();
      },
    },
    { name: "new push, last look", at, act: open(/now|立即/) },
    { name: "new push, hold asked", at, act: open(/Hold|批准/) },
    { name: "new push, schedule asked", at, act: open(/Schedule|定时/) },
    { name: "new push, over ten thousand", at, act: open(/now|立即/), answers: { "**/recipients/count": many } },
    { name: "new push, like another", at: `/new?from=${finished}` },
    { name: "new push, write only", at, act: write, scopes: ["read", "write"] },
    { name: "new push, read only", at, scopes: ["read"] },
  ];
}
