import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { SCOPES, type Scope } from "../../../src/http/access/caller.ts";
import { type Requirement, ROUTE_SCOPES } from "../../../src/http/access/scopes.ts";
import { app } from "../../../src/http/app.ts";
import { newPushId } from "../../../src/push/steering/id.ts";
import { api, call, type Json, json } from "../api.ts";

const MINUTE = 60_000;

async function newToken(scopes: readonly Scope[], more: Json = {}): Promise<Json> {
  const answer = await api("POST", "/api/tokens", { name: "test", scopes, ...more });
  expect(answer.status).toBe(201);
  return json(answer);
}

function by(token: string, method: string, path: string, body?: unknown, bindings?: Env): Promise<Response> {
  return call(method, path, body, { authorization: `Bearer ${token}` }, bindings);
}

/** From now on the clock of this isolate is ahead by this much. */
function pass(ms: number): void {
  const now = Date.now.bind(Date);
  vi.spyOn(Date, "now").mockImplementation(() => now() + ms);
}

afterEach(() => void vi.restoreAllMocks());

/** Every route of the API, with something in place of its parameters. */
const ROUTES = [
  ...new Set(
    app.routes
      .filter(({ method, path }) => method !== "ALL" && path.startsWith("/api/"))
      .map(({ method, path }) => `${method} ${path}`),
  ),
].map((route) => {
  const [method = "", path = ""] = route.split(" ");
  const url = path
    .replace(/:\w+\{[^/]*/, "999999999")
    .replace(":address", "nobody@example.com")
    .replace(":id", newPushId(0));
  const required = ROUTE_SCOPES.get(route);
  return { route, required, method, url: url === "/api/health" ? `${url}?deep=true` : url };
});

const BEHIND_TOKEN = ROUTES.filter(({ required }) => required !== "open");

function mayCall(required: Requirement | undefined, scope: Scope): boolean {
  return required?.split(" or ").includes(scope) === true;
}

describe("the routes", () => {
  it("have a scope each, and every scope its route", () => {
    expect(ROUTES.map(({ route }) => route).sort()).toEqual([...ROUTE_SCOPES.keys()].sort());
  });

  it("want a token, and read no body without one", async () => {
    for (const { method, url } of BEHIND_TOKEN) {
      let reads = 0;
      const pull = () => void reads++;
      const body = method === "GET" ? undefined : new ReadableStream({ pull }, { highWaterMark: 0 });
      const answer = await call(method, url, body);
      expect([method, url, answer.status, reads]).toEqual([method, url, 401, 0]);
    }
  });

  it.each(SCOPES)("let a token with the scope %s do what the table says, and nothing else", async (scope) => {
    const { token } = await newToken([scope]);
    for (const { route, required, method, url } of BEHIND_TOKEN) {
      const answer = await by(token, method, url);
      expect([route, answer.status === 403]).toEqual([route, !mayCall(required, scope)]);
      expect(answer.status).not.toBe(401);
      if (answer.status !== 403) continue;
      expect(answer.headers.get("content-type")).toBe("application/problem+json");
      const missing = required === "master" ? "API_TOKEN" : `the scope ${required}:`;
      expect((await json(answer)).detail).toContain(missing);
    }
  });

  it("let a token with all scopes and API_TOKEN in where they may", async () => {
    const { token } = await newToken(SCOPES);
    for (const { route, required, method, url } of BEHIND_TOKEN) {
      expect([route, (await by(token, method, url)).status === 403]).toEqual([route, required === "master"]);
      expect((await api(method, url)).status).not.toBe(403);
    }
  });

  it("that are not there are a 404 and a 405 to any token", async () => {
    const { token } = await newToken(["read"]);
    expect((await by(token, "POST", "/api/nothing")).status).toBe(404);
    expect((await by(token, "PUT", "/api/recipients")).status).toBe(405);
    expect((await by(token, "HEAD", "/api/recipients")).status).toBe(200);
    expect((await by(token, "HEAD", "/api/tokens")).status).toBe(403);
  });
});

describe("a token", () => {
  it("is shown once: D1 has its hash, and no other answer has it", async () => {
    const made = await newToken(["write", "read", "read"], { name: " the shop " });
    expect(made).toMatchObject({ name: "the shop", scopes: ["read", "write"], expiresAt: null, lastUsedAt: null });
    expect(made.token).toMatch(/^mp_[A-Za-z0-9_-]{43}$/);
    expect(made.token.startsWith(made.prefix)).toBe(true);
    const { token, ...rest } = made;
    expect(await json(api("GET", `/api/tokens/${made.id}`))).toEqual(rest);
    expect(JSON.stringify(await json(api("GET", "/api/tokens")))).not.toContain(token);
    const rows = await env.DB.prepare("SELECT * FROM tokens").all();
    expect(JSON.stringify(rows)).not.toContain(token);
    expect((await newToken(["read"])).token).not.toBe(token);
  });

  it.each([
    ["no name", { name: "" }],
    ["a blank name", { name: "  " }],
    ["a line break in the name", { name: "a\nb" }],
    ["a change of direction in the name", { name: "a\u202eb" }],
    ["the master's name", { name: " api_token " }],
    ["no scope", { scopes: [] }],
    ["an unknown scope", { scopes: ["master"] }],
    ["an end in the past", { expiresAt: "2020-01-01T00:00:00Z" }],
    ["a field that is unknown", { admin: true }],
  ])("is not made with %s", async (_what, more) => {
    expect((await api("POST", "/api/tokens", { name: "x", scopes: ["read"], ...more })).status).toBe(400);
  });

  it("ends at its time, also where it is known", async () => {
    const { token } = await newToken(["read"], { expiresAt: new Date(Date.now() + MINUTE / 2).toISOString() });
    expect((await by(token, "GET", "/api/recipients")).status).toBe(200);
    pass(MINUTE / 2);
    const refused = await by(token, "GET", "/api/recipients");
    expect([refused.status, refused.headers.get("www-authenticate")]).toEqual([401, 'Bearer error="invalid_token"']);
  });

  it("that was deleted elsewhere works for a minute at most, here not at all", async () => {
    const [here, elsewhere] = [await newToken(["read"]), await newToken(["read"])];
    for (const { token } of [here, elsewhere]) expect((await by(token, "GET", "/api/recipients")).status).toBe(200);
    expect((await api("DELETE", `/api/tokens/${here.id}`)).status).toBe(204);
    expect((await api("DELETE", `/api/tokens/${here.id}`)).status).toBe(404);
    await env.DB.prepare("DELETE FROM tokens WHERE id = ?1").bind(elsewhere.id).run();
    expect((await by(here.token, "GET", "/api/recipients")).status).toBe(401);
    pass(MINUTE);
    expect((await by(elsewhere.token, "GET", "/api/recipients")).status).toBe(401);
  });

  it("needs no D1 for a minute after it was verified, API_TOKEN never", async () => {
    const down = { ...env, DB: undefined as unknown as D1Database };
    const { token } = await newToken(["send"]);
    const resume = `/api/pushes/${newPushId(0)}/resume`;
    expect((await by(token, "POST", resume)).status).toBe(404);
    expect((await by(token, "POST", "/api/tokens", undefined, down)).status).toBe(403);
    pass(MINUTE);
    expect((await by(token, "POST", "/api/tokens", undefined, down)).status).toBe(500);
    expect((await by(env.API_TOKEN, "POST", "/api/tokens", undefined, down)).status).toBe(400);
  });

  it("notes its last use once a minute", async () => {
    const { id, token } = await newToken(["read"]);
    const lastUse = async () => (await json(api("GET", `/api/tokens/${id}`))).lastUsedAt;
    expect(await lastUse()).toBeNull();
    await by(token, "GET", "/api/recipients");
    const first = await lastUse();
    expect(Date.parse(first)).toBeGreaterThan(0);
    await by(token, "GET", "/api/recipients");
    expect(await lastUse()).toBe(first);
    pass(MINUTE);
    await by(token, "GET", "/api/recipients");
    expect(Date.parse(await lastUse()) - Date.parse(first)).toBeGreaterThanOrEqual(MINUTE);
  });

  it("is listed in pages", async () => {
    for (let n = 0; n < 3; n++) await newToken(["read"], { name: `listed ${n}` });
    const names: string[] = [];
    for (let after: string | null = ""; after !== null; ) {
      const page: Json = await json(api("GET", `/api/tokens?limit=1${after === "" ? "" : `&after=${after}`}`));
      names.push(...page.data.map((one: Json) => one.name));
      after = page.next;
    }
    expect(names).toEqual(expect.arrayContaining(["listed 0", "listed 1", "listed 2"]));
    expect(new Set(names).size).toBeGreaterThanOrEqual(3);
  });
});

/** A push of tomorrow: it rests. */
const PUSH = {
  action: "mailpush",
  filter: {},
  subject: "s",
  html: "<p>h</p>",
  sendAt: new Date(Date.now() + 86_400_000).toISOString(),
};

describe("a push", () => {
  it("records who did what to it, once each", async () => {
    const [shop, desk] = [await newToken(SCOPES, { name: "shop" }), await newToken(SCOPES, { name: "desk" })];
    const { id } = await json(by(shop.token, "POST", "/api/pushes", PUSH));
    await by(desk.token, "POST", `/api/pushes/${id}/pause`);
    await api("POST", `/api/pushes/${id}/resume`);
    await by(shop.token, "POST", `/api/pushes/${id}/cancel`);
    // Refused: nothing was done.
    expect((await by(desk.token, "POST", `/api/pushes/${id}/resume`)).status).toBe(409);
    const { steering } = await json(api("GET", `/api/pushes/${id}`));
    expect(steering.map(({ action, by }: Json) => [action, by])).toEqual([
      ["create", "shop"],
      ["pause", "desk"],
      ["resume", "API_TOKEN"],
      ["cancel", "shop"],
    ]);
  });

  it("keeps its creation and the last twenty actions", async () => {
    const { id } = await json(api("POST", "/api/pushes", PUSH));
    for (let n = 0; n < 15; n++) for (const what of ["pause", "resume"]) await api("POST", `/api/pushes/${id}/${what}`);
    const { steering } = await json(api("GET", `/api/pushes/${id}`));
    expect(steering).toHaveLength(21);
    expect([steering[0].action, steering.at(-1).action]).toEqual(["create", "resume"]);
  });
});
