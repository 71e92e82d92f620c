import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { newPushId } from "../../src/push/steering/id.ts";
import { api, type Json, json } from "../http/api.ts";
import { relay } from "../setup/own-relay.ts";

const LATER = () => ({ sendAt: new Date(Date.now() + 3_600_000).toISOString() });
const push = (body: object) => api("POST", "/api/pushes", { action: "mailpush", ...body });

async function made(path: string, body: object): Promise<Json> {
  const answer = await api("POST", path, body);
  expect(answer.status).toBe(201);
  return json(answer);
}

const template = () => made("/api/templates", { subject: "one {{ username }}", html: "<p>one</p>" });
const segment = () => made("/api/segments", { name: "X", filter: { area: "x" } });

async function ended(id: string): Promise<Json> {
  for (;;) {
    const status = await json(api("GET", `/api/pushes/${id}`));
    if (status.finishedAt !== null) return status;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

beforeEach(async () => {
  await env.DB.prepare("DELETE FROM recipients").run();
  await api("POST", "/api/recipients", [
    { address: "ann@example.com", username: "Ann", area: "x" },
    { address: "bo@example.com", username: "Bo", area: "y" },
  ]);
  await relay.reset({});
});

describe("a push of a template and a segment", () => {
  it("sends the template's content to the segment's recipients", async () => {
    const { id } = await json(push({ template: (await template()).id, segment: (await segment()).id }));
    expect(await ended(id)).toMatchObject({
      total: 1,
      success: 1,
      subject: "one {{ username }}",
      filter: { area: "x" },
    });
    expect(Object.keys(await relay.recipients())).toEqual(["ann@example.com"]);
  });

  it("keeps what it took, whatever becomes of them before it is sent", async () => {
    const { id: template_ } = await template();
    const { id: segment_ } = await segment();
    const { id } = await json(push({ template: template_, segment: segment_, ...LATER() }));
    await api("PATCH", `/api/templates/${template_}`, { subject: "two" });
    await api("PATCH", `/api/segments/${segment_}`, { filter: { area: "y" } });
    await api("DELETE", `/api/templates/${template_}`);
    await api("DELETE", `/api/segments/${segment_}`);
    expect(await json(api("GET", `/api/pushes/${id}`))).toMatchObject({
      subject: "one {{ username }}",
      template: { id: template_, version: 1 },
      filter: { area: "x" },
      segment: segment_,
      expected: 1,
    });
    expect(await json(api("GET", `/api/pushes/${id}/content`))).toEqual({
      subject: "one {{ username }}",
      html: "<p>one</p>",
      text: null,
      from: expect.stringContaining("@"),
      replyTo: null,
      list: true,
      headers: {},
      attachments: [],
    });
  });

  it("is told from one that came with its own content and filter", async () => {
    const { id } = await json(push({ subject: "s", html: "h", filter: {}, ...LATER() }));
    expect(await json(api("GET", `/api/pushes/${id}`))).toMatchObject({ template: null, segment: null });
    expect((await api("GET", `/api/pushes/${newPushId(1)}/content`)).status).toBe(404);
  });

  it("takes the newest version, or the one that it names", async () => {
    const { id } = await template();
    await api("PATCH", `/api/templates/${id}`, { subject: "two" });
    const subjectOf = async (wanted: unknown) => {
      const created = await json(push({ template: wanted, filter: {}, ...LATER() }));
      return (await json(api("GET", `/api/pushes/${created.id}`))).subject;
    };
    expect(await subjectOf(id)).toBe("two");
    expect(await subjectOf({ id })).toBe("two");
    expect(await subjectOf({ id, version: 1 })).toBe("one {{ username }}");
  });

  it.each([
    [{ template: "nothing", filter: {} }, ["$.template"]],
    [{ template: newPushId(1), segment: newPushId(2) }, ["$.template", "$.segment"]],
    [{ template: 5, filter: {} }, ["$.template"]],
    [{ template: { id: "x", version: 0 }, filter: {} }, ["$.template.version"]],
    [{ segment: "", subject: "s", html: "h" }, ["$.segment"]],
    [{ subject: "s", html: "h" }, ["$.filter"]],
    [{ filter: {} }, ["$.subject", "$.html"]],
  ])("is refused for what is not there: %j", async (body, paths) => {
    const answer = await push(body);
    expect(answer.status).toBe(400);
    expect((await json(answer)).errors.map(({ path }: Json) => path)).toEqual(paths);
  });

  it("is refused beside a content or a filter of its own", async () => {
    const both = { template: (await template()).id, segment: (await segment()).id };
    const answer = await push({ ...both, filter: {}, html: "h", text: null });
    expect(answer.status).toBe(400);
    expect((await json(answer)).errors.map(({ path }: Json) => path)).toEqual(["$.html", "$.text", "$.filter"]);
    expect((await push({ template: both.template, filter: {}, html: "" })).status).toBe(400);
  });

  it("under an Idempotency-Key is found again after its answer was lost, although its template is gone", async () => {
    const { id: template_ } = await template();
    const body = { template: template_, filter: {}, ...LATER() };
    const headers = { "idempotency-key": "stored-1" };
    const first = await json(api("POST", "/api/pushes", { action: "mailpush", ...body }, headers));
    // As if the Worker had died before it could keep the answer.
    await env.DB.prepare("UPDATE idempotency SET answer = NULL, attempted_at = 0 WHERE key = 'stored-1'").run();
    await api("DELETE", `/api/templates/${template_}`);
    const second = await api("POST", "/api/pushes", { action: "mailpush", ...body }, headers);
    expect(second.status).toBe(202);
    expect(await json(second)).toMatchObject({ id: first.id, expected: 2 });
  });
});

describe("a segment", () => {
  it("is stored, read, changed, listed and deleted", async () => {
    const { id } = await segment();
    expect(await json(api("GET", `/api/segments/${id}`))).toMatchObject({ id, name: "X", filter: { area: "x" } });
    expect(await json(api("PATCH", `/api/segments/${id}`, { name: "Y" }))).toMatchObject({
      name: "Y",
      filter: { area: "x" },
    });
    const filter = { "attributes.plan": { ne: "free" } };
    expect(await json(api("PATCH", `/api/segments/${id}`, { filter }))).toMatchObject({ name: "Y", filter });
    expect((await json(api("GET", "/api/segments"))).data.map((one: Json) => one.id)).toContain(id);
    expect((await api("DELETE", `/api/segments/${id}`)).status).toBe(204);
    for (const method of ["GET", "DELETE"]) expect((await api(method, `/api/segments/${id}`)).status).toBe(404);
    expect((await api("PATCH", `/api/segments/${id}`, {})).status).toBe(404);
  });

  it("has a filter that a push would take, and a name", async () => {
    const problems = async (body: object) =>
      (await json(api("POST", "/api/segments", body))).errors.map(({ path }: Json) => path);
    expect(await problems({ name: "X", filter: { color: 1 } })).toEqual(["$.filter.color"]);
    expect(await problems({ filter: {} })).toEqual(["$.name"]);
    expect(await problems({ name: " ", filter: {} })).toEqual(["$.name"]);
  });
});
