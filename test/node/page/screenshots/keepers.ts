import type { Page } from "playwright-core";
import type { Stack } from "../../../../scripts/stack.ts";
import { signToken } from "../../../../src/message/signed/delivery-token.ts";
import { LONG } from "./crowd.ts";
import type { Scene } from "./scenes.ts";

/** What stands behind the views of those who keep people, templates, tokens and relays. */
export interface Kept {
  /** All that can be known of somebody is known of this one. */
  readonly full: number;
  /** Suppressed for several reasons. */
  readonly suppressed: string;
  readonly template: string;
  /** A token that may only read. */
  readonly reader: string;
  /** Of unsubscribe links: of somebody who is there, and of nobody. */
  readonly link: string;
  readonly deadLink: string;
}

const FULL = "wolfeschlegelsteinhausenbergerdorff.the.third@a-department-with-a-long-name.library.example";

/** Adds to a filled stack what fills lists and views beyond what is usual. */
export async function fillKeepers({ api }: Stack, signingKey: string): Promise<Kept> {
  const attributes = Object.fromEntries([
    ["plan", "pro"],
    ["visits", 123_456_789_012],
    ["member", true],
    ["tags", ["novels", "travel", "a tag of some length that goes on and on"]],
    ["address", { city: "Beijing", street: { name: "Chang'an", number: 1 }, since: null }],
    ["a_name_of_an_attribute_that_is_sixty_four_characters_long_as_may", LONG],
    ...Array.from({ length: 54 }, (_, n) => [`field_${n}`, n % 2 ? n * 7_919 : `value ${n}`] as const),
  ]);
  await api("POST", "/api/recipients", [{ address: FULL, username: LONG, area: LONG.slice(0, 64), attributes }]);
  const { data } = await api<{ data: { id: number }[] }>("GET", `/api/recipients?search=${FULL.slice(0, 20)}`);
  const full = data[0]?.id ?? 0;
  for (const subject of ["Spring sale", LONG, "本周新书：三本值得一读的小说"]) {
    const push = { action: "mailpush", filter: { address: FULL }, subject, html: "<p>Hello</p>" };
    await api("POST", "/api/pushes", push);
  }
  await api("POST", "/api/pushes", {
    action: "mailpush",
    filter: { address: FULL },
    subject: "Moved",
    html: "<p>{{ username | nonsense }}</p>".replace(" | nonsense", ""),
  });
  const suppressed = "reader7@books.example";
  for (const [reason, detail] of [
    ["unsubscribed", null],
    ["complained", "feedback loop of a mailbox provider, report 5f2c-88a1 of 24 November"],
    ["bounced", `550 5.7.1 ${LONG}`],
  ]) {
    await api("POST", "/api/suppressions", { address: suppressed, reason, detail });
  }
  await api("DELETE", `/api/suppressions/${encodeURIComponent(suppressed)}?reason=bounced`).catch(() => null);
  const many = Array.from({ length: 130 }, (_, n) => ({
    address: `former-reader-${n}@${n % 40 === 3 ? `${"long-".repeat(11)}name` : "books"}.example`,
    reason: ["manual", "bounced", "no-such-user", "complained", "unsubscribed"][n % 5],
    ...(n % 3 === 0
      ? {
          detail:
            n % 2
              ? "imported from the old system"
              : `550 5.1.1 <former-reader-${n}@books.example>: Recipient address rejected: User unknown in virtual mailbox table`,
        }
      : {}),
  }));
  await api("POST", "/api/suppressions", many);
  for (let n = 0; n < 130; n++) {
    const filter = n % 2 ? { area: "berlin", "attributes.plan": "pro" } : { "attributes.visits": { gte: n * 1_000 } };
    await api("POST", "/api/segments", { name: `Readers ${n}, who came lately`, filter });
  }
  const mail = {
    subject: "{{ username }}, three new books",
    html: "<h1>Hello {{ username }}</h1><p>Three new books.</p>",
  };
  const { id: template } = await api<{ id: string }>("POST", "/api/templates", {
    name: "Books of the week",
    kind: "newsletter",
    ...mail,
  });
  for (let n = 2; n < 9; n++) {
    await api("PATCH", `/api/templates/${template}`, { subject: `{{ username }}, ${n} new books` });
  }
  for (let n = 0; n < 12; n++) {
    await api("POST", "/api/templates", { name: `Notice ${n}`, kind: n % 3 ? "notice" : "newsletter", ...mail });
  }
  await api("POST", "/api/templates", { subject: "A template without a name", html: "<p>Hello</p>" });
  await api("POST", "/api/tokens", { name: LONG.slice(0, 100), scopes: ["read", "write", "send"] });
  await api("POST", "/api/tokens", {
    name: "shop",
    scopes: ["read", "send"],
    expiresAt: new Date(Date.now() + 30 * 86_400_000).toISOString(),
  });
  await api("POST", "/api/tokens", {
    name: "gone",
    scopes: ["read"],
    expiresAt: new Date(Date.now() + 2_000).toISOString(),
  });
  const { token: reader } = await api<{ token: string }>("POST", "/api/tokens", { name: "looks on", scopes: ["read"] });
  const { data: pushes } = await api<{ data: { id: string }[] }>("GET", "/api/pushes?search=Spring");
  const push = pushes[0]?.id ?? "";
  return {
    full,
    suppressed,
    template,
    reader,
    link: `/u/${signToken("unsubscribe", push, full, signingKey)}`,
    deadLink: `/u/${signToken("unsubscribe", push, 999_999, signingKey)}`,
  };
}

