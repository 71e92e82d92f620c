import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { SCOPES } from "../../../src/http/access/caller.ts";
import { networkOf } from "../../../src/http/access/network.ts";
import { RATE_LIMIT } from "../../../src/http/access/rate-limit.ts";
import wrangler from "../../../wrangler.toml?raw";
import { api, call, json } from "../api.ts";

const MINUTE = 60_000;
const TEST_TAKES = 10_000;
const POLICY = '"default";q=300;w=10';

// The plugin's binding, real but narrow: three requests.
const { NARROW_RATE_LIMIT } = env as Env & { NARROW_RATE_LIMIT: RateLimit };
const NARROW = { ...env, RATE_LIMIT: NARROW_RATE_LIMIT };
const BEARER = { authorization: `Bearer ${env.API_TOKEN}` };

/** The statuses of so many requests, one after the other. */
async function statuses(count: number, headers: Record<string, string>): Promise<number[]> {
  const given: number[] = [];
  for (let n = 0; n < count; n++) given.push((await call("GET", "/api/recipients", undefined, headers, NARROW)).status);
  return given;
}

async function newToken(): Promise<string> {
  return (await json(api("POST", "/api/tokens", { name: "t", scopes: SCOPES }))).token;
}

// The local binding counts by minutes of the clock: no test may lie across the end of one.
beforeEach(async () => {
  const left = MINUTE - (Date.now() % MINUTE);
  if (left < TEST_TAKES) await scheduler.wait(left);
});

describe("the rate limit", () => {
  it("is the one in wrangler.toml", () => {
    const section = /^\[ratelimits\.simple\]$(.*?)^$/ms.exec(wrangler)?.[1] ?? "";
    expect(/^limit = (\d+)/m.exec(section)?.[1]).toBe(String(RATE_LIMIT.requests));
    expect(/^period = (\d+)/m.exec(section)?.[1]).toBe(String(RATE_LIMIT.periodSeconds));
    expect(POLICY).toBe(`"default";q=${RATE_LIMIT.requests};w=${RATE_LIMIT.periodSeconds}`);
  });

  it("stands in every answer of the API", async () => {
    for (const answer of [
      await api("GET", "/api/recipients"),
      await api("GET", "/api/nothing"),
      await api("PUT", "/api/recipients"),
      await api("POST", "/api/recipients", "{"),
      await call("GET", "/api/recipients"),
      await call("GET", "/api/health"),
      await call("GET", "/api/recipients", undefined, BEARER, { ...env, DB: undefined as unknown as D1Database }),
    ]) {
      expect([answer.status, answer.headers.get("ratelimit-policy")]).toEqual([answer.status, POLICY]);
      expect(answer.headers.get("ratelimit")).toBeNull();
    }
  });

  it("refuses with the time to wait, before the body is read", async () => {
    const headers = { authorization: `Bearer ${await newToken()}` };
    // The first one is counted before the token is known.
    expect(await statuses(4, headers)).toEqual([200, 200, 200, 200]);
    let reads = 0;
    const body = new ReadableStream({ pull: () => void reads++ }, { highWaterMark: 0 });
    const refused = await call("POST", "/api/pushes", body, headers, NARROW);
    expect([refused.status, reads]).toEqual([429, 0]);
    expect(refused.headers.get("retry-after")).toBe("10");
    expect(refused.headers.get("ratelimit")).toBe('"default";r=0;t=10');
    expect(refused.headers.get("ratelimit-policy")).toBe(POLICY);
    expect(await json(refused)).toMatchObject({ status: 429, code: "too-many-requests" });
  });

  it("counts each token for itself, wherever it comes from", async () => {
    const [one, other] = [await newToken(), await newToken()];
    const from = (token: string, n: number) => ({
      authorization: `Bearer ${token}`,
      "cf-connecting-ip": `192.0.2.${n}`,
    });
    for (const token of [one, other]) await call("GET", "/api/recipients", undefined, from(token, 1));
    for (let n = 1; n <= 3; n++) expect(await statuses(1, from(one, n))).toEqual([200]);
    expect(await statuses(1, from(one, 4))).toEqual([429]);
    expect(await statuses(1, from(other, 4))).toEqual([200]);
  });

  it("counts those without a token by their network, and looks no token up for them beyond it", async () => {
    const from = (address: string) => ({ "cf-connecting-ip": address });
    const guess = { authorization: `Bearer mp_${"x".repeat(43)}` };
    expect(await statuses(3, { ...from("2001:db8::1"), ...guess })).toEqual([401, 401, 401]);
    expect(await statuses(1, from("2001:db8::ffff"))).toEqual([429]);
    expect(await statuses(1, from("2001:db8:0:1::1"))).toEqual([401]);
    const late = { ...from("2001:db8::2"), authorization: `Bearer ${await newToken()}` };
    expect(await statuses(1, late)).toEqual([429]);
    expect(
      (await call("GET", "/api/recipients", undefined, { ...from("2001:db8::2"), ...BEARER }, NARROW)).status,
    ).toBe(200);
  });

  it("that cannot be asked limits nothing", async () => {
    const limit = () => Promise.reject(new Error("not available"));
    for (const RATE_LIMIT of [{ limit }, undefined] as unknown as RateLimit[]) {
      const bindings = { ...env, RATE_LIMIT };
      expect((await call("GET", "/api/recipients", undefined, BEARER, bindings)).status).toBe(200);
    }
  });
});

describe("a network", () => {
  it.each([
    ["192.0.2.7", "192.0.2.7"],
    ["2001:db8::1", "2001:db8:0:0"],
    ["2001:DB8:0000:0000:1:2:3:4", "2001:db8:0:0"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
    ["::1", "0:0:0:0"],
    ["fe80::", "fe80:0:0:0"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["::ffff:c000:207", "192.0.2.7"],
    ["", ""],
  ])("of %s is %s", (address, network) => expect(networkOf(address)).toBe(network));
});
