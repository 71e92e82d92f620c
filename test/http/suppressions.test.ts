import { env } from "cloudflare:workers";
import { beforeEach, expect, it } from "vitest";
import { addSuppressions, type SuppressionReason } from "../../src/recipients/suppressions.ts";
import { api, type Json, json } from "./api.ts";

const suppress = (address: string, reason: SuppressionReason, detail: string | null = "550 5.1.1 no such user") =>
  addSuppressions(env.DB, [{ address, reason, detail, push: "p", recipient: 7 }], 1_000);

const get = (path: string) => json(api("GET", `/api/suppressions${path}`));
const csv = (file: string) => api("POST", "/api/suppressions/import", file, { "content-type": "text/csv" });
const exported = async (query = "") => (await api("GET", `/api/suppressions/export${query}`)).text();
const named = ({ data }: Json) => data.map(({ address, reason }: Json) => `${address} ${reason}`);

beforeEach(async () => {
  await env.DB.batch(["suppressions", "lifted_suppressions"].map((table) => env.DB.prepare(`DELETE FROM ${table}`)));
});

it("says of an address why it gets no mail, in any case of it, and after a lifting why it gets mail again", async () => {
  await suppress("Ann@example.com", "no-such-user");
  const suppression = {
    address: "ann@example.com",
    reason: "no-such-user",
    detail: "550 5.1.1 no such user",
    push: "p",
    recipient: 7,
    createdAt: "1970-01-01T00:00:01.000Z",
  };
  const known = { address: "ann@example.com", suppressed: true, suppressions: [suppression], lifted: [] };
  expect(await get("/ANN@example.com")).toEqual(known);
  expect((await api("DELETE", "/api/suppressions/ann%40example.com")).status).toBe(204);
  expect((await api("DELETE", "/api/suppressions/ann@example.com")).status).toBe(404);
  const lifted = { ...suppression, liftedAt: expect.stringMatching(/^2\d{3}-/), liftedBy: "API_TOKEN" };
  expect(await get("/ann@example.com")).toEqual({
    ...known,
    suppressed: false,
    suppressions: [],
    lifted: [lifted],
  });
  expect((await api("GET", "/api/suppressions/bo@example.com")).status).toBe(404);
});

it("lifts one reason and leaves the others", async () => {
  await suppress("ann@example.com", "unsubscribed");
  await suppress("ann@example.com", "bounced");
  const lift = () => api("DELETE", "/api/suppressions/ann@example.com?reason=unsubscribed");
  expect([(await lift()).status, (await lift()).status]).toEqual([204, 404]);
  expect(await get("/ann@example.com")).toMatchObject({ suppressed: true, suppressions: [{ reason: "bounced" }] });
});

it("adds one by hand, for a reason of its own beside what is known", async () => {
  const added = await json(api("POST", "/api/suppressions", { address: "Bo@example.com", detail: "by phone" }));
  expect(added.suppressions).toMatchObject([
    { address: "bo@example.com", reason: "manual", detail: "by phone", push: null },
  ]);
  const again = await json(api("POST", "/api/suppressions", { address: "bo@example.com", reason: "complained" }));
  expect(again.suppressions).toMatchObject([{ reason: "complained" }, { reason: "manual", detail: "by phone" }]);
});

it("adds a thousand at once, says what was known and what is wrong, and takes no more", async () => {
  const detail = "李".repeat(500);
  const all = Array.from({ length: 1_000 }, (_, n) => ({ address: n === 7 ? "nobody" : `u${n}@example.com`, detail }));
  const rejected = [{ index: 7, reason: "the address has no @" }];
  expect(await json(api("POST", "/api/suppressions", all))).toEqual({ added: 999, known: 0, rejected });
  expect(await json(api("POST", "/api/suppressions", all))).toEqual({ added: 0, known: 999, rejected });
  expect((await api("POST", "/api/suppressions", [...all, ...all])).status).toBe(400);
});

it("lists by address and reason, in pages, each suppression once, by reason and by the beginning of addresses", async () => {
  for (const name of ["c", "A", "b"]) await suppress(`${name}@example.com`, "no-such-user");
  await suppress("b@example.com", "bounced");
  await suppress("d%_@example.com", "manual");
  const all: string[] = [];
  for (let next: string | null = ""; next !== null; ) {
    const page: Json = await get(`?limit=2${next === "" ? "" : `&after=${next}`}`);
    expect(page.hasMore).toBe(page.next !== null);
    all.push(...named(page));
    next = page.next;
  }
  expect(all).toEqual([
    "a@example.com no-such-user",
    "b@example.com bounced",
    "b@example.com no-such-user",
    "c@example.com no-such-user",
    "d%_@example.com manual",
  ]);
  expect(named(await get("?reason=manual"))).toEqual(["d%_@example.com manual"]);
  const second = await get(`?reason=no-such-user&limit=1&after=${(await get("?reason=no-such-user&limit=1")).next}`);
  expect(named(second)).toEqual(["b@example.com no-such-user"]);
  expect(named(await get("?search=B@EX"))).toEqual(["b@example.com bounced", "b@example.com no-such-user"]);
  expect(named(await get("?search=b@ex&reason=bounced"))).toEqual(["b@example.com bounced"]);
  expect(named(await get("?search=b@ex&reason=bounced&limit=1"))).toEqual(["b@example.com bounced"]);
  for (const search of ["%25", "_", "zzz"]) expect(named(await get(`?search=${search}`))).toEqual([]);
});

