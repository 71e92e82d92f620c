import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { assetHeaders, SECURITY_HEADERS } from "../../src/http/security-headers.ts";
import { pushObject } from "../../src/push/call.ts";
import { newPushId } from "../../src/push/steering/id.ts";
import { NEW_PUSH } from "../push/world.ts";
import { api, call } from "./api.ts";

const { "content-security-policy": POLICY, ...OTHERS } = SECURITY_HEADERS;

/** The directives of a policy, by name. */
function directives(policy: string | null): Map<string, string> {
  return new Map(
    (policy ?? "").split(";").map((one) => {
      const [name = "", ...sources] = one.trim().split(" ");
      return [name, sources.join(" ")];
    }),
  );
}

async function live(): Promise<Response> {
  const id = newPushId(Date.now());
  await pushObject(env, id).create({ ...NEW_PUSH, id, createdAt: Date.now(), sendAt: Date.now() + 3_600_000 });
  const answer = await api("GET", `/api/pushes/${id}/live`, undefined, { upgrade: "websocket" });
  answer.webSocket?.accept();
  answer.webSocket?.close();
  return answer;
}

describe("the headers that keep a page shut", () => {
  it.each<[string, () => Promise<Response>]>([
    ["an answer", () => api("GET", "/api/pushes")],
    ["a refusal", () => api("POST", "/api/pushes", "{")],
    ["a missing token", () => call("GET", "/api/pushes")],
    ["a fault", () => api("GET", "/api/nothing")],
    ["a file", () => api("GET", "/api/suppressions/export")],
    ["a WebSocket", live],
    ["the session", () => call("GET", "/api/session")],
    ["health", () => call("GET", "/api/health")],
    ["the description", () => call("GET", "/openapi.json")],
    ["the public keys", () => call("GET", "/.well-known/mailpush.json")],
    ["nothing at all", () => call("GET", "/nothing")],
  ])("stand in %s", async (_what, ask) => {
    const { headers } = await ask();
    expect(Object.fromEntries(Object.keys(SECURITY_HEADERS).map((name) => [name, headers.get(name)]))).toEqual(
      SECURITY_HEADERS,
    );
  });

  it.each(["/docs", "/u/no-token"])("stand in %s, which has a policy of its own, without scripts", async (path) => {
    const { headers } = await call("GET", path);
    expect(Object.fromEntries(Object.keys(OTHERS).map((name) => [name, headers.get(name)]))).toEqual(OTHERS);
    const own = directives(headers.get("content-security-policy"));
    expect([own.get("default-src"), own.get("frame-ancestors"), own.get("base-uri")]).toEqual(Array(3).fill("'none'"));
    expect(own.has("script-src")).toBe(false);
  });

  it("let nothing inline run, and nothing from elsewhere", () => {
    const policy = directives(POLICY ?? "");
    expect(policy.get("default-src")).toBe("'none'");
    expect(policy.get("frame-ancestors")).toBe("'none'");
    const sources = new Set([...policy.values()].flatMap((one) => one.split(" ")));
    expect([...sources].sort()).toEqual(["'none'", "'self'", "data:"]);
    expect(policy.get("script-src")).toBe("'self'");
  });

  it("are the same in the file of the assets", () => {
    const [path, ...lines] = assetHeaders().trimEnd().split("\n");
    expect(path).toBe("/*");
    const read = lines.map((line) => /^ {2}([a-z-]+): (.+)$/.exec(line)?.slice(1) ?? []);
    expect(Object.fromEntries(read)).toEqual(SECURITY_HEADERS);
    // Cloudflare's limits: 2,000 characters a line.
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(2_000);
  });
});
