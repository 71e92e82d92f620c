import { env } from "cloudflare:workers";
import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import { count, maxId, pageOfIds, pageQuery } from "../../src/recipients/audience.ts";
import { checkEntry } from "../../src/recipients/entry.ts";
import { type Condition, type Filter, parseFilter, type Scalar } from "../../src/recipients/filter.ts";
import type { Recipient } from "../../src/recipients/recipient.ts";
import { listRecipients } from "../../src/recipients/store.ts";
import { upsertEntries } from "../../src/recipients/upsert.ts";

// Few names and values, so that they meet; all of them awkward somewhere.
const NAMES = ["plan", "a", "a.b", "a.b.c", "a..b", 'q"uote', "b\\s", "__proto__", "é%_", "$", "[0]", " "];
const TEXTS = [
  "",
  "a",
  "A",
  "ab",
  "a%",
  "_b",
  "'; DROP TABLE recipients; --",
  "é",
  "日本",
  "\u{10ffff}",
  "\ud7ff",
  "1",
  "9",
  "18",
  "-2.5e1",
  "018",
  " 18",
  "18.",
  "+18",
  "0x12",
  "1234567890123456789",
  "true",
  "[1]",
];
const NUMBERS = [0, -0, 1, -1, 0.5, 1e21, 2 ** 62, 2 ** 62 + 1024, -(2 ** 63), 2 ** 63, 1e-7, 1e300];
const scalar = fc.oneof(fc.constantFrom(...TEXTS), fc.constantFrom(...NUMBERS), fc.boolean());
const text = fc.constantFrom(...TEXTS);
const address = (n: number) => `${n % 2 ? "User" : "other"}${n}@Example${n % 3}.com`;

let people: Recipient[] = [];

beforeAll(async () => {
  const nested = { a: "a", b: fc.sample(scalar, { numRuns: 1, seed: 3 })[0] };
  const objects = fc.constantFrom<unknown>(
    nested,
    { b: "18" },
    { b: { c: 1 } },
    { "b.c": 1 },
    { b: null },
    { "": { b: 1 } },
  );
  const attribute = fc.oneof(scalar, fc.constant(null), fc.constant([1]), objects);
  const attributes = fc.dictionary(fc.constantFrom(...NAMES), attribute, { maxKeys: 5 });
  const labels = fc.constantFrom("", "a", "A", "ab", "a%", "日本", "\u{10ffff}", "\ud7ff", "b");
  const drawn = fc.sample(fc.record({ username: labels, area: labels, attributes }), { numRuns: 400, seed: 7 });
  for (const at of [1_000, 2_000]) {
    const entries = drawn
      .map((one, n) => checkEntry({ ...one, address: address(n) }))
      .filter((_, n) => (at === 1_000) === n < 200)
      .flatMap((entry) => (entry.ok ? [entry.value] : []));
    expect(entries).toHaveLength(200);
    await upsertEntries(env.DB, entries, at);
  }
  people = await listRecipients(env.DB, { area: null, after: 0, limit: 1_000 });
});

/** The meaning of a filter, said once more in plain JavaScript. */
function selects(filter: Filter, person: Recipient): boolean {
  return filter.every((condition) => holds(condition, person));
}

function holds(condition: Condition, person: Recipient): boolean {
  const value = valueIn(condition, person);
  switch (condition.operator) {
    case "exists":
      return (
        condition.value ===
        (value !== undefined && value !== null && !(condition.field.kind === "column" && value === ""))
      );
    case "eq":
      return value === condition.value;
    case "ne":
      return value !== condition.value;
    case "in":
      return condition.value.some((one) => one === value);
    case "contains":
      return typeof value === "string" && value.includes(String(condition.value));
    case "startsWith":
      return typeof value === "string" && value.startsWith(String(condition.value));
    default: {
      const order = compare(value, condition.value);
      if (order === null) return false;
      return { gt: order > 0, gte: order >= 0, lt: order < 0, lte: order <= 0 }[condition.operator];
    }
  }
}

function valueIn({ field }: Condition, person: Recipient): unknown {
  if (field.kind === "attribute") {
    const whole = Object.getOwnPropertyDescriptor(person.attributes, field.name);
    if (whole !== undefined) return whole.value;
    return field.name.split(".").reduce<unknown>(stepInto, person.attributes);
  }
  return field.column === "address" ? person.address.toLowerCase() : person[field.column];
}

function stepInto(value: unknown, name: string): unknown {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined;
}