const VIEW = {
  recipients: "/recipients",
  suppressions: "/suppressions",
  segments: "/segments",
  templates: "/templates",
  tokens: "/tokens",
  relays: "/relays",
  settings: "/settings",
} as const;

/** The views of keepers in all their states. Controls are found by where they stand: their words are in two languages. */
export function keeperScenes(kept: Kept): readonly Scene[] {
  const person = `/recipients/${kept.full}`;
  return [
    { name: "recipients, nobody found", at: "/recipients?search=zzzz" },
    { name: "recipients, found", at: "/recipients?search=wolfe" },
    { name: "recipients, an area", at: "/recipients?area=library" },
    { name: "recipients, adding", at: VIEW.recipients, act: headButton(1) },
    {
      name: "recipients, not added",
      at: VIEW.recipients,
      act: async (page) => {
        await headButton(1)(page);
        await page.locator("dialog .input").nth(0).fill("user@@x");
        await page.locator("dialog .attributes .button").last().click();
        await page.locator("dialog .attribute .input").first().fill("plan");
        await footButton(page);
      },
    },
    {
      name: "recipients, known already",
      at: VIEW.recipients,
      act: async (page) => {
        await headButton(1)(page);
        await page.locator("dialog .input").nth(0).fill("lee@example.org");
        await footButton(page);
      },
    },
    { name: "recipients, file over it", at: VIEW.recipients, act: dragOver },
    { name: "recipient, full", at: person },
    { name: "recipient, edited", at: person, act: headButton(0) },
    {
      name: "recipient, edited as JSON",
      at: person,
      act: async (page) => {
        await headButton(0)(page);
        await page.locator("dialog .choice button").last().click();
      },
    },
    { name: "recipient, deleting", at: person, act: headButton(1) },
    { name: "recipient, erasing", at: person, act: headButton(2) },
    { name: "recipient, story", at: person, act: (page) => page.locator(".table .button").first().click() },
    { name: "recipient, gone", at: "/recipients/999999" },
    { name: "import, chosen", at: "/recipients/import", act: choose(PEOPLE_FILE) },
    { name: "import, of many columns", at: "/recipients/import", act: choose(WIDE_FILE) },
    { name: "import, without names", at: "/recipients/import", act: choose(NAMELESS_FILE) },
    { name: "import, a workbook", at: "/recipients/import", act: choose(WORKBOOK) },
    {
      name: "import, an empty file",
      at: "/recipients/import",
      act: choose({ ...WORKBOOK, name: "empty.csv", buffer: Buffer.alloc(0) }),
    },
    { name: "import, done", at: "/recipients/import", act: imported(PEOPLE_FILE) },
    { name: "import, all taken", at: "/recipients/import", act: imported(GOOD_FILE) },
    {
      name: "import, interrupted",
      at: "/recipients/import",
      before: (page) => page.route("**/api/recipients/import*", refuse),
      act: imported(PEOPLE_FILE),
    },
    {
      name: "import, running",
      at: "/recipients/import",
      before: (page) => page.route("**/api/recipients/import*", hang),
      act: imported(PEOPLE_FILE),
    },
    {
      name: "import, paused",
      at: "/recipients/import",
      before: (page) => page.route("**/api/recipients/import*", hang),
      act: async (page) => {
        await imported(PEOPLE_FILE)(page);
        await page.locator(".card-acts .button").first().click();
      },
    },
    { name: "suppressions import, chosen", at: "/suppressions/import", act: choose(SUPPRESSED_FILE) },
    { name: "suppressions import, done", at: "/suppressions/import", act: imported(SUPPRESSED_FILE) },
    { name: "suppressions, nothing found", at: "/suppressions?search=zzzz" },
    { name: "suppressions, one reason", at: "/suppressions?reason=bounced" },
    { name: "suppressions, adding", at: VIEW.suppressions, act: headButton(2) },
    {
      name: "suppressions, pasted",
      at: VIEW.suppressions,
      act: async (page) => {
        await headButton(2)(page);
        await page
          .locator("dialog textarea")
          .fill(`a@books.example, "Bo" <bo@books.example>\nnobody here\nc@books.example`);
      },
    },
    {
      name: "suppressions, why",
      at: "/suppressions?search=reader7",
      act: (page) => page.locator(".table .link").first().click(),
    },
    {
      name: "suppressions, lifting",
      at: "/suppressions?search=reader7",
      act: (page) => page.locator(".table .button").first().click(),
    },
    { name: "segments, a new one", at: VIEW.segments, act: headButton(0) },
    {
      name: "segments, edited",
      at: VIEW.segments,
      act: (page) => page.locator(".table tr").nth(3).locator(".button").nth(1).click(),
    },
    {
      name: "segments, deleting",
      at: VIEW.segments,
      act: (page) => page.locator(".table tr").nth(3).locator(".button").nth(2).click(),
    },
    { name: "templates, one kind", at: "/templates?kind=newsletter" },
    { name: "templates, no such kind", at: "/templates?kind=nothing" },
    { name: "template, new", at: "/templates/new" },
    { name: "template, of versions", at: `/templates/${kept.template}` },
    { name: "template, gone", at: "/templates/none" },
    {
      name: "template, with a fault",
      at: `/templates/${kept.template}`,
      act: async (page) => {
        await page.locator("textarea").first().fill("<h1>Hello {{ username | upcse }}</h1>\n{% if %}");
        await page.waitForTimeout(1_500);
      },
    },
    { name: "template, deleting", at: `/templates/${kept.template}`, act: headButton(2) },
    { name: "tokens, a new one", at: VIEW.tokens, act: headButton(0) },
    {
      name: "tokens, made",
      at: VIEW.tokens,
      act: async (page) => {
        await headButton(0)(page);
        await page.locator("dialog .input").first().fill("newsletter of the shop");
        await footButton(page);
      },
    },
    { name: "tokens, revoking", at: VIEW.tokens, act: (page) => page.locator(".table .button").first().click() },
    { name: "relays, tested", at: VIEW.relays, act: (page) => page.locator(".card-acts .button").first().click() },
    { name: "relays, twelve", at: VIEW.relays, before: (page) => page.route("**/api/relays", withRelays(manyRelays)) },
    { name: "relays, all ill", at: VIEW.relays, before: (page) => page.route("**/api/relays", withRelays(illRelays)) },
    { name: "relays, pausing", at: VIEW.relays, act: (page) => page.locator(".card-acts .button").nth(1).click() },
    {
      name: "relays, resuming",
      at: VIEW.relays,
      before: (page) => page.route("**/api/relays", withRelays(illRelays)),
      act: (page) => page.locator(".card-acts .button").nth(1).click(),
    },
    {
      name: "relays, test failed",
      at: VIEW.relays,
      before: (page) => page.route("**/api/relays/*/test", (route) => route.fulfill({ json: FAILED_TEST })),
      act: (page) => page.locator(".card-acts .button").first().click(),
    },
    { name: "settings, much to do", at: VIEW.settings, before: withSettings },
    { name: "docs", at: "/docs" },
    { name: "unsubscribe", at: kept.link },
    { name: "unsubscribed", at: kept.link, act: (page) => page.locator("button").click() },
    {
      name: "subscribed again",
      at: kept.link,
      act: async (page) => {
        await page.locator("button").click();
        await page.locator("button").click();
      },
    },
    { name: "unsubscribe, nobody", at: kept.deadLink, act: (page) => page.locator("button").click() },
    { name: "unsubscribe, no such link", at: "/u/nothing" },
    {
      name: "away, list",
      at: VIEW.recipients,
      before: (page) => page.route("**/api/recipients**", (route) => route.abort()),
    },
    {
      name: "failing, list",
      at: VIEW.recipients,
      before: (page) =>
        page.route("**/api/recipients?**", (route) =>
          route.fulfill({
            status: 503,
            contentType: "application/problem+json",
            json: {
              status: 503,
              code: "unavailable",
              title: "Service Unavailable",
              detail: "The database does not answer. Nothing was changed; try again in a minute.",
              requestId: "8f2c",
            },
          }),
        ),
    },
    {
      name: "no chunk",
      at: VIEW.segments,
      before: (page) =>
        page.route("**/assets/view-*", (route) =>
          route.request().url().includes("view") ? route.abort() : route.continue(),
        ),
    },
    { name: "forbidden, tokens", at: VIEW.tokens, before: signInAs(kept.reader) },
    { name: "forbidden, import", at: "/recipients/import", before: signInAs(kept.reader) },
    { name: "reader, recipients", at: VIEW.recipients, before: signInAs(kept.reader) },
    { name: "reader, recipient", at: person, before: signInAs(kept.reader) },
    { name: "reader, suppressions", at: VIEW.suppressions, before: signInAs(kept.reader) },
    { name: "reader, segments", at: VIEW.segments, before: signInAs(kept.reader) },
    { name: "reader, template", at: `/templates/${kept.template}`, before: signInAs(kept.reader) },
    { name: "account", at: VIEW.settings, act: (page) => page.locator(".account").click() },
    {
      name: "account, reader",
      at: VIEW.settings,
      before: signInAs(kept.reader),
      act: (page) => page.locator(".account").click(),
    },
    {
      name: "toast",
      at: "/segments",
      act: async (page) => {
        await page.locator(".table tr").nth(3).locator(".button").nth(2).click();
        await footButton(page);
      },
    },
  ];
}

