import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { knownFields } from "../../src/recipients/fields.ts";
import { api, type Json, json } from "../http/api.ts";

const fields = (): Promise<Json> => json(api("GET", "/api/recipients/fields"));
const add = async (people: readonly object[]) =>
  api(
    "POST",
    "/api/recipients",
    people.map((one, n) => ({ address: `p${n}@example.com`, ...one })),
  );

beforeEach(async () => {
  await env.DB.prepare("DELETE FROM recipients").run();
});

describe("the fields that a filter can be built from", () => {
  it("are the columns where nobody is", async () => {
    const { lookedAt, isSample, fields: found } = await fields();
    expect([lookedAt, isSample]).toEqual([0, false]);
    expect(found.map(({ field, have }: Json) => [field, have])).toEqual([
      ["area", 0],
      ["username", 0],
      ["address", 0],
      ["createdAt", 0],
    ]);
  });

  it("have their kinds, and their values by how often they are there", async () => {
    await add([
      {
        area: "beijing",
        username: "A",
        attributes: { plan: "pro", age: 7, vip: true, tags: ["a"], addr: { city: "x" } },
      },
      { area: "beijing", attributes: { plan: "free", age: "8", vip: false, note: null, "a.b": "dotted" } },
      { attributes: { plan: "pro", age: 7.5, 'q"uote': "it's" } },
    ]);
    const { lookedAt, isSample, fields: found } = await fields();
    expect([lookedAt, isSample]).toEqual([3, false]);
    const by = Object.fromEntries(found.map(({ field, ...rest }: Json) => [field, rest]));
    expect(by.area).toEqual({ kinds: ["text"], have: 2, distinct: 1, values: [{ value: "beijing", count: 2 }] });
    expect(by.username).toMatchObject({ have: 1, values: [] });
    expect(by.createdAt).toMatchObject({ kinds: ["time"], have: 3, values: [] });
    expect(by["attributes.plan"]).toEqual({
      kinds: ["text"],
      have: 3,
      distinct: 2,
      values: [
        { value: "pro", count: 2 },
        { value: "free", count: 1 },
      ],
    });
    expect(by["attributes.age"].kinds.sort()).toEqual(["number", "text"]);
    expect(by["attributes.age"].values.map(({ value }: Json) => value)).toEqual([7, 7.5, "8"]);
    expect(by["attributes.vip"].values.map(({ value }: Json) => value).sort()).toEqual([false, true]);
    expect(by["attributes.tags"]).toEqual({
      kinds: ["list"],
      have: 1,
      distinct: 1,
      values: [{ value: "a", count: 1 }],
    });
    expect(by["attributes.addr"]).toMatchObject({ kinds: ["object"], values: [] });
    expect(Object.keys(by)).toContain("attributes.a.b");
    expect(Object.keys(by)).not.toContain("attributes.note");
    for (const { field, values } of found) {
      for (const { value, count } of values) {
        expect(await json(api("POST", "/api/recipients/count", { filter: { [field]: value } }))).toMatchObject({
          count,
        });
      }
    }
  });

  it("have the items of lists as their values, each once for a person who has it", async () => {
    await add([
      { attributes: { tags: ["vip", "new", "vip"] } },
      { attributes: { tags: ["vip", 7, null] } },
      { attributes: { tags: [] } },
      { attributes: { tags: Array.from({ length: 51 }, (_, n) => `t${n}`), odd: [[1], { a: 1 }, true] } },
    ]);
    const { fields: found } = await fields();
    const by = Object.fromEntries(found.map(({ field, ...rest }: Json) => [field, rest]));
    expect(by["attributes.tags"]).toEqual({
      kinds: ["list"],
      have: 4,
      // Those of the long list count as one.
      distinct: 4,
      values: [
        { value: "vip", count: 2 },
        { value: 7, count: 1 },
        { value: "new", count: 1 },
      ],
    });
    expect(by["attributes.odd"]).toEqual({ kinds: ["list"], have: 1, distinct: 1, values: [] });
    const having = async (value: unknown) =>
      (await json(api("POST", "/api/recipients/count", { filter: { "attributes.tags": value } }))).count;
    for (const { value, count } of by["attributes.tags"].values) expect(await having(value)).toBe(count);
    expect(await having({ ne: "vip" })).toBe(2);
    expect(await having(["new", 7])).toBe(2);
  });

  it("are bounded: so many fields, so many values, none too long", async () => {
    const wide = Object.fromEntries(Array.from({ length: 150 }, (_, n) => [`f${n}`, n]));
    await add([
      ...Array.from({ length: 120 }, (_, n) => ({ attributes: { plan: `plan ${n}`, same: "x" } })),
      { attributes: wide },
      { attributes: { same: "y".repeat(101) } },
    ]);
    const { fields: found } = await fields();
    expect(found).toHaveLength(104);
    expect(found[4].field).toBe("attributes.same");
    expect(found[4]).toMatchObject({ have: 121, values: [{ value: "x", count: 120 }] });
    expect(found[5]).toMatchObject({ field: "attributes.plan", distinct: 120 });
    expect(found[5].values).toHaveLength(50);
  });

  it("of many recipients are those of a sample from all over", async () => {
    const people = Array.from({ length: 12_000 }, (_, n) => `p${n}@example.com,${n < 6_000 ? "old" : "new"}`);
    const csv = `address,area\n${people.join("\n")}\n`;
    await api("POST", "/api/recipients/import", csv, { "content-type": "text/csv" });
    const { lookedAt, isSample, fields: found } = await fields();
    expect([lookedAt, isSample]).toEqual([10_000, true]);
    expect(found[0].values.map(({ value }: Json) => value).sort()).toEqual(["new", "old"]);
    expect(found[0].have).toBe(10_000);
  });

  it("are read as far as they are shown, where each person has attributes of their own", async () => {
    const own = (n: number) => Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`own${n}-${at}`, at]));
    await add(Array.from({ length: 400 }, (_, n) => ({ attributes: { plan: n % 7, ...own(n) } })));
    let rows = 0;
    const batch = async (statements: D1PreparedStatement[]) => {
      const answers = await env.DB.batch(statements);
      for (const { results } of answers) rows += results.length;
      return answers;
    };
    const db = { prepare: env.DB.prepare.bind(env.DB), batch } as unknown as D1Database;
    const { fields: found } = await knownFields(db);
    expect(found.find(({ field }) => field === "attributes.plan")).toMatchObject({ have: 400, distinct: 7 });
    expect(found).toHaveLength(4 + 100);
    expect(rows).toBeLessThan(6_000);
  });
});
