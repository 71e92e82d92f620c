import { env } from "cloudflare:workers";
import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import { LOOKED_AT } from "../../src/recipients/store.ts";
import { api, type Json, json } from "./api.ts";

const MANY = 2 * LOOKED_AT + 50;

beforeAll(async () => {
  await env.DB.prepare("DELETE FROM recipients").run();
  // Nobody here has 20,000 requests to spend.
  await env.DB.prepare(
    `WITH RECURSIVE n (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM n WHERE n < ?1)
     INSERT INTO recipients (address, address_key, username, area, created_at, updated_at)
     SELECT 'p' || n || '@example.com', 'p' || n || '@example.com', 'Person ' || n, iif(n % 100, 'x', 'y'), 0, 0 FROM n`,
  )
    .bind(MANY)
    .run();
  await api("POST", "/api/recipients", [
    { address: "Ann_100%@example.org", username: "Ünal Ö'Brien", area: "z" },
    { address: `${"long".repeat(15)}@example.org`, username: "x".repeat(60) },
  ]);
});

async function search(text: string, query = "", mostPages = 20): Promise<{ addresses: string[]; pages: number }> {
  const addresses: string[] = [];
  let pages = 0;
  for (let after: string | null = ""; after !== null && pages < mostPages; pages++) {
    const path = `/api/recipients?search=${encodeURIComponent(text)}${query}${after && `&after=${after}`}`;
    const page: Json = await json(api("GET", path));
    addresses.push(...page.data.map((one: Json) => one.address));
    after = page.next;
  }
  return { addresses, pages };
}

it.each([
  ["ann_1", ["Ann_100%@example.org"]],
  ["ünal ö'b", ["Ann_100%@example.org"]],
  ["ÜNAL", ["Ann_100%@example.org"]],
  ["100%@", ["Ann_100%@example.org"]],
  ["LONG".repeat(15), [`${"long".repeat(15)}@example.org`]],
  ["X".repeat(60), [`${"long".repeat(15)}@example.org`]],
  ["' OR 1 --", []],
  ["%", ["Ann_100%@example.org"]],
])("finds %s in addresses and usernames, as it is and in any case", async (text, addresses) => {
  expect((await search(text)).addresses).toEqual(addresses);
});

it("looks at a bounded part of all in one call, and goes on", async () => {
  expect(await search(`person ${MANY}`)).toEqual({ addresses: [`p${MANY}@example.com`], pages: 3 });
  expect(await search("nobody at all")).toEqual({ addresses: [], pages: 3 });
});

it("gives somebody whose whole address is asked for on the first page, and once", async () => {
  expect(await search(`P${MANY}@Example.com`, "", 1)).toMatchObject({ addresses: [`p${MANY}@example.com`] });
  expect((await search(`P${MANY}@Example.com`)).addresses).toEqual([`p${MANY}@example.com`]);
  expect((await search(`p${MANY}@example.com`, "&area=z")).addresses).toEqual([]);
  // Others hold the same text.
  const { addresses } = await search("p10@example.com", "&limit=1");
  expect(addresses).toEqual(["p10@example.com"]);
});

it("pages of any size give each match once", async () => {
  const expected = Array.from({ length: MANY }, (_, n) => n + 1)
    .filter((n) => n % 100 === 0 && `${n}`.includes("50"))
    .map((n) => `p${n}@example.com`);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 40 }), async (limit) => {
      const { addresses } = await search("50", `&area=y&limit=${limit}`, 1_000);
      expect(addresses).toEqual(expected);
    }),
    { numRuns: 5 },
  );
});
