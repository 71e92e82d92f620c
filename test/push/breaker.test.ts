import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BREAKER_AT_REST, type Breaker, type FinalOutcome, isClear, observe } from "../../src/push/health/breaker.ts";

const THRESHOLDS = { first: 20, streak: 50, spamShare: 0.05 };
const taken: FinalOutcome = { refused: null };
const unknown = (address: string): FinalOutcome => ({
  refused: { class: "no-such-user", reply: `550 5.1.1 <${address}>: user unknown` },
});
const spam: FinalOutcome = { refused: { class: "blocked-as-spam", reply: "554 5.7.1 spam" } };

/** Feeds outcomes until the breaker trips. */
function feed(outcomes: readonly FinalOutcome[], from: Breaker = BREAKER_AT_REST) {
  let breaker = from;
  for (const [i, outcome] of outcomes.entries()) {
    const seen = observe(breaker, outcome, THRESHOLDS);
    breaker = seen.breaker;
    if (seen.tripped !== null) return { breaker, tripped: seen.tripped, after: i + 1 };
  }
  return { breaker, tripped: null, after: outcomes.length };
}

const repeat = (count: number, outcome: (i: number) => FinalOutcome): FinalOutcome[] =>
  Array.from({ length: count }, (_, i) => outcome(i));

describe("the breaker", () => {
  test("trips when the first twenty are refused alike, whatever the addresses in the words", () => {
    const { tripped, after } = feed(repeat(30, (i) => unknown(`user${i}@example.org`)));
    expect(after).toBe(20);
    expect(tripped?.words).toContain("550 5.1.1");
  });

  test("does not trip at the start once one was taken, until fifty in a row are refused alike", () => {
    const { tripped, after } = feed([taken, ...repeat(60, () => unknown("a@example.org"))]);
    expect(after).toBe(51);
    expect(tripped).toMatchObject({ code: "alike", params: { count: 50, said: expect.stringContaining("550 5.1.1") } });
    expect(tripped?.words).toContain("50 mails in a row");
  });

  test("lets a list pass whose refusals differ or are broken by mail that is taken", () => {
    const outcomes = repeat(2_000, (i) => (i % 40 === 0 ? taken : unknown("a@example.org")));
    expect(feed(outcomes).tripped).toBeNull();
    const codes = repeat(2_000, (i) => ({ refused: { class: "rejected", reply: `55${i % 3} no` } }));
    expect(feed(codes).tripped).toBeNull();
  });

  test("trips over a share of spam, but not before a hundred outcomes", () => {
    const { tripped, after } = feed(repeat(500, (i) => (i % 10 === 9 ? spam : taken)));
    expect(after).toBe(100);
    expect(tripped?.words).toContain("10 of the last 100 mails were refused as spam");
    expect(feed(repeat(500, (i) => (i % 25 === 24 ? spam : taken))).tripped).toBeNull();
  });

  test("sees spam that begins after thousands were taken", () => {
    const good = feed(repeat(5_000, () => taken)).breaker;
    const { after } = feed(
      repeat(200, (i) => (i % 5 === 4 ? spam : taken)),
      good,
    );
    expect(after).toBeLessThanOrEqual(60);
  });

  test("is clear only after a mail was taken", () => {
    expect(isClear(feed([unknown("a@example.org")]).breaker, false)).toBe(false);
    expect(isClear(feed([unknown("a@example.org"), taken]).breaker, false)).toBe(true);
  });

  test("keeps a small state that survives JSON, and never lets more than a streak of refusals alike through", () => {
    const outcomes = fc.array(fc.constantFrom(taken, unknown("a@example.org"), spam), { maxLength: 300 });
    fc.assert(
      fc.property(outcomes, (list) => {
        const { breaker, tripped } = feed(list);
        expect(JSON.parse(JSON.stringify(breaker))).toEqual(breaker);
        expect(breaker.block.outcomes + breaker.previous.outcomes).toBeLessThanOrEqual(200);
        if (tripped === null) expect(breaker.streak).toBeLessThan(THRESHOLDS.streak);
      }),
    );
  });
});
