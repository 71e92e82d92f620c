import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
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
      detail: expect.any(String),
    });
  });

  it.each([
    ["DELETE", "/api/recipients", "POST, GET, HEAD"],
    ["PUT", "/api/recipients/5", "GET, HEAD, PATCH, DELETE"],
    ["GET", "/api/recipients/import", "POST"],
    ["GET", "/api/recipients/count", "POST"],
    ["PUT", "/api/pushes", "POST, GET, HEAD"],
    ["DELETE", "/api/pushes/0123456789abcdef", "GET, HEAD"],
    ["POST", "/api/health", "GET, HEAD"],
  ])("to a wrong method says which are right: %s %s", async (method, path, allow) => {
    const response = await api(method, path);
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe(allow);
  });
});

describe("the token", () => {
  it("is wanted everywhere but for health, also where there is nothing", async () => {
    for (const path of ["/api/recipients", "/api/pushes", "/api/nothing", "/api/recipients/import"]) {
      const response = await call("GET", path);
      expect(response.status).toBe(401);
      expect(response.headers.get("www-authenticate")).toBe("Bearer");
      expect(response.headers.get("content-type")).toBe("application/problem+json");
    }
    expect((await call("GET", "/api/health")).status).toBe(200);
  });

  it.each([
    "Bearer wrong",
    "Bearer test-token2",
    "Bearer test-toke",
    "Bearer",
    "Basic dGVzdC10b2tlbg==",
    "test-token",
    "Bearer test-token x",
  ])("is not %j", async (authorization) => {
    expect((await call("GET", "/api/recipients", undefined, { authorization })).status).toBe(401);
  });

  it("may follow the scheme in any case", async () => {
    expect((await call("GET", "/api/recipients", undefined, { authorization: "bearer test-token" })).status).toBe(200);
  });

  it("that is not configured opens nothing", async () => {
    for (const token of ["", undefined] as unknown as string[]) {
      const bindings = { ...env, API_TOKEN: token };
      for (const authorization of ["Bearer ", "Bearer undefined", "Bearer x"]) {
        const response = await call("GET", "/api/recipients", undefined, { authorization }, bindings);
        expect(response.status).toBe(503);
        expect((await json(response)).detail).toContain("API_TOKEN");
      }
      expect((await call("GET", "/api/health", undefined, {}, bindings)).status).toBe(200);
    }
  });
});

describe("a configuration that is wrong", () => {
  it("is a 503 that names the variable, to those with the token", async () => {
    const bindings = { ...env, SMTP_PORT: "smtp" };
    const response = await call("GET", "/api/pushes", undefined, { authorization: "Bearer test-token" }, bindings);
    expect(response.status).toBe(503);
    expect(await json(response)).toMatchObject({ errors: [{ path: "SMTP_PORT" }] });
  });

  it("shows in health without its values", async () => {
    const response = await call("GET", "/api/health", undefined, {}, { ...env, SMTP_PORT: "private" });
    expect(response.status).toBe(503);
    const body = await response.text();
    expect(JSON.parse(body)).toEqual({ status: "failed", config: "failed", d1: "ok", queue: "ok", object: "ok" });
    expect(body).not.toContain("private");
  });
});

describe("a failure inside", () => {
  it("is a 500 that tells nothing of it", async () => {
    const bindings = { ...env, DB: undefined as unknown as D1Database };
    const response = await call("GET", "/api/recipients", undefined, { authorization: "Bearer test-token" }, bindings);
    expect(response.status).toBe(500);
    expect(await json(response)).toEqual({
      type: "about:blank",
      title: "Internal error",
      status: 500,
      detail: "something went wrong here, and it is in the log",
    });
  });
});
