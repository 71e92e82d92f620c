import { describe, expect, it } from "vitest";
import { ROUTE_SCOPES } from "../../src/http/access/scopes.ts";
import { app } from "../../src/http/app.ts";
import { documentedPath, type OpenApi } from "../../src/http/openapi/document.ts";
import { routesOf } from "../../src/http/openapi/operation.ts";
import { PROBLEMS } from "../../src/http/problem-codes.ts";
import { mailpush } from "../../src/push/steering/mailpush.ts";
import { checkEntry, checkFields } from "../../src/recipients/entry.ts";
import { parseFilter } from "../../src/recipients/filter/filter.ts";
import { mismatch, openApi, undocumented } from "./contract.ts";

const ROUTES = routesOf(app.routes);

function operationsOf(document: OpenApi) {
  return Object.values(document.paths).flatMap((methods) => Object.values(methods));
}

/** The codes that an operation may be refused with, by status. */
function codesOf(schema: { allOf?: unknown }): string[] {
  const [, narrowed] = schema.allOf as [unknown, { properties: { code: { enum: string[] } } }];
  return narrowed.properties.code.enum;
}

describe("/openapi.json", () => {
  it("describes every route, once", async () => {
    const document = await openApi();
    expect(ROUTES.length).toBeGreaterThan(25);
    expect(ROUTES.filter(({ operation }) => operation === null).map(({ key }) => key)).toEqual([]);
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const registered = ROUTES.map(({ method, path }) => `${method} ${documentedPath(path)}`);
    expect(described.sort()).toEqual(registered.sort());
    const ids = operationsOf(document).map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("finds a route that nobody described", () => {
    const bare = app.routes.map((route) => ({ ...route, handler: async () => new Response() }));
    expect(routesOf(bare).every(({ operation }) => operation === null)).toBe(true);
  });

  it("names the token or scope of every route that wants one", async () => {
    const document = await openApi();
    for (const { key, method, path, operation } of ROUTES) {
      const described = document.paths[documentedPath(path)]?.[method.toLowerCase()];
      const scope = ROUTE_SCOPES.get(key) ?? "open";
      const wantsToken = scope !== "open";
      expect({ key, wantsToken: described?.security.some((one) => "token" in one) }).toEqual({ key, wantsToken });
      if (!wantsToken || operation?.caller === "either") continue;
      expect(described?.description).toContain(scope === "master" ? "`API_TOKEN` alone" : `the scope \`${scope}\``);
    }
  });

  it("has every code of an error, under its status, at some route", async () => {
    const found = new Map<string, string>();
    for (const { responses } of operationsOf(await openApi())) {
      for (const [status, { content }] of Object.entries(responses)) {
        const problem = content?.["application/problem+json"];
        if (problem === undefined) continue;
        for (const code of codesOf(problem.schema)) found.set(code, status);
      }
    }
    const expected = Object.entries(PROBLEMS)
      .filter(([code]) => code !== "no-such-path" && code !== "method-not-allowed")
      .map(([code, { status }]) => [code, `${status}`]);
    expect([...found].sort()).toEqual(expected.sort());
  });

  it("refers to nothing that it lacks, and has no schema that nobody uses", async () => {
    const document = await openApi();
    const text = JSON.stringify(document);
    const used = new Set(Array.from(text.matchAll(/"#\/components\/schemas\/(\w+)"/g), ([, name]) => name));
    expect([...used].sort()).toEqual(Object.keys(document.components.schemas).sort());
    const headers = new Set(Array.from(text.matchAll(/"#\/components\/headers\/([\w-]+)"/g), ([, name]) => name ?? ""));
    expect([...headers].filter((name) => !(name in document.components.headers))).toEqual([]);
    expect(text).not.toContain("$defs");
  });

  it("names the same parameters in a path as the path does", async () => {
    for (const [path, methods] of Object.entries((await openApi()).paths)) {
      for (const { parameters } of Object.values(methods)) {
        const named = parameters.filter((one) => one.in === "path").map(({ name }) => `{${name}}`);
        expect(named).toEqual(path.match(/\{\w+\}/g) ?? []);
      }
    }
  });
});

describe("a body", () => {
  const schemaAt = async (path: string, pick: (schema: never) => object = (schema) => schema) => {
    const operation = (await openApi()).paths[path]?.post ?? (await openApi()).paths[path]?.patch;
    return pick(operation?.requestBody?.content["application/json"]?.schema as never);
  };

  it.each([
    [{ address: "a@example.com" }],
    [{ address: "a@example.com", username: "A", area: "x", attributes: { a: { b: [1] } } }],
    [{ username: "A" }],
    [{ address: "a@example.com", color: 1 }],
    [{ address: 5 }],
    [{ address: "a@example.com", attributes: [] }],
    [{ address: "a@example.com", area: null }],
    ["a@example.com"],
  ])("of a recipient is described as it is taken: %j", async (given) => {
    const document = await openApi();
    const entry = mismatch(document, "entry", { $ref: "#/components/schemas/NewRecipient" }, given).length === 0;
    expect(entry).toBe(checkEntry(given).ok);
    const change = mismatch(document, "change", { $ref: "#/components/schemas/RecipientChange" }, given).length === 0;
    expect(change).toBe(checkFields(given).ok);
  });

  it.each([
    [{}],
    [{ area: "x" }],
    [{ area: ["x", "y"], "attributes.a": { ne: 1, exists: true } }],
    [{ "attributes.a.b": { in: [1, "x"] } }],
    [{ color: 1 }],
    [{ attributes: 1 }],
    [{ area: {} }],
    [{ area: [] }],
    [{ area: { like: "x" } }],
    [{ area: { exists: 1 } }],
    [{ area: null }],
    [[]],
    ["x"],
  ])("with a filter is described as it is taken: %j", async (given) => {
    const document = await openApi();
    const described = mismatch(document, "filter", { $ref: "#/components/schemas/Filter" }, given).length === 0;
    expect(described).toBe(parseFilter(given).ok);
  });

  it("of a push is described by each of its fields, those with a default as optional", async () => {
    const document = await openApi();
    const schema = await schemaAt("/api/pushes", ({ anyOf: [first] }: { anyOf: [object] }) => first);
    expect(Object.keys((schema as { properties: object }).properties)).toEqual(Object.keys(mailpush.shape));
    const least = { action: "mailpush", filter: {}, subject: "s", html: "h" };
    expect(mismatch(document, "push", schema, least)).toEqual([]);
    for (const wrong of [
      { ...least, extra: 1 },
      { ...least, rate: 0 },
      { ...least, inDoubt: "x" },
      { action: "mailpush" },
    ]) {
      expect(mismatch(document, "push", schema, wrong)).not.toEqual([]);
    }
  });
});

describe("an answer that is not described", () => {
  const at = (method: string, path: string, answer: Response) =>
    undocumented(method, `http://mailpush.test${path}`, answer);
  const headers = { "x-request-id": "1", "ratelimit-policy": "x" };
  const page = { data: [], hasMore: false, next: null };

  it("is found by its status, its fields, their types, its code, its media type and its headers", async () => {
    expect(await at("GET", "/api/tokens", Response.json(page, { headers }))).toEqual([]);
    const wrong = [
      at("GET", "/api/tokens", Response.json(page, { headers, status: 201 })),
      at("GET", "/api/tokens", Response.json({ ...page, more: 1 }, { headers })),
      at("GET", "/api/tokens", Response.json({ ...page, data: [{}] }, { headers })),
      at("GET", "/api/tokens", Response.json({ ...page, hasMore: "no" }, { headers })),
      at("GET", "/api/tokens", Response.json(page)),
      at("GET", "/api/tokens", new Response("x", { headers: { ...headers, "content-type": "text/plain" } })),
      at("PUT", "/api/tokens", Response.json(page, { headers })),
      at("GET", "/api/nothing", Response.json(page, { headers })),
      at("GET", "/api/tokens", problem(403, "webhook-unverified")),
      at("GET", "/api/tokens", problem(404, "not-found")),
      at("GET", "/api/nothing", problem(404, "unheard-of")),
    ];
    for (const found of await Promise.all(wrong)) expect(found).not.toEqual([]);
    expect(await at("GET", "/api/tokens", problem(403, "api-token-only"))).toEqual([]);
  });

  function problem(status: number, code: string): Response {
    const body = { type: "about:blank", title: "t", status, code, detail: "d", requestId: "1" };
    return Response.json(body, { status, headers: { ...headers, "content-type": "application/problem+json" } });
  }
});

describe("/docs", () => {
  it("names every operation, object and code, and takes nothing from elsewhere", async () => {
    const document = await openApi();
    const response = await app.request("/docs");
    expect(response.headers.get("content-type")).toMatch(/^text\/html/);
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
    const page = await response.text();
    for (const { operationId, summary } of operationsOf(document)) {
      expect(page).toContain(`id="${operationId}"`);
      expect(page).toContain(summary.replaceAll("'", "&#39;"));
    }
    for (const name of Object.keys(document.components.schemas)) expect(page).toContain(`id="schema-${name}"`);
    for (const code of Object.keys(PROBLEMS)) expect(page).toContain(`<code>${code}</code>`);
    expect(page).not.toMatch(/<script|<link|<img|src=|url\(|https?:\/\//i);
    const targets = Array.from(page.matchAll(/href="#([^"]+)"/g), ([, target]) => target);
    expect(targets.filter((target) => !page.includes(`id="${target}"`))).toEqual([]);
  });

  it("shows each field of each body, also of a body that has several forms", async () => {
    const page = await (await app.request("/docs")).text();
    const shown = page.slice(page.indexOf('id="createPush"'), page.indexOf('id="listPushes"'));
    for (const name of Object.keys(mailpush.shape)) expect(shown).toContain(`<code>${name}</code>`);
    expect(page).not.toMatch(/object or object/);
  });

  it("shows what a template or a filter looks like as text, not as markup", async () => {
    const page = await (await app.request("/docs")).text();
    expect(page).toContain("&lt;p&gt;Dear {{ username }}");
    expect(page).not.toContain("<p>Dear");
  });
});