const headButton = (at: number) => (page: Page) => page.locator(".head-acts .button").nth(at).click();
const footButton = (page: Page) => page.locator("dialog .dialog-foot .button").last().click();

interface GivenFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

const csv = (name: string, lines: readonly string[]): GivenFile => ({
  name,
  mimeType: "text/csv",
  buffer: Buffer.from(`${lines.join("\r\n")}\r\n`),
});

const GOOD_FILE = csv("readers.csv", [
  "Email,Name,City,Plan",
  ...Array.from({ length: 40 }, (_, n) => `imported${n}@books.example,Reader ${n},Beijing,${n % 2 ? "pro" : "free"}`),
]);
const PEOPLE_FILE = csv("readers of the year, a long name of a file that somebody exported twice (2).csv", [
  "Email,Name,City,Plan",
  ...Array.from({ length: 300 }, (_, n) =>
    n % 9 === 4 ? `not-an-address-${n},Reader ${n},Berlin,free` : `imported${n}@books.example,Reader ${n},Beijing,pro`,
  ),
]);
const WIDE_FILE = csv("wide.csv", [
  ["email", "name", ...Array.from({ length: 40 }, (_, n) => `a column of a long name, number ${n}`)]
    .map((name) => `"${name}"`)
    .join(","),
  ...Array.from({ length: 5 }, (_, n) =>
    [`w${n}@books.example`, `Reader ${n}`, ...Array.from({ length: 40 }, (_, m) => (m === 3 ? LONG : `${n * m * 97}`))]
      .map((cell) => `"${cell}"`)
      .join(","),
  ),
]);
const NAMELESS_FILE = csv("nameless.csv", ["a@books.example,Ann,Beijing", "b@books.example,Bo,Berlin"]);
const WORKBOOK = {
  name: "readers.xlsx",
  mimeType: "application/octet-stream",
  buffer: Buffer.from("PK\u0003\u0004 a workbook"),
};
const SUPPRESSED_FILE = csv("suppressed.csv", [
  "address,reason,detail",
  "s1@books.example,bounced,moved away",
  "s2@books.example,,",
  "nobody,,",
]);

