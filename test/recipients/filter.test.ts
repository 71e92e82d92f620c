import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseFilter } from "../../src/recipients/filter/filter.ts";
import { compileFilter } from "../../src/recipients/filter/sql.ts";

function problemOf(input: unknown): string {
  const parsed = parseFilter(input);
  return parsed.ok ? "" : parsed.error.map(({ path, message }) => `${path.join("/")}: ${message}`).join("; ");
}

describe("a filter", () => {
  it.each([
    [{ color: "red" }, /^color: unknown field "color"/],
    [{ attributes: "red" }, /unknown field "attributes"/],
    [{ "attributes.": "red" }, /unknown field/],
    [JSON.parse('{"__proto__": "x"}'), /unknown field "__proto__"/],
    [{ constructor: "x" }, /unknown field "constructor"/],
    [{ area: { like: "x" } }, /^area\/like: unknown operator "like"/],
    [{ area: JSON.parse('{"__proto__": "x"}') }, /unknown operator "__proto__"/],
    [{ area: { toString: "x" } }, /unknown operator "toString"/],
    [{ area: {} }, /^area: no operator/],
    [{ area: 3 }, /^area: eq: expected a text/],
    [{ area: null }, /use exists/],
    [{ area: { in: "x" } }, /in: expected a list/],
    [{ area: [] }, /^area: is empty: expected at least one value/],
    [{ area: { in: [] } }, /^area\/in: is empty: expected at least one value/],
    [{ area: ["x", null] }, /in the list: .*exists/],
    [{ area: [["x"]] }, /in the list: expected a text/],
    [{ area: { exists: 1 } }, /exists: expected true or false/],
    [{ area: "a\u0000b" }, /NUL/],
    [{ area: "\ud800" }, /surrogate/],
    [{ "attributes.a": { gt: true } }, /no order/],
    [{ "attributes.a": { contains: 3 } }, /expected a text/],
    [{ area: { contains: "" } }, /^area\/contains: is empty, and would select everybody/],
    [{ address: { startsWith: "" } }, /^address\/startsWith: is empty/],
    [{ "attributes.a": { startsWith: "" } }, /^attributes\.a\/startsWith: is empty/],
    [{ username: { gte: "" } }, /^username\/gte: is empty/],
    [{ "attributes.a": { eq: { b: 1 } } }, /expected a text, a number, true or false/],
    [{ "attributes.a": Number.POSITIVE_INFINITY }, /too large/],
    [{ createdAt: "yesterday" }, /ISO 8601/],
    [{ createdAt: { gte: "yesterday" } }, /^createdAt\/gte: expected in ISO 8601 a date or a time with its zone/],
    [{ createdAt: "2026-05-01T08:00:00" }, /ISO 8601/],
    [{ createdAt: "2026-99-01" }, /ISO 8601/],
    [{ createdAt: 1.5 }, /ISO 8601/],
    [{ createdAt: { contains: "2026" } }, /not a text/],
    [[], /expected an object/],
    ["area", /expected an object/],
    [undefined, /expected an object/],
    [null, /expected an object/],
    [
      Object.fromEntries(Array.from({ length: 31 }, (_, n) => [`attributes.a${n}`, 1])),
      /31 conditions, and at most 30/,
    ],
    [{ area: Array.from({ length: 30_000 }, () => "abcd") }, /longer than 100000 characters/],
  ])("%j is refused with what is wrong", (input, problem) => {
    expect(problemOf(input)).toMatch(problem);
  });

  it.each(["2026-01-01", "2026-01-01T00:00Z", "2026-01-01T08:00:00.000+08:00", 1_767_225_600_000])(
    "takes a date, a time with its zone or epoch milliseconds: %j",
    (gte) => {
      expect(parseFilter({ createdAt: { gte } })).toMatchObject({ ok: true, value: [{ value: 1_767_225_600_000 }] });
    },
  );

  it("reports all problems at once", () => {
    expect(parseFilter({ color: 1, area: { gt: 1, near: 2 } })).toMatchObject({
      ok: false,
      error: [{ path: ["color"] }, { path: ["area", "gt"] }, { path: ["area", "near"] }],
    });
  });

  it("never makes text of the filter part of the SQL, and stays within what D1 binds", () => {
    const operand = fc.oneof(fc.string(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean());
    const operators = fc.constantFrom("eq", "ne", "gt", "gte", "lt", "lte", "contains", "startsWith");
    const asked = fc.oneof(
      operand,
      fc.array(operand, { maxLength: 5 }),
      fc.dictionary(operators, operand, { maxKeys: 3 }),
    );
    const field = fc.string({ minLength: 1 }).map((name) => `attributes.${name}`);
    fc.assert(
      fc.property(fc.dictionary(field, asked, { maxKeys: 30 }), (input) => {
        const parsed = parseFilter(input);
        if (!parsed.ok) return;
        const { sql, binds } = compileFilter(parsed.value, 4);
        expect(binds.length).toBeLessThanOrEqual(90);
        const quoted = /'(text|integer|real|true|false|null|array|\$|\*\[\^-\+\.0-9eE\]\*)'/g;
        const words = sql
          .replaceAll(quoted, " ")
          .replaceAll(/\?\d+|->>|[\s().,=<>]+/g, " ")
          .trim();
        const known =
          "SELECT 1 0 FROM json_each recipients attributes AS item WHERE AND NOT IN IS NULL TRUE EXISTS type value GLOB";
        const functions = "json_extract json_type json_valid coalesce instr substr length CASE WHEN THEN ELSE END";
        expect(`${known} ${functions}`.split(" ")).toEqual(expect.arrayContaining(words.split(/ +/)));
      }),
    );
  });
});
