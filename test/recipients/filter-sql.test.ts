import { env } from "cloudflare:workers";
import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import { checkEntry } from "../../src/recipients/entry.ts";
import { maxId, readPage } from "../../src/recipients/filter/audience.ts";
import { count } from "../../src/recipients/filter/count.ts";
import { type Condition, type Filter, parseFilter, type Scalar } from "../../src/recipients/filter/filter.ts";
import { recipientsPerQuery, selectedInRange } from "../../src/recipients/filter/range.ts";
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
    { b: ["18", 1, "a"] },
    { "": { b: 1 } },
  );
  const items = fc.oneof(scalar, fc.constantFrom<unknown>(null, ["a"], { a: "a" }));
  const attribute = fc.oneof(scalar, fc.constant(null), fc.array(items, { maxLength: 4 }), objects);
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

/** A list passes where an item does; of what is not equal, where none is equal. */
function holds(condition: Condition, person: Recipient): boolean {
  const value = valueIn(condition, person);
  const values = Array.isArray(value) && condition.operator !== "exists" ? value : [value];
  return condition.operator === "ne"
    ? values.every((one) => passes(condition, one))
    : values.some((one) => passes(condition, one));
}

function passes(condition: Condition, value: unknown): boolean {
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

function parsed(input: unknown): Filter {
  const filter = parseFilter(input);
  if (!filter.ok) throw new Error(JSON.stringify(filter.error));
  return filter.value;
}

it("selects in SQL whom it selects in words", async () => {
  const all = { after: 0, bound: await maxId(env.DB) };
  await fc.assert(
    fc.asyncProperty(filters, async (filter) => {
      const expected = people.filter((person) => selects(filter, person)).map(({ id }) => id);
      expect((await readPage(env.DB, filter, all, 1_000)).recipients.map(({ id }) => id)).toEqual(expected);
      expect(await count(env.DB, filter)).toEqual({ count: expected.length, isEstimate: false });
    }),
    { numRuns: 1_000 },
  );
});

it("selects by an item of a list as by a value, and by none for what is not equal", async () => {
  const tagged = people.map(({ attributes }) => attributes.plan).filter((plan) => Array.isArray(plan));
  expect(tagged.length).toBeGreaterThan(10);
  const has = async (input: unknown) => (await count(env.DB, parsed(input))).count;
  const all = people.length;
  for (const value of ["a", "ab", 1, true]) {
    const having = people.filter(({ attributes: { plan } }) => [plan].flat().some((one) => one === value)).length;
    expect(await has({ "attributes.plan": value })).toBe(having);
    expect(await has({ "attributes.plan": [value, "nobody's"] })).toBe(having);
    expect(await has({ "attributes.plan": { ne: value } })).toBe(all - having);
  }
});

it("pages through everybody it selects once, in the order of ids, up to the bound, however little a query may look at", async () => {
  const bound = people[299]?.id ?? 0;
  const limits = fc.integer({ min: 1, max: 120 });
  await fc.assert(
    fc.asyncProperty(filters, limits, limits, async (filter, limit, most) => {
      const seen: number[] = [];
      for (let after = 0, isLast = false; !isLast; ) {
        const page = await readPage(env.DB, filter, { after, bound }, limit, most);
        seen.push(...page.recipients.map(({ id }) => id));
        expect(page.recipients.length).toBeLessThanOrEqual(Math.min(limit, most));
        expect(page.isLast || page.upTo > after).toBe(true);
        ({ upTo: after, isLast } = page);
      }
      const selected = people.filter((one) => one.id <= bound && selects(filter, one)).map(({ id }) => id);
      expect(seen).toEqual(selected);
    }),
    { numRuns: 100 },
  );
});

it("counts exactly in as many queries as the budget allows, and says so where it does not", async () => {
  await fc.assert(
    fc.asyncProperty(filters, fc.integer({ min: 1, max: 120 }), async (filter, recipientsPerQuery) => {
      const exact = people.filter((person) => selects(filter, person)).length;
      const enough = { queries: Math.ceil(people.length / recipientsPerQuery), recipientsPerQuery };
      expect(await count(env.DB, filter, enough)).toEqual({ count: exact, isEstimate: false });
      const some = await count(env.DB, filter, { queries: 2, recipientsPerQuery });
      if (some.isEstimate) expect(some.count).toBeLessThanOrEqual(people.length);
      else expect(some.count).toBe(exact);
    }),
    { numRuns: 100 },
  );
});

it("estimates from all parts of the ids, so that a list that was imported later counts", async () => {
  const filter = parsed({ createdAt: { gte: 2_000 } });
  const estimate = await count(env.DB, filter, { queries: 10, recipientsPerQuery: 5 });
  expect(estimate).toEqual({ count: 200, isEstimate: true });
});

it("looks at fewer recipients in one query the more attributes a filter reads", async () => {
  const names = Array.from({ length: 30 }, (_, n) => `attributes.a${n}`);
  const many = parsed(Object.fromEntries(names.map((name) => [name, { ne: 1 }])));
  expect(recipientsPerQuery(many)).toBeLessThanOrEqual(10_000);
  expect(recipientsPerQuery(parsed({ area: "a" }))).toBeGreaterThanOrEqual(100_000);
});

it("reads one area from its index without sorting, and anything else along the ids", async () => {
  const planOf = async (input: unknown) => {
    const { sql, binds } = selectedInRange(parsed(input), { after: 0, bound: 1_000 }, 10, "id, address", "ORDER BY id");
    const plan = env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`).bind(...binds);
    return (await plan.all<{ detail: string }>()).results.map(({ detail }) => detail);
  };
  const byArea = "SEARCH recipients USING INDEX recipients_by_area (area=? AND id>? AND id<?)";
  for (const narrow of [{ area: "a" }, { area: ["a"] }, { area: "a", "attributes.plan": "pro" }]) {
    const plan = await planOf(narrow);
    expect(plan[0]).toBe(byArea);
    expect(plan.join()).not.toContain("TEMP B-TREE");
  }
  for (const wide of [{}, { area: ["a", "b"] }, { area: { startsWith: "a" } }, { "attributes.plan": "pro" }]) {
    const plan = await planOf(wide);
    const searches = plan.filter((step) => step.includes(" recipients "));
    expect(searches).toEqual(searches.map(() => "SEARCH recipients USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"));
    expect(plan.join()).not.toContain("TEMP B-TREE");
  }
  expect((await planOf({ address: ["a@example.com", "b@example.com"] }))[0]).toContain("address_key=?");
});

it("stays within what D1 binds, for thirty conditions of every kind", async () => {
  const attributes = Array.from({ length: 24 }, (_, n) => [`attributes.a.b${n}`, ["x", 1, true]]);
  const filter = parsed({
    area: { eq: "a", in: ["a"], startsWith: "a", contains: "a" },
    address: { eq: "a@example.com", in: ["a@example.com"] },
    ...Object.fromEntries(attributes),
  });
  expect((await readPage(env.DB, filter, { after: 0, bound: 1_000 }, 10)).recipients).toEqual([]);
  expect(await count(env.DB, filter)).toEqual({ count: 0, isEstimate: false });
  const { binds } = selectedInRange(filter, { after: 0, bound: 1_000 }, 10, "id");
  expect(binds.length).toBeLessThanOrEqual(100);
});
