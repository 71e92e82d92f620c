import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { isSigned, readSession, SESSION_MS, signSession } from "../../../src/http/access/sign-in/session.ts";
import { LINK_MS } from "../../../src/http/access/sign-in/sign-in-links.ts";
import { app } from "../../../src/http/app.ts";
import { pushObject } from "../../../src/push/call.ts";
import { newPushId } from "../../../src/push/steering/id.ts";
import { NEW_PUSH } from "../../push/world.ts";
import { api, call, type Json, json } from "../api.ts";

const ORIGIN = "http://mailpush.test";
const OWN = { origin: ORIGIN };
const MINUTE = 60_000;

// Real, but narrow: three requests a minute.
const { NARROW_RATE_LIMIT } = env as Env & { NARROW_RATE_LIMIT: RateLimit };

const newToken = async (more: Json = {}): Promise<Json> =>
  json(api("POST", "/api/tokens", { name: "desk", scopes: ["read", "write"], ...more }));

const signIn = (body: unknown, headers: Record<string, string> = OWN, bindings?: Env) =>
  call("POST", "/api/session", body, headers, bindings);

/** The cookie that an answer sets, as a browser sends it back. */
function cookieOf(answer: Response): string {
  return (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
}

async function cookieWith(token: string): Promise<string> {
  const answer = await signIn({ token });
  expect(answer.status).toBe(200);
  return cookieOf(answer);
}

const withCookie = (cookie: string, method: string, path: string, more: Record<string, string> = {}, bindings?: Env) =>
  call(method, path, undefined, { cookie, ...more }, bindings);

const whoIs = (cookie: string, bindings?: Env) =>
  json(call("GET", "/api/session", undefined, cookie === "" ? {} : { cookie }, bindings));

function pass(ms: number): void {
  const now = Date.now.bind(Date);
  vi.spyOn(Date, "now").mockImplementation(() => now() + ms);
}

beforeEach(async () => {
  await env.DB.prepare("DELETE FROM tokens").run();
});
afterEach(() => void vi.restoreAllMocks());

describe("signing in", () => {
  it("sets a cookie that no script reads, no other site sends and no plain line carries, for twelve hours", async () => {
    const answer = await signIn({ token: env.API_TOKEN });
    const cookie = answer.headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(/^__Host-mailpush=[^;]+; /);
    expect(cookie.split("; ").slice(1).sort()).toEqual(
      ["HttpOnly", "Max-Age=43200", "Path=/", "SameSite=Strict", "Secure"].sort(),
    );
    const { expiresAt, ...who } = await json(answer);
    expect(who).toEqual({ signedIn: true, name: "API_TOKEN", scopes: null, localInbox: null });
    expect(Date.parse(expiresAt) - Date.now()).toBeGreaterThan(SESSION_MS - MINUTE);
    expect(await whoIs(cookieOf(answer))).toEqual({ ...who, expiresAt });
  });

  it.each(["http://127.0.0.1:8787", "http://localhost:8787", "http://[::1]:8787"])(
    "at %s sets one that Safari takes too",
    async (origin) => {
      const at = async (method: string, path: string, headers: Record<string, string>, body?: string) =>
        app.fetch(new Request(`${origin}${path}`, { method, headers, body: body ?? null }), env);
      const answer = await at("POST", "/api/session", { origin }, JSON.stringify({ token: env.API_TOKEN }));
      const cookie = answer.headers.get("set-cookie") ?? "";
      expect(cookie).toMatch(/^mailpush=/);
      expect(cookie).toMatch(/HttpOnly.*SameSite=Strict/);
      expect(cookie).not.toMatch(/Secure/);
      expect((await at("GET", "/api/pushes", { cookie: cookieOf(answer) })).status).toBe(200);
      expect(
        (await at("DELETE", "/api/session", { cookie: cookieOf(answer), origin })).headers.get("set-cookie"),
      ).toMatch(/^mailpush=; Max-Age=0/);
    },
  );

  it("over https, or from elsewhere over http, takes the cookie with the prefix alone", async () => {
    const plain = (await cookieWith(env.API_TOKEN)).replace("__Host-", "");
    expect((await withCookie(plain, "GET", "/api/pushes")).status).toBe(401);
    expect(await whoIs(plain)).toEqual({ signedIn: false });
  });

  it("says who is signed in, or with a 200 that nobody is", async () => {
    expect(await whoIs("")).toEqual({ signedIn: false });
    expect(await whoIs("__Host-mailpush=nonsense")).toEqual({ signedIn: false });
    const { token } = await newToken();
    const who = await whoIs(await cookieWith(token));
    expect(who).toMatchObject({ signedIn: true, name: "desk", scopes: ["read", "write"] });
  });

  it("is not outlived by its token", async () => {
    const { token, expiresAt } = await newToken({ expiresAt: new Date(Date.now() + MINUTE).toISOString() });
    expect((await whoIs(await cookieWith(token))).expiresAt).toBe(expiresAt);
  });

  it.each([[{}], [{ token: "" }], [{ token: 5 }], [{ token: "a", code: "b" }], [{ password: "x" }], ["{"]])(
    "refuses %j",
    async (body) => expect((await signIn(body)).status).toBe(400),
  );

  it("counts wrong tries alone: a right token always passes", async () => {
    const left = MINUTE - (Date.now() % MINUTE);
    if (left < 10_000) await scheduler.wait(left);
    const bindings = { ...env, RATE_LIMIT: NARROW_RATE_LIMIT };
    const from = { ...OWN, "cf-connecting-ip": "192.0.2.77" };
    const { token } = await newToken();
    for (let n = 0; n < 9; n++) expect((await signIn({ token }, from, bindings)).status).toBe(200);
    const wrong: number[] = [];
    for (let n = 0; n < 5; n++) {
      const guess = n % 2 === 0 ? { token: `mp_${"x".repeat(43)}` } : { code: "mp_link_x" };
      wrong.push((await signIn(guess, from, bindings)).status);
    }
    expect(wrong).toEqual([401, 401, 401, 429, 429]);
    expect((await signIn({ token }, from, bindings)).status).toBe(200);
    expect((await signIn({ token: env.API_TOKEN }, from, bindings)).status).toBe(200);
    const cookie = await cookieWith(env.API_TOKEN);
    expect((await whoIs(cookie, bindings)).signedIn).toBe(true);
  });

  it("out removes the cookie", async () => {
    const answer = await withCookie(await cookieWith(env.API_TOKEN), "DELETE", "/api/session", OWN);
    expect(answer.status).toBe(204);
    expect(answer.headers.get("set-cookie")).toMatch(/^__Host-mailpush=; Max-Age=0; Path=\/; HttpOnly; Secure/);
  });
});

describe("a session", () => {
  it("may do what its token may, and is named as it", async () => {
    const cookie = await cookieWith((await newToken()).token);
    const id = newPushId(Date.now());
    await pushObject(env, id).create({ ...NEW_PUSH, id, createdAt: Date.now(), sendAt: Date.now() + 3_600_000 });
    expect((await withCookie(cookie, "GET", "/api/recipients")).status).toBe(200);
    expect((await withCookie(cookie, "GET", "/api/health?deep=true")).status).toBe(200);
    const paused = await json(withCookie(cookie, "POST", `/api/pushes/${id}/pause`, OWN));
    expect(paused.steering.at(-1)).toMatchObject({ action: "pause", by: "desk" });
    expect(await json(withCookie(cookie, "POST", `/api/pushes/${id}/resume`, OWN))).toMatchObject({
      code: "scope-missing",
    });
    expect(await json(withCookie(cookie, "GET", "/api/tokens"))).toMatchObject({ code: "api-token-only" });
    const master = await cookieWith(env.API_TOKEN);
    expect((await withCookie(master, "GET", "/api/tokens")).status).toBe(200);
  });

  it("changes nothing for a page of elsewhere, nor for one that does not say where it is", async () => {
    const cookie = await cookieWith(env.API_TOKEN);
    const refused: Record<string, string>[] = [
      {},
      { origin: "https://evil.example" },
      { origin: "https://mailpush.test" },
      { origin: `${ORIGIN}:81` },
      { origin: `${ORIGIN}.evil.example` },
      { origin: "null" },
      { origin: "null", "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
      { origin: ORIGIN, "sec-fetch-site": "none" },
    ];
    for (const method of ["POST", "PATCH", "DELETE", "PUT"]) {
      for (const headers of refused) {
        const answer = await withCookie(cookie, method, "/api/segments/none", headers);
        expect([method, headers, answer.status, (await json(answer)).code]).toEqual([
          method,
          headers,
          403,
          "foreign-origin",
        ]);
      }
    }
    for (const headers of [OWN, { origin: "null", "sec-fetch-site": "same-origin" }]) {
      expect((await withCookie(cookie, "DELETE", "/api/segments/none", headers)).status).toBe(404);
    }
    const foreign = { origin: "https://evil.example" };
    expect((await signIn({ token: env.API_TOKEN }, foreign)).status).toBe(403);
    expect((await withCookie(cookie, "DELETE", "/api/session", foreign)).status).toBe(403);
    const bearer = { ...foreign, authorization: `Bearer ${env.API_TOKEN}` };
    expect((await call("DELETE", "/api/segments/none", undefined, bearer)).status).toBe(404);
  });

  it("opens a WebSocket without a ticket, from a page of this address alone", async () => {
    const cookie = await cookieWith((await newToken()).token);
    const id = newPushId(Date.now());
    await pushObject(env, id).create({ ...NEW_PUSH, id, createdAt: Date.now(), sendAt: Date.now() + 3_600_000 });
    const live = (headers: Record<string, string>) =>
      withCookie(cookie, "GET", `/api/pushes/${id}/live`, { upgrade: "websocket", ...headers });
    for (const headers of [{}, { origin: "https://evil.example" }, { origin: "null" }] as Record<string, string>[]) {
      expect((await live(headers)).status).toBe(403);
    }
    const opened = await live(OWN);
    expect(opened.status).toBe(101);
    opened.webSocket?.accept();
    opened.webSocket?.close();
  });

  it("ends with its token, with another API_TOKEN, and after twelve hours", async () => {
    const { id, token } = await newToken();
    const [cookie, master] = [await cookieWith(token), await cookieWith(env.API_TOKEN)];
    const open = async (one: string, bindings?: Env) => {
      const answer = await withCookie(one, "GET", "/api/recipients", {}, bindings);
      const { signedIn } = await whoIs(one, bindings);
      expect(signedIn).toBe(answer.status === 200);
      return answer.status === 200 ? "open" : (await json(answer)).code;
    };
    expect([await open(cookie), await open(master)]).toEqual(["open", "open"]);
    await api("DELETE", `/api/tokens/${id}`);
    expect(await open(cookie)).toBe("session-ended");
    expect(await open(master, { ...env, API_TOKEN: "another-token-of-32-bytes-at-least" })).toBe("session-ended");
    pass(SESSION_MS);
    expect(await open(master)).toBe("session-ended");
  });

  it("of a token that was deleted elsewhere works for a minute at most", async () => {
    const { id, token } = await newToken();
    const cookie = await cookieWith(token);
    expect((await withCookie(cookie, "GET", "/api/recipients")).status).toBe(200);
    await env.DB.prepare("DELETE FROM tokens WHERE id = ?1").bind(id).run();
    pass(MINUTE);
    expect((await withCookie(cookie, "GET", "/api/recipients")).status).toBe(401);
  });

  it("is nobody's when anything of it is changed, and no token", async () => {
    const { id, token } = await newToken();
    const cookie = await cookieWith(token);
    const value = cookie.slice(cookie.indexOf("=") + 1);
    const [expiry = "", , mac = ""] = value.split(".");
    const later = (Number.parseInt(expiry, 36) + 1).toString(36);
    const digit = mac.startsWith("0") ? "1" : "0";
    for (const forged of [
      `${later}.${id}.${mac}`,
      `${expiry}.master.${mac}`,
      `${expiry}.${id}.${digit}${mac.slice(1)}`,
      `${expiry}.${id}.`,
      `${value}0`,
      "",
    ]) {
      expect((await withCookie(`__Host-mailpush=${forged}`, "GET", "/api/recipients")).status).toBe(401);
    }
    expect((await withCookie(cookie, "GET", "/api/recipients")).status).toBe(200);
    const authorization = `Bearer ${value}`;
    expect((await call("GET", "/api/recipients", undefined, { authorization })).status).toBe(401);
    // A token that is sent is the one that counts.
    const wrong = { authorization: "Bearer wrong" };
    expect((await withCookie(cookie, "GET", "/api/recipients", wrong)).status).toBe(401);
  });

  it("is signed with the key of now or of before, for a bounded time", () => {
    const claims = { token: "t", expiresAt: 1_000_000 };
    const signed = signSession(claims, "hash", "old");
    expect(readSession(signed, 999_999)).toEqual(claims);
    expect([readSession(signed, 1_000_000), readSession(`${signed}0`, 1)]).toEqual([null, null]);
    expect(readSession(signSession({ ...claims, expiresAt: 9e12 }, "hash", "old"), 1)).toBeNull();
    const by = (current: string, previous: string | null, hash = "hash") =>
      isSigned(signed, claims, hash, { current, previous });
    expect([by("old", null), by("new", "old"), by("new", null), by("old", null, "other")]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

describe("a sign-in link", () => {
  const codeIn = (url: string) => url.slice(url.indexOf("#") + 1);
  const newLink = async (headers = {}): Promise<Json> => json(api("POST", "/api/session/links", undefined, headers));

  it("holds its code behind the #, and signs in once, of twenty tries at once too", async () => {
    const { url, expiresAt } = await newLink();
    expect(url).toMatch(/^http:\/\/mailpush\.test\/signin#mp_link_[\w-]{43}$/);
    expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(LINK_MS);
    const tries = await Promise.all(Array.from({ length: 20 }, () => signIn({ code: codeIn(url) })));
    expect(tries.map(({ status }) => status).sort()).toEqual([200, ...Array(19).fill(401)]);
    const opened = tries.find(({ status }) => status === 200) as Response;
    expect((await withCookie(cookieOf(opened), "GET", "/api/tokens")).status).toBe(200);
    expect(await json(signIn({ code: codeIn(url) }))).toMatchObject({ code: "link-invalid" });
  });

  it("ends after its minutes and with its API_TOKEN; only API_TOKEN makes one", async () => {
    const [first, second] = [await newLink(), await newLink()];
    const other = { ...env, API_TOKEN: "another-token-of-32-bytes-at-least" };
    expect((await signIn({ code: codeIn(first.url) }, OWN, other)).status).toBe(401);
    expect((await signIn({ code: codeIn(first.url) })).status).toBe(200);
    const authorization = `Bearer ${(await newToken()).token}`;
    expect((await call("POST", "/api/session/links", undefined, { authorization })).status).toBe(403);
    pass(LINK_MS);
    expect((await signIn({ code: codeIn(second.url) })).status).toBe(401);
    await newLink();
    expect(await env.DB.prepare("SELECT count(*) AS n FROM sign_in_links").first("n")).toBe(1);
  });

  it("stands nowhere in D1 and in no line of the log", async () => {
    const lines: string[] = [];
    for (const kind of ["log", "error"] as const) {
      vi.spyOn(console, kind).mockImplementation((...words) => void lines.push(words.join(" ")));
    }
    const { url } = await newLink({ "idempotency-key": `link-${crypto.randomUUID()}` });
    await signIn({ code: codeIn(url) });
    await signIn({ code: codeIn(url) });
    const rows = await env.DB.batch([
      env.DB.prepare("SELECT * FROM sign_in_links"),
      env.DB.prepare("SELECT * FROM idempotency"),
    ]);
    expect(lines.length).toBeGreaterThan(1);
    expect(JSON.stringify(rows) + lines.join("")).not.toContain(codeIn(url));
  });
});