const choose = (file: GivenFile) => async (page: Page) => {
  await page.locator("input[type=file]").first().setInputFiles(file);
  await page.waitForTimeout(700);
};

const imported = (file: GivenFile) => async (page: Page) => {
  await choose(file)(page);
  await page.locator(".import-foot .button").click();
  await page.waitForTimeout(1_500);
};

async function dragOver(page: Page): Promise<void> {
  await page.evaluate(`(() => {
    const data = new DataTransfer();
    data.items.add(new File(["x"], "x.csv"));
    dispatchEvent(new DragEvent("dragenter", { dataTransfer: data }));
  })()`);
}

type Route = Parameters<Parameters<Page["route"]>[1]>[0];

const refuse = (route: Route) =>
  route.fulfill({
    status: 400,
    contentType: "application/problem+json",
    json: { status: 400, code: "bad-csv", title: "Bad Request", detail: "line 3: a quote is never closed" },
  });

/** Nobody answers while the picture is taken. */
const hang = (): Promise<void> => new Promise(() => {});

const signInAs = (token: string) => async (page: Page) => {
  await page.context().request.post("/api/session", { data: { token } });
};

const FAILED_TEST = {
  id: "smtp",
  ok: false,
  connectMs: 84,
  totalMs: 412,
  offered: {
    pipelining: true,
    startTls: true,
    eightBitMime: true,
    smtpUtf8: true,
    sizeLimit: 41_943_040,
    auth: ["PLAIN", "LOGIN"],
  },
  secured: true,
  authenticated: false,
  failure: {
    stage: "auth",
    error: "the relay refused our credentials",
    reply:
      "535 5.7.8 Username and Password not accepted. For more information, go to https://support.example.com/mail/?p=BadCredentials 5b1f17b1804b1-47c08 - gsmtp",
  },
};