it("imports a CSV file: what is new, known and wrong, whatever else it has", async () => {
  const file =
    "Address;reason;note;detail\nAnn@example.com;bounced;x;a word\nnobody;;;\nbo@example.com;;;\nc@example.com;bored;;\n";
  const report = await json(csv(file));
  expect(report).toMatchObject({ rows: 4, added: 2, known: 0, rejectedCount: 2 });
  expect(report.rejected).toEqual([
    { line: 3, reason: "the address has no @" },
    { line: 5, reason: expect.stringMatching(/^reason: "bored": expected unsubscribed/) },
  ]);
  expect(await json(csv(file))).toMatchObject({ added: 0, known: 2 });
  expect(named(await get(""))).toEqual(["ann@example.com bounced", "bo@example.com manual"]);
  expect((await csv("mail\nann@example.com\n")).status).toBe(400);
  expect((await api("POST", "/api/suppressions/import", {})).status).toBe(415);
});

it("exports what it lists, without a formula for a spreadsheet, and takes it back unchanged", async () => {
  const details = ["=1+1", "+1", "-1", "@SUM(A1)", " =1", '"=1', "'=1", "＝1", 'a, "b"', "\t=1", "plain"];
  for (const [n, detail] of details.entries()) await suppress(`u${n}@example.com`, "manual", detail);
  for (const address of ["=cmd|' /c calc'!a0@example.com", "+a@example.com", "'=b@example.com"]) {
    await suppress(address.replaceAll(" ", ""), "bounced", null);
  }
  const file = await exported();
  const cells = file
    .split("\r\n")
    .slice(1, -1)
    .flatMap((line) => line.match(/("(?:[^"]|"")*"|[^,]*)(?=,|$)/g) ?? []);
  expect(cells.filter((cell) => /^"?\s*[=+\-@＝]/.test(cell))).toEqual([]);
  expect(file).toMatch(/^address,reason,detail,push,recipient,created_at\r\n/);
  expect(await exported("?reason=bounced&search=%2B")).toMatch(
    /^[^\n]*\r\n"'\+a@example.com",bounced,,p,7,1970-[^\n]*\r\n$/,
  );
  const before = named(await get(""));
  await env.DB.prepare("DELETE FROM suppressions").run();
  expect(await json(csv(file))).toMatchObject({ added: before.length, rejectedCount: 0 });
  expect(named(await get(""))).toEqual(before);
  const [first] = (await get("?search=u0@")).data;
  expect(first.detail).toBe("=1+1");
});

it("exports more than a page", async () => {
  const entries = Array.from({ length: 5_001 }, (_, n) => {
    return { address: `u${n}@example.com`, reason: "manual", detail: null, push: null } as const;
  });
  await addSuppressions(env.DB, entries, 1);
  expect((await exported()).trim().split("\r\n")).toHaveLength(5_002);
});

it.each([
  ["GET", "/api/suppressions?reason=bored", undefined, /reason .*expected unsubscribed/],
  ["GET", "/api/suppressions?after=x", undefined, /after .*not the `next`/],
  ["GET", "/api/suppressions/nobody", undefined, /the address has no @/],
  ["DELETE", "/api/suppressions/a@example.com?reason=x", undefined, /reason/],
  ["POST", "/api/suppressions", { address: "nobody" }, /address .*no @/],
  ["POST", "/api/suppressions", { address: "a@example.com", detail: "\0" }, /detail .*NUL/],
  ["POST", "/api/suppressions", {}, /address .*missing/],
] as const)("%s %s is refused with what is wrong: %o", async (method, path, body, words) => {
  const response = await api(method, path, body);
  expect(response.status).toBe(400);
  const { errors } = await json(response);
  expect(`${errors[0].path} ${errors[0].message}`).toMatch(words);
});

it("an export with a byte order mark, as Excel reads it, is taken back by an import", async () => {
  await suppress("li@example.cn", "manual", "电话要求停止");
  const file = await (await api("GET", "/api/suppressions/export?mark=true")).arrayBuffer();
  expect([...new Uint8Array(file, 0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  await env.DB.prepare("DELETE FROM suppressions").run();
  const report = await json(csv(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(file)));
  expect(report).toMatchObject({ rows: 1, rejected: [] });
  expect((await get("")).data).toMatchObject([{ address: "li@example.cn", detail: "电话要求停止" }]);
});
