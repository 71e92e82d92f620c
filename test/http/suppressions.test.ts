import { env } from "cloudflare:workers";
import { beforeEach, expect, it } from "vitest";
import { addSuppressions, type SuppressionReason } from "../../src/recipients/suppressions.ts";
import { api, json } from "./api.ts";

const suppress = (address: string, reason: SuppressionReason) =>
  addSuppressions(env.DB, [{ address, reason, detail: "550 5.1.1 no such user", push: "p" }], 1_000);

beforeEach(async () => {
  await env.DB.prepare("DELETE FROM suppressions").run();
});

it("says of an address why it gets no mail, in any case of it, and takes that back once", async () => {
  await suppress("Ann@example.com", "no-such-user");
  expect(await json(api("GET", "/api/suppressions/ANN@example.com"))).toEqual({
    address: "ann@example.com",
    reason: "no-such-user",
    detail: "550 5.1.1 no such user",
    push: "p",
    createdAt: "1970-01-01T00:00:01.000Z",
  });
  expect((await api("DELETE", "/api/suppressions/ann%40example.com")).status).toBe(204);
  expect((await api("DELETE", "/api/suppressions/ann@example.com")).status).toBe(404);
  expect((await api("GET", "/api/suppressions/ann@example.com")).status).toBe(404);
});

it("adds by hand, and keeps the first reason", async () => {
  const added = await json(api("POST", "/api/suppressions", { address: "Bo@example.com", detail: "by phone" }));
  expect(added).toMatchObject({ address: "bo@example.com", reason: "manual", detail: "by phone", push: null });
  await suppress("ann@example.com", "no-such-user");
  const again = await json(api("POST", "/api/suppressions", { address: "ann@example.com" }));
  expect(again).toMatchObject({ reason: "no-such-user", detail: "550 5.1.1 no such user" });
});

it("lists by address, in pages, and by reason", async () => {
  for (const name of ["c", "a", "b"]) await suppress(`${name}@example.com`, "no-such-user");
  await suppress("d@example.com", "manual");
  const first = await json(api("GET", "/api/suppressions?limit=2"));
  expect(first.data.map((one: { address: string }) => one.address)).toEqual(["a@example.com", "b@example.com"]);
  const rest = await json(api("GET", `/api/suppressions?limit=2&after=${first.next}`));
  expect(rest.data.map((one: { address: string }) => one.address)).toEqual(["c@example.com", "d@example.com"]);
  expect(rest).toMatchObject({ hasMore: false, next: null });
  const manual = await json(api("GET", "/api/suppressions?reason=manual"));
  expect(manual.data).toMatchObject([{ address: "d@example.com", reason: "manual" }]);
});

it.each([
  ["GET", "/api/suppressions?reason=bored", undefined, /reason .*expected unsubscribed/],
  ["GET", "/api/suppressions/nobody", undefined, /the address has no @/],
  ["POST", "/api/suppressions", { address: "nobody" }, /address .*no @/],
  ["POST", "/api/suppressions", {}, /address .*missing/],
] as const)("%s %s is refused with what is wrong: %o", async (method, path, body, words) => {
  const response = await api(method, path, body);
  expect(response.status).toBe(400);
  const { errors } = await json(response);
  expect(`${errors[0].path} ${errors[0].message}`).toMatch(words);
});
