import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { api, call, type Json, json } from "./api.ts";

let lines: string[];
beforeEach(() => {
  lines = [];
  for (const level of ["log", "error"] as const) {
    vi.spyOn(console, level).mockImplementation((line) => void lines.push(line));
  }
});
afterEach(() => vi.restoreAllMocks());

const PUSH = { action: "mailpush", filter: { area: "nowhere" }, subject: "s", html: "h" };
const logged = (requestId: string | null): Json[] =>
  lines.map((line) => JSON.parse(line)).filter((line) => line.requestId === requestId);

it("a request that changes something is found by its id, with what its push did", async () => {
  const created = await api("POST", "/api/pushes", { ...PUSH, sendAt: new Date(Date.now() + 3_600_000).toISOString() });
  const { id } = await json(created);
  const cancelled = await api("POST", `/api/pushes/${id}/cancel`);
  expect(logged(created.headers.get("x-request-id"))).toMatchObject([
    { at: "push", push: id, event: "state", from: null, to: "scheduled" },
    { at: "http", event: "answered", method: "POST", route: "/api/pushes", status: 202, by: "API_TOKEN", push: id },
  ]);
  expect(logged(cancelled.headers.get("x-request-id"))).toMatchObject([
    { at: "push", push: id, event: "state", from: "scheduled", to: "cancelled" },
    { at: "http", event: "answered", method: "POST", route: "/api/pushes/:id/cancel", status: 200, push: id },
  ]);
});

it("each request has an id of its own, which its caller does not choose", async () => {
  const given = { "x-request-id": "chosen" };
  const answers = await Promise.all([1, 2, 3].map(() => api("GET", "/api/nothing", undefined, given)));
  const ids = answers.map((answer) => answer.headers.get("x-request-id"));
  expect(new Set([...ids, "chosen"]).size).toBe(4);
  for (const answer of answers) expect((await json(answer)).requestId).toBe(answer.headers.get("x-request-id"));
  for (const id of ids) expect(logged(id)).toMatchObject([{ status: 404 }]);
});

it("a failure inside has its cause under the request's id", async () => {
  const bindings = { ...env, DB: undefined as unknown as D1Database };
  const authorization = `Bearer ${env.API_TOKEN}`;
  const failed = await call("GET", "/api/recipients", undefined, { authorization }, bindings);
  expect(logged(failed.headers.get("x-request-id"))).toMatchObject([
    { at: "http", error: expect.stringContaining("TypeError") },
    { at: "http", event: "answered", status: 500 },
  ]);
});

it("one that only looks on leaves no line", async () => {
  await api("GET", "/api/pushes");
  await api("HEAD", "/api/recipients");
  await call("GET", "/api/health");
  expect(lines).toEqual([]);
});

it.each([
  ["GET", "/api/suppressions/ann%40example.com%0d%0a%7b%22at%22", undefined, {}],
  ["DELETE", "/api/suppressions/annabel@example.com", undefined, {}],
  ["POST", "/api/suppressions", { address: "annabel@example.com", detail: "a\r\n{}" }, {}],
  ["GET", "/annabel@example.com/%0a", undefined, { authorization: "Bearer annabel-token" }],
  ["POST", "/api/pushes?x=annabel@example.com", { ...PUSH, from: "annabel@example.com\r\nBcc: bo@example.com" }, {}],
])("no address, token or line of a caller gets into the log: %s %s", async (method, path, body, headers) => {
  await api(method, path, body, headers);
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) expect(line).toMatch(/^\{[\x20-\x7e]*\}$/);
  expect(lines.join()).not.toMatch(/ann|bcc|example\.com/i);
  expect(lines.join()).not.toContain(env.API_TOKEN);
});
