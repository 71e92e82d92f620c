import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { api, call, json } from "./api.ts";

describe("every answer that is a refusal", () => {
  it.each([
    ["GET", "/api/nothing", 404],
    ["GET", "/nothing", 404],
    ["GET", "/api/recipients/1", 404],
    ["GET", "/api/pushes/0123456789abcdef", 404],
    ["PUT", "/api/recipients", 405],
    ["POST", "/api/recipients", 400],
  ])("is problem+json: %s %s", async (method, path, status) => {
    const response = await api(method, path);
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await json(response)).toMatchObject({
      type: "about:blank",
      title: expect.any(String),
      status,
      code: expect.stringMatching(/^[a-z-]+$/),
      detail: expect.any(String),
      requestId: response.headers.get("x-request-id"),
    });
  });

  it.each([
    ["DELETE", "/api/recipients", "POST, GET, HEAD"],
    ["PUT", "/api/recipients/5", "GET, HEAD, PATCH, DELETE"],
    ["GET", "/api/recipients/import", "POST"],
    ["GET", "/api/recipients/count", "POST"],
    ["PUT", "/api/pushes", "POST, GET, HEAD"],
    ["DELETE", "/api/pushes/0123456789abcdef", "GET, HEAD, PATCH"],
    ["POST", "/api/health", "GET, HEAD"],
  ])("to a wrong method says which are right: %s %s", async (method, path, allow) => {
    const response = await api(method, path);
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe(allow);
  });
});

const BEARER = { authorization: `Bearer ${env.API_TOKEN}` };

/** A body that counts how often it is read. */
function watched(): { body: ReadableStream<Uint8Array>; reads: () => number } {
  let reads = 0;
  const pull = (controller: ReadableStreamDefaultController<Uint8Array>) => {
    controller.enqueue(new Uint8Array(1_000));
    if (++reads === 100) controller.close();
  };
  return { body: new ReadableStream({ pull }, { highWaterMark: 0 }), reads: () => reads };
}

describe("the token", () => {
  it("is wanted everywhere but for health, also where there is nothing", async () => {
    for (const path of [
      "/api/recipients",
      "/api/pushes",
      "/api/nothing",
      "/api/recipients/import",
      "/api/health?deep=true",
    ]) {
      const response = await call("GET", path);
      expect(response.status).toBe(401);
      expect(response.headers.get("www-authenticate")).toBe("Bearer");
      expect(response.headers.get("content-type")).toBe("application/problem+json");
    }
    expect((await call("GET", "/api/health")).status).toBe(200);
  });

  it.each([
    "Bearer wrong",
    `Bearer ${env.API_TOKEN}2`,
    `Bearer ${env.API_TOKEN.slice(0, -1)}`,
    "Bearer",
    "Basic dGVzdC10b2tlbg==",
    env.API_TOKEN,
    `Bearer ${env.API_TOKEN} x`,
  ])("is not %j", async (authorization) => {
    expect((await call("GET", "/api/recipients", undefined, { authorization })).status).toBe(401);
  });

  it("may follow the scheme in any case", async () => {
    const authorization = `bearer ${env.API_TOKEN}`;
    expect((await call("GET", "/api/recipients", undefined, { authorization })).status).toBe(200);
  });

  it("that is not configured, or could be guessed, opens nothing", async () => {
    for (const token of ["", undefined, "fifteen-letters", "a token with spaces in it"] as unknown as string[]) {
      const bindings = { ...env, API_TOKEN: token };
      for (const authorization of ["Bearer ", "Bearer undefined", "Bearer x", `Bearer ${token}`]) {
        const response = await call("GET", "/api/recipients", undefined, { authorization }, bindings);
        expect(response.status).toBe(503);
        expect((await json(response)).detail).toContain("API_TOKEN");
      }
      expect((await call("GET", "/api/health", undefined, {}, bindings)).status).toBe(200);
    }
  });

  it("is checked before any of the body is read", async () => {
    for (const path of ["/api/recipients", "/api/recipients/import", "/api/pushes", "/api/nothing", "/nothing"]) {
      const { body, reads } = watched();
      expect((await call("POST", path, body)).status).toBeGreaterThanOrEqual(401);
      expect(reads()).toBe(0);
    }
    const { body, reads } = watched();
    expect((await call("POST", "/api/nothing", body, BEARER)).status).toBe(404);
    expect(reads()).toBe(100);
  });
});

