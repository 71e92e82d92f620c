import fc from "fast-check";
import { expect, it } from "vitest";
import { adviceOn, hasAdvice } from "../../src/core/advice.ts";
import { VERDICT_CLASSES } from "../../src/core/verdict-class.ts";
import { type Failure, groupFailures, mergeFailures, NO_FAILURES } from "../../src/push/index/failure-groups.ts";
import { SUPPRESSION_REASONS } from "../../src/recipients/suppressions.ts";

const FAILURE: fc.Arbitrary<Failure> = fc.record({
  address: fc.constantFrom("a@a.example", "b@a.example", "c@b.example", "d@__proto__.example", ""),
  class: fc.constantFrom("rejected", "mailbox-full", "__proto__", null),
  reply: fc.option(fc.string({ maxLength: 10 })),
});

it("each failure is counted in one class and in one domain, however the looks are cut", () => {
  fc.assert(
    fc.property(fc.array(fc.array(FAILURE)), (looks) => {
      const groups = looks.map((look) => groupFailures(look)).reduce(mergeFailures, NO_FAILURES);
      const all = looks.flat();
      expect(groups.lookedAt).toBe(all.length);
      const sum = (some: readonly { count: number }[]) => some.reduce((total, { count }) => total + count, 0);
      expect(sum(groups.classes)).toBe(all.length);
      expect(sum(groups.domains)).toBe(all.length);
      for (const { name, count, classes } of groups.domains) {
        expect(count).toBe(
          all.filter(({ address }) => (name === "none" ? address === "" : address.endsWith(`@${name}`))).length,
        );
        expect(Object.values(classes).reduce((total, some) => total + some, 0)).toBe(count);
      }
      const whole = groupFailures(all);
      expect(groups.classes.map(({ name, count }) => [name, count])).toEqual(
        whole.classes.map(({ name, count }) => [name, count]),
      );
    }),
  );
});

it("words that differ only in addresses, numbers and ids are one sample, the most frequent first", () => {
  const failure = (n: number, reply: string) => ({ address: `p${n}@example.com`, class: "rejected", reply });
  const { classes } = groupFailures([
    failure(1, "554 5.7.1 policy 17"),
    ...[1, 2, 3].map((n) => failure(n, `550 5.1.1 <p${n}@example.com>: no mailbox, id ab${n}cd-${n}`)),
    failure(4, "550 5.1.2 <p4@example.com>: no mailbox, id ab4cd-4"),
  ]);
  expect(classes[0]?.samples).toEqual([
    { words: "550 5.1.1 <p1@example.com>: no mailbox, id ab1cd-1", count: 3 },
    { words: "554 5.7.1 policy 17", count: 1 },
    { words: "550 5.1.2 <p4@example.com>: no mailbox, id ab4cd-4", count: 1 },
  ]);
});

it("an answer stays small, however many domains and kinds of words there are", () => {
  const failures = Array.from({ length: 20_000 }, (_, n) => ({
    address: `p@d${n}.example`,
    class: "rejected",
    reply: `550 ${String.fromCharCode(97 + (n % 26)).repeat(1 + (n % 400))}`,
  }));
  const groups = groupFailures(failures);
  expect(groups.domains).toHaveLength(20_000);
  expect(groups.classes[0]?.samples).toHaveLength(3);
  expect(JSON.stringify(groups).length).toBeLessThan(4_000_000);
});

it("there is advice on every class that the code gives a delivery", () => {
  const sources = import.meta.glob("../../src/**/*.ts", {
    query: "?raw",
    import: "default",
    eager: true,
  });
  const names = Object.values(sources).flatMap((source) =>
    Array.from(source.matchAll(/\bclass: "([a-z-]+)"/g), ([, name = ""]) => name),
  );
  expect(names.length).toBeGreaterThan(20);
  const given = new Set([...names, "expired", "hang-up", "unsendable"]);
  expect([...given].filter((name) => !hasAdvice(name))).toEqual([]);
  for (const name of ["none", "constructor", "a-new-one"]) expect(adviceOn("failed", name)).toContain("sample words");
});

it("who is tried again without a person is nobody whom advice says to retry, and each state has advice of its own", () => {
  for (const name of [...VERDICT_CLASSES, "hang-up", "none", "constructor"]) {
    expect(adviceOn("deferred", name)).toMatch(/Wait: they are tried again by themselves/);
    expect(adviceOn("deferred", name)).not.toMatch(/[Rr]etry/);
    expect(adviceOn("failed", name)).not.toMatch(/by themselves|Wait/);
    expect(adviceOn("in_doubt", name)).toMatch(/Nobody knows/);
    expect(adviceOn("skipped", name)).not.toMatch(/sample words/);
  }
  for (const name of SUPPRESSION_REASONS)
    expect(adviceOn("skipped", name)).toMatch(/lift|asked for no more|Do not write/);
});
