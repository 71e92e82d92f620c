import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { ROUTE_SCOPES } from "../../src/http/access/scopes.ts";
import { app } from "../../src/http/app.ts";
import { routesOf } from "../../src/http/openapi/operation.ts";
import { call, json } from "./api.ts";

// Each route with all that can be wrong with any request. `call` throws for an answer that /openapi.json does not
// describe, so what a new route may be refused for is found here.

const AUTHORISED = { authorization: `Bearer ${env.API_TOKEN}` };
const PARAMETERS: Readonly<Record<string, string>> = { id: "0123456789abcdef", address: "nobody@example.com" };
const JSON_TYPE = { ...AUTHORISED, "content-type": "application/json" };
const ROUTES = routesOf(app.routes)
  .filter(({ key }) => ROUTE_SCOPES.has(key))
  .map(({ key, method, path }) => ({ key, method, url: urlOf(path), isOpen: ROUTE_SCOPES.get(key) === "open" }));

/** Of nothing that is there. */
function urlOf(path: string): string {
  return path.replaceAll(/:(\w+)(\{[^/]*\})?/g, (_whole, name: string, pattern?: string) =>
    pattern === undefined ? (PARAMETERS[name] ?? "x") : "999999",
  );
}

const broken = (change: object): Env => ({ ...env, ...change }) as Env;
const overloaded = {
  getByName: () =>
    new Proxy({}, { get: () => () => Promise.reject(Object.assign(new Error("too many"), { overloaded: true })) }),
};

/** A request by what is wrong with it: body, headers, query, environment. */
const FAULTS: Readonly<
  Record<string, { body?: BodyInit; headers?: Record<string, string>; query?: string; bindings?: Env }>
> = {
  "no token": { headers: {} },
  "a wrong token": { headers: { authorization: "Bearer wrong" } },
  "a wrong configuration": { bindings: broken({ SMTP_PORT: "smtp" }) },
  "too many requests": { bindings: broken({ RATE_LIMIT: { limit: async () => ({ success: false }) } }) },
  "no D1": { bindings: broken({ DB: undefined }) },
  "an object that does not answer": { bindings: broken({ PUSH: overloaded }) },
  "no queues": { bindings: broken({ MAIL: undefined, FEEDBACK: undefined }) },
  "nothing there": {},
  "an unknown query parameter": { query: "?nonsense=1" },
  "a wrong cursor": { query: "?after=x&limit=0" },
  "no JSON": { body: "{" },
  "no UTF-8": { body: new Uint8Array([0xff]) },
  "a list": { body: "[]" },
  "an empty object": { body: "{}" },
  "unknown fields": { body: '{"nonsense":1}' },
  "an empty file": { body: "", headers: { ...AUTHORISED, "content-type": "text/csv" } },
  "a file without a header": { body: "x\ny\n", headers: { ...AUTHORISED, "content-type": "text/csv" } },
  "a wrong idempotency key": { body: "{}", headers: { ...JSON_TYPE, "idempotency-key": "two words" } },
  "a body that is too large": { body: new Uint8Array(20_000_001).fill(0x20) },
};

describe("a refusal is described", () => {
  it.each(Object.entries(FAULTS))("of a request with %s, at every route", async (_name, fault) => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => {});
    const { body, headers = JSON_TYPE, query = "", bindings } = fault;
    const wrong: string[] = [];
    for (const { key, method, url } of ROUTES) {
      if (body !== undefined && (method === "GET" || method === "DELETE")) continue;
      const answer = await call(method, `${url}${query}`, body, headers, bindings).catch((error: Error) => {
        wrong.push(`${key}: ${error.message}`);
        return null;
      });
      // A file may break off after its status.
      await answer?.body?.cancel().catch(() => {});
    }
    logged.mockRestore();
    expect(wrong).toEqual([]);
  });

  it("the same for those that every route with a token shares", async () => {
    const shared = [
      ["no token", "token-missing"],
      ["a wrong token", "token-invalid"],
      ["a wrong configuration", "invalid-configuration"],
      ["too many requests", "too-many-requests"],
    ] as const;
    for (const { key, method, url, isOpen } of ROUTES) {
      if (isOpen || key === "GET /api/health") continue;
      for (const [fault, code] of shared) {
        const { headers = AUTHORISED, bindings } = FAULTS[fault] ?? {};
        const answer = await json(call(method, url, undefined, headers, bindings));
        expect({ key, code: answer.code }).toEqual({ key, code });
      }
    }
  });
});
