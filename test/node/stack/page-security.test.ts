import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Stack, startStack } from "../../../scripts/stack.ts";
import { SECURITY_HEADERS } from "../../../src/http/security-headers.ts";
import { startBrowser } from "../browser.ts";

let stack: Stack;
let browser: Browser;
const closing: (() => Promise<void>)[] = [];
/** Requests that reached another server on this machine. */
let elsewhere: { url: string; calls: string[] };

beforeAll(async () => {
  stack = await startStack({ vars: { TRANSPORT: "none" } });
  closing.push(() => stack.stop());
  const started = await startBrowser();
  closing.push(started.close);
  browser = started.browser;
  const calls: string[] = [];
  const server = createServer((request, response) => {
    calls.push(`${request.method} ${request.url}`);
    response.end("elsewhere");
  });
  server.on("connection", () => void calls.push("connection"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(async () => void server.close());
  elsewhere = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls };
}, 120_000);
afterAll(async () => {
  for (const close of closing.toReversed()) await close();
});

/** All that a mail may try, each naming what it would reach. */
const hostileMail = (url: string) => `
<!doctype html><html><head><title>mail</title>
<base href="${url}/base/">
<meta http-equiv="refresh" content="0;url=${url}/refresh">
<link rel="preconnect" href="${url}"><link rel="prefetch" href="${url}/prefetch">
<link rel="preload" as="image" href="${url}/preload"><link rel="stylesheet" href="${url}/link.css"><style>@import "${url}/import.css"; p { color: rgb(1, 2, 3) } b { background: url(${url}/background) }</style>
<script>document.title = "ran"; fetch("${url}/script")</script><script src="${url}/script.js"></script></head>
<body onload="fetch('${url}/onload')"><p id="mail" style="font-weight: 700">您好</p><b>b</b>
<img id="own" src="data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="
 onload="fetch('${url}/img-onload')">
<img src="${url}/pixel" onerror="fetch('${url}/onerror')"><img srcset="${url}/srcset 1x">
<svg onload="fetch('${url}/svg')"><image href="${url}/svg-image"/></svg>
<iframe src="${url}/frame"></iframe><iframe srcdoc="<script>top.document.title = 'ran'</script>"></iframe>
<object data="${url}/object"></object><embed src="${url}/embed"><video src="${url}/video" poster="${url}/poster" autoplay></video>
<audio src="${url}/audio" autoplay></audio><form id="form" action="${url}/form"><button id="post">x</button></form>
<form action="/api/session/links" method="post"><button id="own-post">x</button></form>
<a id="top" target="_top" href="${url}/top">x</a><a id="blank" target="_blank" href="${url}/blank">x</a>
<a id="script" href="javascript:fetch('${url}/javascript')">x</a><a id="self" href="${url}/self">x</a>
</body></html>`;

/** A page of our address that is signed in; it shows an answer of the API, under the policy of all pages. */
async function signedIn(): Promise<Page> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${stack.url}/api/session`);
  const data = { token: stack.token };
  expect((await context.request.post(`${stack.url}/api/session`, { data })).status()).toBe(200);
  return page;
}

/** Posts a form into a frame, as the page does; resolves when the frame has loaded. */
async function showInFrame(page: Page, html: string, images = "hide") {
  const push = JSON.stringify({ action: "mailpush", filter: {}, subject: "s", html, recipient: { username: "Li" } });
  await page.evaluate(
    ([json, shown]) => {
      const { document } = globalThis as unknown as { document: BrowserDocument };
      const make = (tag: string, attributes: Record<string, string>) => {
        const element = document.createElement(tag);
        for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
        return element;
      };
      document.body.replaceChildren();
      // Without `sandbox`: the policy alone has to hold.
      const frame = make("iframe", { name: "preview" });
      const form = make("form", { method: "post", target: "preview", action: "/api/pushes/preview/frame" });
      form.append(
        make("input", { name: "push", value: json ?? "" }),
        make("input", { name: "images", value: shown ?? "" }),
      );
      document.body.append(frame, form);
      return new Promise<void>((resolve) => {
        frame.addEventListener("load", () => resolve());
        form.submit();
      });
    },
    [push, images],
  );
  const frame = page.frame("preview");
  if (frame === null) throw new Error("there is no frame");
  return frame;
}

/** As much of the DOM as the test uses in the browser. */
interface BrowserElement {
  append(...children: BrowserElement[]): void;
  replaceChildren(): void;
  setAttribute(name: string, value: string): void;
  addEventListener(event: "load", listener: () => void): void;
  submit(): void;
}
interface BrowserDocument {
  readonly body: BrowserElement;
  createElement(tag: string): BrowserElement;
}

it.each(["/", "/pushes/any", "/icon.svg", "/api/pushes", "/openapi.json", "/api/nothing"])(
  "%s has the headers that keep a page shut, whoever answers",
  async (path) => {
    const { headers } = await fetch(stack.url + path);
    const names = Object.keys(SECURITY_HEADERS);
    expect(Object.fromEntries(names.map((name) => [name, headers.get(name)]))).toEqual(SECURITY_HEADERS);
  },
);

it("a hostile mail in the frame is shown with its styles, and runs, posts and loads nothing", async () => {
  const page = await signedIn();
  const opened: string[] = [];
  page.on("dialog", () => opened.push("dialog"));
  page.context().on("page", () => opened.push("window"));
  const own: string[] = [];
  page.on("request", (request) => own.push(`${request.method()} ${request.url()}`));
  const frame = await showInFrame(page, hostileMail(elsewhere.url));
  const mail = frame.locator("#mail");
  expect(await mail.textContent()).toBe("您好");
  // The driver reads the styles from outside: the page's scripts cannot reach into an origin of its own.
  const seen =
    "({ ...getComputedStyle(document.getElementById('mail')), width: document.getElementById('own').naturalWidth })";
  expect(await frame.evaluate(seen)).toMatchObject({ color: "rgb(1, 2, 3)", fontWeight: "700", width: 1 });
  expect(await frame.evaluate("self.origin")).toBe("null");
  for (const id of ["post", "own-post", "script", "top", "blank"]) await frame.locator(`#${id}`).click({ force: true });
  await page.waitForTimeout(500);
  expect(elsewhere.calls).toEqual([]);
  expect(opened).toEqual([]);
  expect(own.filter((one) => one.includes("/api/session/links"))).toEqual([]);
  expect([await page.title(), await frame.title(), page.url()]).toEqual(["", "mail", `${stack.url}/api/session`]);
  // A link in it leads nowhere else either: the page frames nothing from elsewhere.
  await frame.locator("#self").click({ force: true, noWaitAfter: true });
  await page.waitForTimeout(500);
  expect(elsewhere.calls).toEqual([]);
  await page.context().close();
});

it("without a session the frame shows nothing, and a page of elsewhere gets no mail to show", async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${stack.url}/api/session`);
  const answered = page.waitForResponse((response) => response.url().endsWith("/frame"));
  await showInFrame(page, "<p>mail</p>");
  expect((await answered).status()).toBe(401);
  const signedInPage = await signedIn();
  await signedInPage.goto(elsewhere.url);
  elsewhere.calls.length = 0;
  await signedInPage.evaluate("document.body.textContent = ''");
  const html = `<form method="post" action="${stack.url}/api/pushes/preview/frame"><input name="push" value="{}"></form>`;
  const refused = signedInPage.waitForResponse((response) => response.url().endsWith("/frame"));
  await signedInPage.setContent(`${html}<script>document.forms[0].submit()</script>`);
  expect((await refused).status()).toBe(403);
  await Promise.all([context.close(), signedInPage.context().close()]);
});
