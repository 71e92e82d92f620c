import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Condition,
  comparedKinds,
  conditionsOf,
  filterOf,
  OPERATORS,
  operatorsFor,
  typedValue,
} from "../../src/page/parts/filter/conditions.ts";
import { parseFilter } from "../../src/recipients/filter/filter.ts";

const field = fc.constantFrom("area", "username", "attributes.plan", "attributes.a.b", "attributes.__proto__");
const scalar = fc.oneof(fc.string({ minLength: 1 }), fc.integer(), fc.boolean());
const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ field, operator: fc.constantFrom(...OPERATORS.slice(0, 2)), value: scalar }),
  fc.record({ field, operator: fc.constant("in" as const), value: fc.array(scalar, { minLength: 1 }) }),
  fc.record({ field, operator: fc.constant("exists" as const), value: fc.boolean() }),
);
const conditions = fc.uniqueArray(condition, { selector: ({ field: name, operator }) => `${name} ${operator}` });
const inOrder = (some: readonly Condition[]): string[] => some.map((one) => JSON.stringify(one)).toSorted();

describe("conditions of a filter", () => {
  it("stay the same over a filter", () => {
    fc.assert(
      fc.property(conditions, (some) => {
        const filter = filterOf(some);
        expect(filter).not.toBeNull();
        expect(inOrder(conditionsOf(JSON.parse(JSON.stringify(filter))))).toEqual(inOrder(some));
      }),
    );
  });

  it("never select more people for being unfinished, or for standing twice", () => {
    fc.assert(
      fc.property(conditions, fc.nat(), (some, at) => {
        fc.pre(some.length > 0);
        const one = some[at % some.length] as Condition;
        expect(filterOf([...some, one])).toBeNull();
        expect(filterOf([...some, { ...one, operator: "gt", value: undefined }])).toBeNull();
        expect(filterOf([...some, { field: "address", operator: "in", value: [] }])).toBeNull();
      }),
    );
  });

  it("that can be built are ones that the API takes", () => {
    const kinds = [[], ["text"], ["number"], ["boolean"], ["text", "number"], ["list"]];
    for (const name of ["area", "username", "address", "createdAt", "attributes.plan"]) {
      for (const some of kinds) {
        for (const operator of operatorsFor(name, some)) {
          const typed = name === "createdAt" ? "2026-05-01" : some.join() === "boolean" ? "true" : "18";
          const value = typedValue(typed, operator, name.startsWith("attributes.") ? some : ["text"]);
          const known = operator === "exists" ? true : operator === "in" ? [value as string] : value;
          if (name === "area" && typeof known === "number") continue;
          expect(parseFilter(filterOf([{ field: name, operator, value: known }]))).toMatchObject({ ok: true });
        }
      }
    }
  });

  it("compare a typed value with the items of a list, as they are", () => {
    const typed = (text: string, ...items: (string | number)[]) =>
      typedValue(
        text,
        "eq",
        comparedKinds(
          ["list"],
          items.map((value) => ({ value })),
        ),
      );
    expect(operatorsFor("attributes.tags", ["list"])).toEqual(["eq", "ne", "in", "exists"]);
    expect(operatorsFor("attributes.tags", ["object"])).toEqual(["exists"]);
    expect(typed("7", 1, 2)).toBe(7);
    expect(typed("7", "a", 2)).toBe("7");
    expect(typed("7")).toBe("7");
    expect(comparedKinds(["text", "list"], [{ value: 1 }])).toEqual(["text", "list"]);
  });

  it("compare numbers where people have numbers or an order is asked for, else texts", () => {
    expect(typedValue("18", "eq", ["number"])).toBe(18);
    expect(typedValue("18", "eq", ["text"])).toBe("18");
    expect(typedValue("18", "eq", ["text", "number"])).toBe("18");
    expect(typedValue("18", "gte", ["text"])).toBe(18);
    expect(typedValue("018", "gte", ["text"])).toBe("018");
    expect(typedValue("18", "contains", ["text"])).toBe("18");
    expect(typedValue("true", "eq", ["boolean"])).toBe(true);
    expect(typedValue("", "eq", ["text"])).toBeUndefined();
  });
});
