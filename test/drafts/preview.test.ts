import { env } from "cloudflare:workers";
import PostalMime from "postal-mime";
import { beforeEach, describe, expect, it } from "vitest";
import { api, call, type Json, json } from "../http/api.ts";
import { relay } from "../setup/own-relay.ts";

const HTML =
  '<p>Dear {{ username }}, {{ attributes.plan | default: "none" }}</p><a href="{{ unsubscribe_url }}">Leave</a>';
const PUSH = { action: "mailpush", filter: {}, subject: "Grüße, {{ username }}", html: HTML };

const preview = (body: object) => api("POST", "/api/pushes/preview", { ...PUSH, ...body });
const codesOf = async (body: object): Promise<string[]> => {
  const { warnings } = await json(preview({ recipient: {}, ...body }));
  return warnings.map(({ code, path }: Json) => `${code} ${path}`);
};

/** Tokens, times and ids, in which a mail of a push differs from the one before it. */
function alike(text: string): string {
  return text.replace(/\b[0-9a-z]{16}\.[0-9a-v]+\.[0-9a-v]{20,24}\b/g, "TOKEN");
}

let li = 0;
beforeEach(async () => {
  for (const table of ["recipients", "suppressions"]) await env.DB.prepare(`DELETE FROM ${table}`).run();
  await api("POST", "/api/recipients", [
    { address: "li@example.com", username: "李伟", attributes: { plan: "a < b" } },
    { address: "bo@example.com", username: "Bo" },
  ]);
  li = (await env.DB.prepare("SELECT id FROM recipients WHERE address = 'li@example.com'").first("id")) as number;
  await relay.reset({});
});