describe("an answer", () => {
  it.each([
    ["GET", "/api/recipients", 200],
    ["GET", "/api/suppressions", 200],
    ["GET", "/api/pushes", 200],
    ["DELETE", "/api/suppressions/nobody@example.com", 404],
    ["PUT", "/api/recipients", 405],
    ["GET", "/nothing", 404],
  ])("is stored by nobody on the way, and taken for nothing else: %s %s", async (method, path, status) => {
    const response = await api(method, path);
    expect(response.status).toBe(status);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  });

  it("is so to those without the token and after a failure inside as well", async () => {
    const broken = { ...env, DB: undefined as unknown as D1Database };
    for (const response of [
      await call("GET", "/api/recipients"),
      await call("GET", "/api/recipients", undefined, BEARER, broken),
    ]) {
      expect(response.headers.get("cache-control")).toBe("no-store");
      expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    }
  });
});

describe("health", () => {
  it("asks nothing of a caller and of no part", async () => {
    const nothing = { API_TOKEN: env.API_TOKEN } as Env;
    const response = await call("GET", "/api/health", undefined, {}, nothing);
    expect(response.status).toBe(200);
    expect(await json(response)).toEqual({ status: "ok" });
    expect((await call("GET", "/api/health?deep=1")).status).toBe(400);
  });

  it("asks every part when it is to look deep", async () => {
    const parts = { config: "ok", d1: "ok", queue: "ok", object: "ok" };
    expect(await json(api("GET", "/api/health?deep=true"))).toEqual({
      status: "ok",
      ...parts,
      warnings: [expect.stringMatching(/^PUBLIC_URL is not https/)],
    });
    const broken = { DB: undefined, MAIL: undefined, PUSH: undefined } as unknown as Env;
    for (const [binding, part] of [
      ["DB", "d1"],
      ["MAIL", "queue"],
      ["PUSH", "object"],
    ] as const) {
      const bindings = { ...env, [binding]: broken[binding] };
      const response = await call("GET", "/api/health?deep=true", undefined, BEARER, bindings);
      expect(response.status).toBe(503);
      expect(await json(response)).toMatchObject({ status: "failed", ...parts, [part]: "failed" });
    }
  });
});

describe("a configuration that is wrong", () => {
  it("is a 503 that names the variable, to those with the token", async () => {
    const bindings = { ...env, SMTP_PORT: "smtp" };
    const response = await call("GET", "/api/pushes", undefined, BEARER, bindings);
    expect(response.status).toBe(503);
    expect(await json(response)).toMatchObject({ errors: [{ path: "SMTP_PORT" }] });
    expect((await call("GET", "/api/pushes", undefined, {}, bindings)).status).toBe(401);
  });

  it("shows in health without its values", async () => {
    const bindings = { ...env, SMTP_PORT: "private" };
    const response = await call("GET", "/api/health?deep=true", undefined, BEARER, bindings);
    expect(response.status).toBe(503);
    const body = await response.text();
    expect(JSON.parse(body)).toMatchObject({ status: "failed", config: "failed", d1: "ok", queue: "ok", object: "ok" });
    expect(body).not.toContain("private");
  });
});

describe("a failure inside", () => {
  it("is a 500 that tells nothing of it", async () => {
    const bindings = { ...env, DB: undefined as unknown as D1Database };
    const response = await call("GET", "/api/recipients", undefined, BEARER, bindings);
    expect(response.status).toBe(500);
    expect(await json(response)).toEqual({
      type: "about:blank",
      title: "Internal error",
      status: 500,
      code: "internal-error",
      detail: "something went wrong here, and it is in the log",
      requestId: response.headers.get("x-request-id"),
    });
  });

  it("leaves no address of the path or the query in the log", async () => {
    const bindings = { ...env, DB: undefined as unknown as D1Database };
    const logged = vi.spyOn(console, "error").mockImplementation(() => {});
    for (const [method, path] of [
      ["GET", "/api/suppressions/ann@example.com"],
      ["DELETE", "/api/suppressions/ann@example.com"],
      ["GET", "/api/suppressions?reason=manual"],
    ] as const) {
      expect((await call(method, path, undefined, BEARER, bindings)).status).toBe(500);
    }
    expect(logged).toHaveBeenCalledTimes(3);
    expect(logged.mock.calls.flat().join()).toContain("/api/suppressions/:address");
    expect(logged.mock.calls.flat().join()).not.toContain("example.com");
    logged.mockRestore();
  });
});
