import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { api, call, type Json, json } from "./api.ts";

const FORM = { "content-type": "application/x-www-form-urlencoded" };
const PUSH = {
  action: "mailpush",
  filter: {},
  subject: "s",
  html: '<p style="color:red">您好 {{ username }} + 100%</p>',
};

const post = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
  api("POST", "/api/pushes/preview/frame", new URLSearchParams(fields).toString(), { ...FORM, ...headers });

const frame = (more: Json = {}, images?: string) =>
  post({
    push: JSON.stringify({ ...PUSH, recipient: { username: "李 & Li" }, ...more }),
    ...(images === undefined ? {} : { images }),
  });

const policyOf = ({ headers }: Response) => headers.get("content-security-policy");
const SHUT = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data: cid:; frame-ancestors 'self'";

beforeEach(async () => {
  await env.DB.prepare("DELETE FROM recipients").run();
});

describe("a preview in a frame", () => {
  it("is the mail's html as it would be sent, under a policy of its own", async () => {
    const answer = await frame();
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect([policyOf(answer), answer.headers.get("x-frame-options")]).toEqual([SHUT, "SAMEORIGIN"]);
    expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
    const shown = await json(api("POST", "/api/pushes/preview", { ...PUSH, recipient: { username: "李 & Li" } }));
    const html = await answer.text();
    expect(html).toBe(shown.html);
    expect(html).toContain("您好 李 &amp; Li + 100%");
  });

  it("loads images from elsewhere when it is asked to, and by no other line than https", async () => {
    expect(policyOf(await frame({}, "hide"))).toBe(SHUT);
    expect(policyOf(await frame({}, "show"))).toBe(SHUT.replace("cid:", "cid: https:"));
  });

  it("is that of a recipient", async () => {
    await api("POST", "/api/recipients", { address: "ann@example.com", username: "Ann" });
    const { id } = (await json(api("GET", "/api/recipients"))).data[0];
    expect(await (await frame({ recipient: undefined, recipientId: id })).text()).toContain("您好 Ann");
  });

  it("has its policy also where a repeat gets the first answer", async () => {
    const ask = () => post({ push: JSON.stringify({ ...PUSH, recipient: {} }) }, key);
    const key = { "idempotency-key": crypto.randomUUID() };
    const html = await (await ask()).text();
    const repeat = await ask();
    expect([repeat.headers.get("idempotent-replayed"), await repeat.text()]).toEqual(["true", html]);
    expect([policyOf(repeat), repeat.headers.get("x-frame-options")]).toEqual([SHUT, "SAMEORIGIN"]);
  });

  it("of a template that cannot be read says so in the frame", async () => {
    const answer = await frame({ html: "{% if %}" });
    expect([answer.status, policyOf(answer), (await json(answer)).code]).toEqual([400, SHUT, "invalid-fields"]);
  });

  it.each<[string, () => Promise<Response>, number, string]>([
    ["no form", () => post({ push: "{}" }, { "content-type": "text/plain" }), 415, "unsupported-media-type"],
    ["JSON", () => post({ push: "{}" }, { "content-type": "application/json" }), 415, "unsupported-media-type"],
    ["no push", () => post({}), 400, "invalid-fields"],
    ["a push that is no JSON", () => post({ push: "<p>" }), 400, "invalid-body"],
    ["nobody to show it to", () => post({ push: JSON.stringify(PUSH) }), 400, "invalid-fields"],
    ["a field that is unknown", () => post({ push: "{}", to: "x" }), 400, "invalid-fields"],
    ["images that are unknown", () => frame({}, "some"), 400, "invalid-fields"],
    ["a push too long", () => post({ push: " ".repeat(9_000_000) }), 413, "body-too-large"],
  ])("refuses %s", async (_what, ask, status, code) => {
    const answer = await ask();
    expect([answer.status, (await json(answer)).code]).toEqual([status, code]);
  });

  it("is shown to a session whose form names no referrer, and to no page of elsewhere", async () => {
    const origin = "http://mailpush.test";
    const signedIn = await call("POST", "/api/session", { token: env.API_TOKEN }, { origin });
    const cookie = (signedIn.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
    const body = new URLSearchParams({ push: JSON.stringify({ ...PUSH, recipient: {} }) }).toString();
    const ask = async (headers: Record<string, string>) =>
      (await call("POST", "/api/pushes/preview/frame", body, { ...FORM, cookie, ...headers })).status;
    expect(await ask({ origin: "null", "sec-fetch-site": "same-origin" })).toBe(200);
    expect(await ask({ origin: "null", "sec-fetch-site": "cross-site" })).toBe(403);
    expect(await ask({ origin: "https://evil.example" })).toBe(403);
  });
});