type Relays = { data: Record<string, unknown>[] };

/** Answers with what is made of the API's answer; a window that was closed meanwhile gets none. */
const changed = (made: (answer: Record<string, unknown>) => unknown) => (route: Route) =>
  route
    .fetch()
    .then(async (answer) => route.fulfill({ json: made((await answer.json()) as Record<string, unknown>) }))
    .catch(() => {});

const withRelays = (made: (one: Record<string, unknown>) => Record<string, unknown>[]) =>
  changed((relays) => ({ ...relays, data: made((relays as Relays).data[0] ?? {}) }));

const manyRelays = (one: Record<string, unknown>): Record<string, unknown>[] =>
  Array.from({ length: 12 }, (_, n) => ({
    ...one,
    id: n === 0 ? "a-relay-with-a-name-of-sixty-characters-as-long-as-may-be-ok" : `relay-${n}`,
    transport: n === 5 ? "email-service" : "smtp",
    host: n === 5 ? null : `smtp-${n}.a-region-with-a-long-name.mail-provider.example`,
    port: n === 5 ? null : 587,
    security: n === 5 ? null : "starttls",
    username: n === 5 ? null : "AKIAIOSFODNN7EXAMPLE",
    provider: ["ses", "postmark", "sendgrid", "mailgun", null][n % 5],
    weight: n === 11 ? 0 : n + 1,
    health: "up",
    perSecond: n * 137.5,
    learnedLimit: n % 2 ? 480 : null,
    acceptedPerSecond: n * 131.2,
    sessions: { limit: 20, open: n },
    quotas: [
      { limit: 50_000, seconds: 86_400, used: n * 4_545, freesAt: new Date(Date.now() + 7_200_000).toISOString() },
      {
        limit: 123_456_789_012,
        seconds: 3_600,
        used: 98_765_432_109,
        freesAt: new Date(Date.now() + 130_000).toISOString(),
      },
    ].slice(0, n % 3),
    shares: Array.from({ length: n % 4 }, (_, m) => ({ push: `push${m}`, perSecond: 41.5 * m, wants: 12_345 * m })),
  }));

const ILL = ["stopped", "resting", "probing", "paused", "unknown"] as const;

const illRelays = (one: Record<string, unknown>): Record<string, unknown>[] =>
  manyRelays(one)
    .slice(0, ILL.length)
    .map((relay, n) => ({
      ...relay,
      health: ILL[n],
      reason: n === 3 ? null : FAILED_TEST.failure.reply,
      since: new Date(Date.now() - 1_260_000).toISOString(),
      nextTryInMs: n === 1 ? 93_000 : null,
    }));

const withSettings = async (page: Page): Promise<void> => {
  await page.route("**/api/health*", (route) =>
    route.fulfill({ status: 503, json: { status: "failed", config: "ok", d1: "ok", queue: "failed", object: "ok" } }),
  );
  const levels = {
    problem: ["public-url-not-https", "example-sender", "sends-nothing", "relay-in-clear"],
    advice: ["bounces-unseen", "webhook-shut", "return-path-unaligned", "no-receipts"],
    "by-hand": ["look-at-dkim", "look-at-dmarc"],
  };
  const checks = Object.entries(levels).flatMap(([level, codes]) =>
    codes.map((code, n) => ({
      code,
      level,
      variable: n ? "SES_TOPIC_ARN" : null,
      relay: n === 3 ? "a-relay-with-a-name-of-sixty-characters-as-long-as-may-be-ok" : null,
      message: code,
    })),
  );
  await page.route(
    "**/api/settings",
    changed((settings) => ({ ...settings, checks, from: { name: LONG.slice(0, 60), address: FULL } })),
  );
};