/** Like with like only; texts by code point, which is the order of their bytes in UTF-8. */
function compare(a: unknown, b: Scalar): number | null {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a === "string" && typeof b === "number") {
    return /^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/.test(a) ? Number(a) - b : null;
  }
  if (typeof a !== "string" || typeof b !== "string") return null;
  const [x, y] = [Array.from(a), Array.from(b)];
  for (const [n, character] of x.entries()) {
    const other = y[n];
    if (other === undefined) return 1;
    if (character !== other) return (character.codePointAt(0) ?? 0) - (other.codePointAt(0) ?? 0);
  }
  return x.length - y.length;
}

const asked = (value: fc.Arbitrary<unknown>, words: fc.Arbitrary<unknown>) =>
  fc.oneof(
    value,
    fc.array(value, { maxLength: 4 }),
    fc.record(
      {
        eq: value,
        ne: value,
        in: fc.array(value, { maxLength: 4 }),
        exists: fc.boolean(),
        contains: words,
        startsWith: words,
      },
      { requiredKeys: [] },
    ),
    fc.record({ gt: value, gte: value, lt: value, lte: value }, { requiredKeys: [] }),
  );
const times = fc.constantFrom<unknown>(1_000, 2_000, 1_500, "1970-01-01T00:00:02Z", "1970-01-01T00:00:01.000+00:00");
const addresses = fc.oneof(
  fc.nat({ max: 10 }).map((n) => address(n).toUpperCase()),
  fc.constantFrom("user", "U", "@example0"),
);
const oneField = fc.oneof(
  fc.tuple(fc.constantFrom("area", "username"), asked(text, text)),
  fc.tuple(fc.constant("address"), asked(addresses, addresses)),
  fc.tuple(
    fc.constant("createdAt"),
    fc.oneof(times, fc.array(times), fc.record({ gt: times, lte: times, ne: times }, { requiredKeys: [] })),
  ),
  fc.tuple(
    fc.constantFrom(...NAMES).map((name) => `attributes.${name}`),
    asked(scalar, text),
  ),
);
const filters = fc
  .array(oneField, { maxLength: 3 })
  .map((fields) => Object.fromEntries(fields))
  .map(parseFilter)
  .filter((parsed) => parsed.ok)
  .map((parsed) => (parsed.ok ? parsed.value : []));

it("selects in SQL whom it selects in words", async () => {
  const page = { after: 0, bound: await maxId(env.DB), limit: 1_000 };
  await fc.assert(
    fc.asyncProperty(filters, async (filter) => {
      const expected = people.filter((person) => selects(filter, person)).map(({ id }) => id);
      expect((await pageOfIds(env.DB, filter, page)).map(({ id }) => id)).toEqual(expected);
      expect(await count(env.DB, filter)).toBe(expected.length);
    }),
    { numRuns: 1_000 },
  );
});

it("pages through everybody it selects once, in the order of ids, up to the bound", async () => {
  const bound = people[299]?.id ?? 0;
  await fc.assert(
    fc.asyncProperty(filters, fc.integer({ min: 1, max: 120 }), async (filter, limit) => {
      const seen: number[] = [];
      for (let after = 0; ; ) {
        const page = await pageOfIds(env.DB, filter, { after, bound, limit });
        seen.push(...page.map(({ id }) => id));
        const last = page.at(-1);
        if (last === undefined || page.length < limit) break;
        after = last.id;
      }
      expect(seen).toEqual(people.filter((one) => one.id <= bound && selects(filter, one)).map(({ id }) => id));
    }),
    { numRuns: 100 },
  );
});

it("reads one area from its index without sorting, and anything else along the ids", async () => {
  const planOf = async (input: unknown) => {
    const filter = parseFilter(input);
    if (!filter.ok) throw new Error("not a filter");
    const { sql, binds } = pageQuery(filter.value, { after: 0, bound: 1_000, limit: 10 });
    const plan = env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`).bind(...binds);
    return (await plan.all<{ detail: string }>()).results.map(({ detail }) => detail).join("; ");
  };
  const byArea = "SEARCH recipients USING INDEX recipients_by_area (area=? AND id>? AND id<?)";
  expect(await planOf({ area: "a" })).toBe(byArea);
  expect(await planOf({ area: ["a"] })).toBe(byArea);
  expect(await planOf({ area: "a", "attributes.plan": "pro" })).toMatch(
    /^SEARCH recipients USING INDEX recipients_by_area/,
  );
  for (const wide of [{}, { area: ["a", "b"] }, { area: { startsWith: "a" } }, { "attributes.plan": "pro" }]) {
    const plan = await planOf(wide);
    expect(plan).toMatch(/^SEARCH recipients USING INTEGER PRIMARY KEY/);
    expect(plan).not.toContain("TEMP B-TREE");
  }
  expect(await planOf({ address: ["a@example.com", "b@example.com"] })).toContain("address_key=?");
});
