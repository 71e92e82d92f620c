import { expect, it } from "vitest";
import { openTab } from "./tab.ts";
import { push, world } from "./world.ts";

const RUN = "globalThis.ran = true";
const SCRIPT = `<script>${RUN}</script>`;
const IMAGE = `"><img src="/none" onerror="${RUN}">`;

/** A mail that tries to get out of its frame, to run, and to call somebody. */
const MAIL = `<base href="https://elsewhere.example/"><meta http-equiv="refresh" content="0;url=/out">
<link rel="stylesheet" href="/x.css"><style>@import "/y.css"; body { background: url(/z.png) }</style>
${SCRIPT}${IMAGE}<svg onload="${RUN}"></svg><iframe srcdoc="${SCRIPT.replaceAll('"', "'")}"></iframe>
<div style="position:fixed;inset:0;pointer-events:none">cover</div>
<p><a href="https://elsewhere.example/">a link</a> <a href="javascript:${RUN}">run</a> <a target="_top" href="/settings">top</a></p>`;

it("a mail neither runs, nor calls anybody, nor leaves its frame, whatever it holds and whatever is pressed in it", async () => {
  const id = await push({ filter: { area: "south" }, hold: true, subject: SCRIPT, html: MAIL });
  const tab = await openTab({ causes: /sandbox|Content Security Policy|initiate navigation/i });
  const { page } = tab;
  const answered: string[] = [];
  page.on("response", (response) => response.url().includes("elsewhere") && answered.push(response.url()));
  await page.goto(`/pushes/${id}`);
  const mail = page.frameLocator("iframe").last();
  for (const name of ["a link", "run", "top"]) {
    await mail.getByRole("link", { name, exact: true }).click();
    await mail.getByRole("link", { name, exact: true }).waitFor();
  }
  await page.getByText("Links lead nowhere in a preview").first().waitFor();
  expect(new URL(page.url()).pathname).toBe(`/pushes/${id}`);
  expect(await page.evaluate("globalThis.ran")).toBeUndefined();
  expect(answered).toEqual([]);
  // What it tried and its policy refused is no request to another host.
  tab.faults.splice(0);
  await world().stack.api("POST", `/api/pushes/${id}/cancel`);
  await tab.close();
});

it("names are shown as they are in every view, also those that every object has and those out of an address bar", async () => {
  const { api } = world().stack;
  const area = "constructor";
  const names = [SCRIPT, IMAGE, "__proto__", "W".repeat(200)];
  await api(
    "POST",
    "/api/recipients",
    names.map((name, n) => {
      const attributes = JSON.parse(`{"__proto__":{"polluted":true},"constructor":"c",${JSON.stringify(name)}:"v"}`);
      return { address: `h${n}@hostile.example`, username: name, area, attributes };
    }),
  );
  for (const name of names) await api("POST", "/api/segments", { name: name.slice(0, 100), filter: { area: name } });
  const id = await push({ filter: { area }, subject: IMAGE, html: "<p>Hello</p>" });
  const { data } = await api<{ data: { id: number }[] }>("GET", `/api/recipients?area=${area}`);
  const tab = await openTab({ causes: /400|404/ });
  const { page } = tab;
  const views = [
    ...["/", "/segments", `/recipients?area=${area}`, "/new", `/recipients/${data[0]?.id}`, "/recipients/__proto__"],
    ...["state=constructor", "class=__proto__", "domain=%3Cx%3E", "after=x"].map((query) => `/pushes/${id}?${query}`),
    ...["/?state=toString", "/?after=x", "/suppressions?reason=constructor", "/pushes/a%2F..%2F..%2Ftokens"],
    `/pushes/${"x".repeat(2_000)}`,
  ];
  for (const view of views) {
    await page.goto(view);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.waitForLoadState("networkidle");
    expect(
      await page.evaluate(`[globalThis.ran, {}.polluted, document.documentElement.scrollWidth > innerWidth]`),
    ).toEqual([undefined, undefined, false]);
    expect(await page.locator("body").textContent()).not.toMatch(/native code|\[object|NaN|undefined/);
  }
  await page.goto(`/pushes/${id}?after=x`);
  await page.getByRole("button", { name: "Show all" }).first().click();
  await page.getByRole("button", { name: /^What happened to h0@/ }).waitFor();
  await tab.close();
});
