import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { addTemplateVersion, MAX_TEMPLATE_BYTES } from "../../src/drafts/templates.ts";
import { api, type Json, json } from "../http/api.ts";

const CONTENT = { subject: "Hello {{ username }}", html: "<p>Hi</p>", text: "Hi" };

async function stored(change: object = {}): Promise<Json> {
  const answer = await api("POST", "/api/templates", { ...CONTENT, ...change });
  expect(answer.status).toBe(201);
  return json(answer);
}

const change = (id: string, body: object) => api("PATCH", `/api/templates/${id}`, body);

beforeEach(async () => {
  await env.DB.prepare("DELETE FROM templates").run();
});

describe("a template", () => {
  it("is stored as version 1, and read at its Location", async () => {
    const answer = await api("POST", "/api/templates", { ...CONTENT, kind: "newsletter" });
    const template = await json(answer);
    expect(template).toMatchObject({ ...CONTENT, version: 1, kind: "newsletter", name: null, createdBy: "API_TOKEN" });
    expect(await json(api("GET", answer.headers.get("location") ?? ""))).toEqual(template);
  });

  it("keeps every version as it was; each change makes one", async () => {
    const { id } = await stored();
    expect(await json(change(id, { subject: "two" }))).toMatchObject({ ...CONTENT, subject: "two", version: 2 });
    expect(await json(change(id, { text: null, kind: "x" }))).toMatchObject({ subject: "two", text: null, version: 3 });
    expect(await json(api("GET", `/api/templates/${id}?version=1`))).toMatchObject({ ...CONTENT, version: 1 });
    expect((await api("GET", `/api/templates/${id}?version=4`)).status).toBe(404);
    const first = await json(api("GET", `/api/templates/${id}/versions?limit=2`));
    const second = await json(api("GET", `/api/templates/${id}/versions?limit=2&after=${first.next}`));
    expect([...first.data, ...second.data].map(({ version }) => version)).toEqual([3, 2, 1]);
    expect(second.hasMore).toBe(false);
    expect(await json(api("GET", "/api/templates"))).toMatchObject({ data: [{ id, version: 3, subject: "two" }] });
  });

  it("gets no new version by a change that changes nothing, as the repeat of one whose answer was lost", async () => {
    const { id } = await stored();
    for (let time = 0; time < 3; time++) {
      expect(await json(change(id, { subject: "two", version: 1 }))).toMatchObject({ version: 2 });
    }
  });

  it("is not overwritten by who has not seen the newest version", async () => {
    const { id } = await stored();
    await change(id, { subject: "two" });
    const late = await change(id, { html: "<p>late</p>", version: 1 });
    expect(late.status).toBe(409);
    expect(await json(late)).toMatchObject({ code: "outdated-version", detail: "the newest version is 2" });
  });

  it("takes all changes that come at once, each as a version of its own", async () => {
    const { id } = await stored();
    const changes = Array.from({ length: 8 }, (_, n) => change(id, { subject: `s${n}` }));
    const versions = (await Promise.all(changes.map(json))).map(({ version }) => version);
    expect(versions.sort()).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it("that was deleted is not brought back by a change that was on its way", async () => {
    const template = await stored();
    expect((await api("DELETE", `/api/templates/${template.id}`)).status).toBe(204);
    expect(await addTemplateVersion(env.DB, { ...template, version: 2 })).toBe(false);
    expect((await change(template.id, { subject: "x" })).status).toBe(404);
    expect((await api("DELETE", `/api/templates/${template.id}`)).status).toBe(404);
  });

  it("is one, however often a request with an Idempotency-Key is sent", async () => {
    const key = { "idempotency-key": "template-1" };
    const ids = [];
    for (let time = 0; time < 2; time++) ids.push((await json(api("POST", "/api/templates", CONTENT, key))).id);
    expect(ids[0]).toBe(ids[1]);
    expect((await json(api("GET", "/api/templates"))).data).toHaveLength(1);
  });

  it("is checked as a push's content is, with the place of the fault", async () => {
    const answer = await api("POST", "/api/templates", { subject: "{{ nobody }}", html: "<p>{% if %}", kind: "a\nb" });
    expect(answer.status).toBe(400);
    const paths = (await json(answer)).errors.map(({ path }: Json) => path);
    expect(paths.sort()).toEqual(["$.html", "$.kind", "$.subject"]);
    const { id } = await stored();
    expect((await change(id, { subject: "" })).status).toBe(400);
    expect((await change(id, { html: null })).status).toBe(400);
  });

  it("fits a row of the database, also when it grows by a change", async () => {
    const half = "中".repeat(Math.ceil(MAX_TEMPLATE_BYTES / 6));
    const { id } = await stored({ html: half });
    expect((await change(id, { text: half })).status).toBe(413);
    expect((await change(id, { text: half.slice(100) })).status).toBe(200);
  });

  it("is listed by its kind", async () => {
    const { id } = await stored({ kind: "receipt" });
    await stored({ kind: "newsletter" });
    expect((await json(api("GET", "/api/templates?kind=receipt"))).data).toMatchObject([{ id }]);
    // The newest version counts.
    await change(id, { kind: "other" });
    expect((await json(api("GET", "/api/templates?kind=receipt"))).data).toEqual([]);
  });
});
