import fc from "fast-check";
import { expect, it } from "vitest";
import { Paces, type Part, patienceFor } from "../../src/delivery/patience.ts";

const part = fc.record({
  mails: fc.integer({ min: 1, max: 100 }),
  gapMs: fc.double({ min: 0, max: 5_000, noNaN: true }),
});

it("a group alone waits as long as is useful", () => {
  fc.assert(fc.property(part, (one) => patienceFor([one]) === undefined));
});

it("a batch with a push without a rate, or of an unknown one, waits for nobody's later slots", () => {
  fc.assert(
    fc.property(
      fc.array(part, { minLength: 1 }),
      (others) => patienceFor([...others, { mails: 84, gapMs: 0 }]) === 100,
    ),
  );
});

it.each<[string, Part[], number]>([
  ["only slow pushes", Array<Part>(16).fill({ mails: 1, gapMs: 1_000 }), 100],
  ["a fast push beside slow ones", [...Array<Part>(16).fill({ mails: 1, gapMs: 1_000 }), { mails: 84, gapMs: 2 }], 168],
  [
    "two shares of a relay",
    [
      { mails: 80, gapMs: 10 },
      { mails: 20, gapMs: 50 },
    ],
    800,
  ],
  [
    "two equal shares, of which one has few mails here",
    [
      { mails: 30, gapMs: 20 },
      { mails: 70, gapMs: 21 },
    ],
    600,
  ],
  [
    "two equal shares, of which one has one mail here",
    [
      { mails: 1, gapMs: 20 },
      { mails: 99, gapMs: 21 },
    ],
    250,
  ],
  [
    "two small shares",
    [
      { mails: 50, gapMs: 100 },
      { mails: 50, gapMs: 100 },
    ],
    1_000,
  ],
])("a batch of %s waits as long as each of the fastest has mails for, within bounds", (_, parts, patience) => {
  expect(patienceFor(parts)).toBe(patience);
});

it("knows the pace of each push as noted last, and of no more pushes than are sent at once", () => {
  const paces = new Paces();
  paces.note("one", 20);
  for (let i = 0; i < 999; i++) paces.note(`p${i}`, i);
  paces.note("one", 40);
  paces.note("another", 5);
  expect([paces.of("one"), paces.of("another"), paces.of("p998"), paces.of("p0"), paces.of("none")]).toEqual([
    40, 5, 998, 0, 0,
  ]);
});
