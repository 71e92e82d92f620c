import { env } from "cloudflare:workers";
import fc from "fast-check";
import { beforeEach, expect, it } from "vitest";
import { prepareTemplates, render } from "../../src/message/template/template.ts";
import { checkEntry } from "../../src/recipients/entry.ts";
import { count } from "../../src/recipients/filter/count.ts";
import { parseFilter } from "../../src/recipients/filter/filter.ts";
import { upsertEntries } from "../../src/recipients/upsert.ts";

beforeEach(async () => {
  await env.DB.prepare("DELETE FROM recipients").run();
});

/** What `{{ attributes.NAME }}` renders; null where that is an object, which no mail may print. */
function rendered(name: string, attributes: Record<string, unknown>): string | null {
  const templates = prepareTemplates({ subject: `>{{ attributes.${name} }}`, html: "x", text: null });
  if (!templates.ok) throw new Error(templates.error);
  const mail = render(templates.value, { username: "", address: "a@example.com", area: "", attributes });
  if (!mail.ok && mail.error.includes("prints an object")) return null;
  if (!mail.ok) throw new Error(mail.error);
  return mail.value.subject.slice(1);
}

/** Whether a filter on `attributes.NAME` selects a person with these attributes. */
async function selects(name: string, value: unknown, attributes: Record<string, unknown>): Promise<boolean> {
  const entry = checkEntry({ address: "a@example.com", attributes });
  const filter = parseFilter({ [`attributes.${name}`]: value });
  if (!entry.ok || !filter.ok) throw new Error("not valid");
  await upsertEntries(env.DB, [entry.value], 1);
  return (await count(env.DB, filter.value)).count === 1;
}

it.each([
  ["addr.city", { addr: { city: "X" } }],
  ["addr.city", { "addr.city": "X" }],
  ["addr.city", { "addr.city": "X", addr: { city: "other" } }],
  ["addr.city.name", { addr: { city: { name: "X" } } }],
  ["addr.city.name", { "addr.city.name": "X", addr: { city: { name: "other" } } }],
  ["size", { size: "X" }],
  ["first.last", { first: { last: "X" } }],
  ["constructor", JSON.parse('{"constructor": "X"}')],
  ["__proto__", JSON.parse('{"__proto__": "X"}')],
  ["toString.x", JSON.parse('{"toString": {"x": "X"}}')],
])("attributes.%s is the same in a filter and in a template: %j", async (name, attributes) => {
  expect(rendered(name, attributes)).toBe("X");
  expect(await selects(name, "X", attributes)).toBe(true);
});

it.each([
  ["addr.city", { "addr.city": null, addr: { city: "X" } }],
  ["addr.city", { addr: "X" }],
  ["addr.city", { addr: [{ city: "X" }] }],
  ["addr.city.name", { "addr.city": { name: "X" } }],
  ["size", { plan: "pro", area: "x" }],
  ["addr.size", { addr: { city: "X", zip: "Y" } }],
  ["first", { plan: "pro" }],
  ["constructor.name", { plan: "pro" }],
])("attributes.%s is missing in both: %j", async (name, attributes) => {
  expect(rendered(name, attributes)).toBe("");
  expect(await selects(name, { exists: false }, attributes)).toBe(true);
});

it("a filter selects a person by the text that a template shows them", async () => {
  const names = fc.constantFrom("a", "b", "a.b", "b.c", "a.b.c", "size", "first", "名", "x-y", "__proto__");
  const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
    value: fc.oneof(fc.constantFrom("X", "Y"), fc.dictionary(names, tie("value"), { maxKeys: 3 })),
  })).value;
  const attributes = fc.dictionary(names, value, { maxKeys: 4 }).map((one) => JSON.parse(JSON.stringify(one)));
  const path = fc.array(names, { minLength: 1, maxLength: 2 }).map((parts) => parts.join("."));
  await fc.assert(
    fc.asyncProperty(attributes, path, async (given, name) => {
      const shown = rendered(name, given);
      expect(await selects(name, "X", given)).toBe(shown === "X");
    }),
    { numRuns: 300 },
  );
});