describe("a preview", () => {
  it("is the mail that the push then sends, header for header", async () => {
    const shown = await json(preview({ recipientId: li, replyTo: "Ann <ann@example.com>" }));
    await api("POST", "/api/pushes", {
      ...PUSH,
      replyTo: "Ann <ann@example.com>",
      filter: { address: "li@example.com" },
    });
    let raw: string | null = null;
    while (raw === null) raw = (await relay.mails())[0]?.content ?? null;
    const mail = await PostalMime.parse(Uint8Array.from(raw, (char) => char.charCodeAt(0)));
    expect(shown.subject).toBe(mail.subject);
    expect(alike(shown.html)).toBe(alike((mail.html ?? "").trimEnd()));
    expect(alike(shown.text).trimEnd()).toBe(alike((mail.text ?? "").replaceAll("\r\n", "\n")).trimEnd());
    expect(shown.headers.map(({ name }: Json) => name.toLowerCase())).toEqual(mail.headers.map(({ key }) => key));
    const varying = ["Date", "Message-ID", "List-Unsubscribe", "Feedback-ID", "Content-Type"];
    for (const [at, { name, value }] of shown.headers.entries()) {
      if (!varying.includes(name))
        expect(value.trim()).toBe(
          rawHeaders(raw)
            [at]?.replace(/^[^:]+:/, "")
            .trim(),
        );
    }
    expect(Math.abs(shown.size - raw.length)).toBeLessThan(100);
  });

  it("sends nothing and makes nothing", async () => {
    const count = () => env.DB.prepare("SELECT count(*) AS n FROM pushes").first("n");
    const before = await count();
    expect((await preview({ recipientId: li })).status).toBe(200);
    expect(await count()).toBe(before);
    expect(await relay.mails()).toEqual([]);
  });

  it("names no delivery: its links unsubscribe nobody", async () => {
    const { html } = await json(preview({ recipientId: li }));
    const path = /\/u\/[^"]+/.exec(html)?.[0] ?? "";
    const { app } = await import("../../src/http/app.ts");
    const answer = await app.fetch(new Request(`http://mailpush.test${path}`, { method: "POST" }), env);
    expect(answer.status).toBe(404);
    expect(await env.DB.prepare("SELECT count(*) AS n FROM suppressions").first("n")).toBe(0);
  });

  it("is of somebody made up, or of a recipient, and of one of them", async () => {
    const made = { username: "Ann", attributes: { plan: "pro" } };
    expect(await json(preview({ recipient: made }))).toMatchObject({
      subject: "Grüße, Ann",
      html: expect.stringContaining("Dear Ann, pro"),
      text: expect.stringContaining("Dear Ann, pro"),
    });
    expect((await json(preview({ recipientId: li }))).html).toContain("a &lt; b");
    for (const [wrong, path] of [
      [{}, "$.recipientId"],
      [{ recipientId: li, recipient: made }, "$.recipient"],
      [{ recipientId: 999_999 }, "$.recipientId"],
      [{ recipient: { address: "nobody" } }, "$.recipient"],
      [{ recipient: { color: 1 } }, "$.recipient"],
      [{ recipient: {}, subject: "{{ x }}" }, "$.subject"],
      [{ recipient: {}, to: ["a@example.com"], nonsense: 1 }, "$.nonsense"],
    ] as const) {
      const answer = await preview(wrong);
      expect({ wrong, status: answer.status }).toEqual({ wrong, status: 400 });
      expect((await json(answer)).errors[0].path).toBe(path);
    }
  });

  it("takes a template and a segment", async () => {
    const { id: template } = await json(api("POST", "/api/templates", { subject: "T", html: "<p>t</p>" }));
    const { id: segment } = await json(api("POST", "/api/segments", { name: "x", filter: {} }));
    const body = { action: "mailpush", template, segment, recipient: {} };
    expect(await json(api("POST", "/api/pushes/preview", body))).toMatchObject({ subject: "T" });
  });

  it("of a mail that would fail says why", async () => {
    const answer = await preview({ recipient: {}, subject: "{{ username }}" });
    expect(answer.status).toBe(422);
    expect(await json(answer)).toMatchObject({ code: "not-composed", detail: "subject: it is empty" });
  });
});

describe("the warnings of a preview", () => {
  it("are none for a mail that is in order", async () => {
    expect(await codesOf({})).toEqual([]);
  });

  it.each([
    ["no link to unsubscribe", { html: "<p>Hi</p>" }, "no-unsubscribe-link $.html"],
    ["an image without alt", { html: `${HTML}<img src="https://example.com/a.png">` }, "image-without-alt $.html"],
    ["html that Gmail clips", { html: `${HTML}${"x".repeat(102 * 1024)}` }, "clipped $.html"],
    ["a long subject", { subject: "x".repeat(79) }, "long-subject $.subject"],
    ["a link over http", { html: `${HTML}<a href=" HTTP://example.com">x</a>` }, "link-not-https $.html"],
    ["a link without a server", { html: `${HTML}<a href="page.html">x</a>` }, "link-not-https $.html"],
    ["a script in a link", { html: `${HTML}<a href="java&#10;script:x()">x</a>` }, "link-not-https $.html"],
    ["a link over http in the text", { text: "See http://example.com" }, "link-not-https $.text"],
    ["no text", { text: " " }, "no-text $.text"],
    ["an attribute that some lack", { html: `${HTML}{{ attributes.plan }}` }, "missing-attribute $.html"],
    ["another system's placeholder", { html: `${HTML}*|FNAME|*` }, "foreign-placeholder $.html"],
    ["an attribute that nobody has", { subject: "{{ attributes.plna }}x" }, "missing-attribute $.subject"],
  ])("name %s", async (_name, body, warning) => {
    expect(await codesOf(body)).toEqual([warning]);
  });

  it.each([
    ["mail that is not of a list needs no link", { html: "<p>Hi</p>", list: false }],
    ["an image that only decorates has an empty alt", { html: `${HTML}<img src="https://e.com/a" alt="">` }],
    [
      "other schemes are no servers",
      { html: `${HTML}<a href="mailto:a@e.com">x</a><a href="tel:1">y</a><a href="#z">z</a>` },
    ],
    ["the link to unsubscribe is the deployment's, in a text too", { text: "{{ unsubscribe_url }}" }],
    ["102 KB are shown whole", { html: `${HTML}${"x".repeat(101 * 1024)}` }],
    ["78 characters are a line", { subject: "ü".repeat(78) }],
  ])("do not say more: %s", async (_name, body) => {
    expect(await codesOf(body)).toEqual([]);
  });

  it("count how many have an attribute", async () => {
    const { warnings } = await json(preview({ recipient: {}, html: `${HTML}{{ attributes.plan }}` }));
    expect(warnings).toMatchObject([{ attribute: "attributes.plan", have: 1, lookedAt: 2 }]);
  });

  it("say that quotas are less than the audience", async () => {
    const small = [{ limit: 1, seconds: 86_400 }];
    const RELAYS = JSON.stringify([{ id: "small", host: "127.0.0.1", port: 1, security: "none", quotas: small }]);
    const over = async (body: object): Promise<Json> =>
      json(
        call(
          "POST",
          "/api/pushes/preview",
          { ...PUSH, recipient: {}, ...body },
          { authorization: `Bearer ${env.API_TOKEN}` },
          { ...env, RELAYS } as Env,
        ),
      );
    expect((await over({})).warnings).toMatchObject([{ code: "over-quota", path: "$.expiresIn", allowed: 1 }]);
    expect((await over({ filter: { address: "li@example.com" } })).warnings).toEqual([]);
    expect((await over({ expiresIn: 3 * 86_400 })).warnings).toEqual([]);
  });

  it("say that this recipient is suppressed", async () => {
    await api("POST", "/api/suppressions", [{ address: "li@example.com", reason: "unsubscribed" }]);
    const ofLi = async (more: object) =>
      (await json(preview({ recipientId: li, ...more }))).warnings.map(({ code }: Json) => code);
    expect(await ofLi({})).toEqual(["suppressed"]);
    expect(await ofLi({ list: false })).toEqual([]);
  });
});

function rawHeaders(raw: string): string[] {
  return raw
    .slice(0, raw.indexOf("\r\n\r\n"))
    .replace(/\r\n(?=[ \t])/g, "")
    .split("\r\n");
}
