import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { acceptedPerSecond, countAccepted, NOTHING_ACCEPTED, STEADY_MS } from "../../src/relay/acceptance.ts";
import { cutRate, easeRate, holdAfterCut, type Rate, recoverRate, startRate } from "../../src/relay/rate.ts";

// How the loop of cut and recovery does against relays: sharing.test.ts.

const perSecond = fc.double({ min: 0, max: 10_000, noNaN: true });

describe("a rate", () => {
  test("never falls below one a second, and a cut never raises it", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ accepted: perSecond, cut: fc.boolean(), ms: fc.integer({ min: 0, max: 60_000 }) })),
        (events) => {
          let now = 0;
          let rate = startRate(null, now);
          for (const event of events) {
            now += event.ms;
            const before = rate.perSecond ?? Number.POSITIVE_INFINITY;
            rate = event.cut
              ? cutRate(rate, event.accepted, event.accepted, Infinity, now)
              : recoverRate(rate, event.accepted, null, now);
            expect(rate.perSecond ?? 1).toBeGreaterThanOrEqual(1);
            if (event.cut) expect(rate.perSecond).toBeLessThanOrEqual(Math.max(1, before));
            else expect(rate.perSecond ?? before).toBeGreaterThanOrEqual(Math.min(before, rate.perSecond ?? before));
            expect(JSON.parse(JSON.stringify(rate))).toEqual(rate);
          }
        },
      ),
    );
  });

  test("after a cut is a little less than what was being accepted", () => {
    expect(cutRate(startRate(100, 0), 80, 80, Infinity, 0)).toMatchObject({ perSecond: 68, ceiling: 80 });
    expect(cutRate(startRate(10, 0), 50, 50, Infinity, 0)).toMatchObject({ perSecond: 8.5, ceiling: 10 });
  });

  test("falls by no more than three tenths for one refusal, unless all of it was used", () => {
    expect(cutRate(startRate(100, 0), 30, 50, Infinity, 0).ceiling).toBeCloseTo(70.7, 1);
    expect(cutRate(startRate(100, 0), 30, 90, Infinity, 0).ceiling).toBe(30);
  });

  test("finds a limit that has fallen in a few cuts, however often the one before was confirmed", () => {
    let rate: Rate = { perSecond: 97, ceiling: 100, agreed: 4, steppedAt: 0 };
    for (let cuts = 0; cuts < 4; cuts++) rate = cutRate(rate, 40, 40, Infinity, cuts * 1_000);
    expect(rate.perSecond).toBeLessThan(40);
  });

  test("is eased bit by bit while a part is refused in words that may mean too fast, and not below what a cut leaves", () => {
    let rate: Rate = { perSecond: 21, ceiling: 20, agreed: 1, steppedAt: 0 };
    rate = easeRate(rate, 1_000);
    expect(rate).toMatchObject({ perSecond: 20.37, ceiling: 20 });
    expect(easeRate(rate, 1_500)).toBe(rate);
    for (let now = 2_000; now < 60_000; now += 1_000) rate = easeRate(rate, now);
    expect(rate.perSecond).toBe(14);
    expect(easeRate(startRate(null, 0), 1_000).perSecond).toBeNull();
  });

  test("waits after a cut for what is left of the relay's second", () => {
    expect(holdAfterCut(startRate(null, 0), 10)).toBe(1_000);
    expect(holdAfterCut(startRate(100, 0), 40)).toBe(600);
    expect(holdAfterCut(startRate(100, 0), 99)).toBe(300);
  });

  test("of a relay without a known limit is doubled after a burst was refused, until the limit is met", () => {
    let rate = cutRate(startRate(null, 0), 20, 20, Infinity, 0);
    expect(rate).toMatchObject({ perSecond: 17, ceiling: null });
    expect(recoverRate(rate, 17, null, 5_000).perSecond).toBe(34);
    for (let now = 1_000; now <= 3_000; now += 1_000) rate = recoverRate(rate, rate.perSecond ?? 0, null, now);
    expect(rate.perSecond).toBe(136);
    expect(cutRate(rate, 100, 100, Infinity, 4_000)).toMatchObject({ perSecond: 85, ceiling: 100 });
  });

  test("stays closer to a limit that was met again", () => {
    const once = cutRate(startRate(60, 0), 50, 50, Infinity, 0);
    const twice = cutRate({ ...once, perSecond: 52 }, 48, 48, Infinity, 10_000);
    expect(twice.agreed).toBe(2);
    expect(twice.perSecond).toBeGreaterThan(once.perSecond ?? 0);
    expect(cutRate({ ...twice, perSecond: 36 }, 20, 20, Infinity, 20_000).agreed).toBeLessThan(2);
  });

  test("is not confirmed by a cut soon after another: that one was not enough", () => {
    const rate: Rate = { perSecond: 30, ceiling: 33, agreed: 3, steppedAt: 0 };
    expect(cutRate(rate, 27, 27, 1_000, 0)).toMatchObject({ ceiling: 27, agreed: 1 });
    expect(cutRate(rate, 27, 27, 10_000, 0)).toMatchObject({ ceiling: 30, agreed: 4 });
  });

  test("finds a limit that has moved up", () => {
    let rate = cutRate(startRate(null, 0), 50, 50, Infinity, 0);
    for (let now = 1_000; now < 60_000; now += 1_000) rate = recoverRate(rate, rate.perSecond ?? 0, null, now);
    expect(rate.perSecond).toBeGreaterThan(100);
  });

  test("never goes past the rate that was asked for", () => {
    let rate = cutRate(startRate(60, 0), 50, 50, Infinity, 0);
    for (let now = 1_000; now < 60_000; now += 1_000) rate = recoverRate(rate, rate.perSecond ?? 0, 60, now);
    expect(rate.perSecond).toBe(60);
  });

  test("does not rise while the relay takes little of it, or while nothing is sent", () => {
    const cut = cutRate(startRate(null, 0), 50, 50, Infinity, 0);
    expect(recoverRate(cut, 0, null, 60_000).perSecond).toBe(42.5);
    expect(recoverRate(cut, 42, null, 699).perSecond).toBe(42.5);
    expect(recoverRate(cut, 42, null, 700).perSecond).toBeGreaterThan(42.5);
  });
});

describe("what was accepted", () => {
  test("is counted over the seconds just past, and forgotten after", () => {
    let acceptance = countAccepted(NOTHING_ACCEPTED, 25, 10_200);
    expect(acceptedPerSecond(acceptance, 10_200)).toBe(25);
    for (let now = 10_700; now <= 20_200; now += 500) acceptance = countAccepted(acceptance, 25, now);
    expect(acceptedPerSecond(acceptance, 20_200)).toBe(50);
    expect(acceptedPerSecond(acceptance, 60_000)).toBe(0);
  });

  test("of two pushes that report once a second is what both sent, whoever reports last", () => {
    let acceptance = NOTHING_ACCEPTED;
    for (let second = 10; second <= 15; second++) {
      acceptance = countAccepted(acceptance, 50, second * 1_000, "one");
      expect(acceptedPerSecond(acceptance, second * 1_000, { overMs: STEADY_MS })).toBeLessThanOrEqual(100);
      acceptance = countAccepted(acceptance, 50, second * 1_000 + 30, "two");
    }
    expect(acceptedPerSecond(acceptance, 15_030, { overMs: STEADY_MS })).toBe(100);
  });

  test("is never more than was counted, in a state that stays small, whatever the clock does", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(1000), fc.integer({ min: -5_000, max: 5_000 })), { maxLength: 300 }),
        (events) => {
          let now = 100_000;
          let total = 0;
          let acceptance = NOTHING_ACCEPTED;
          for (const [sent, ms] of events) {
            now = Math.max(0, now + ms);
            total += sent;
            acceptance = countAccepted(acceptance, sent, now);
            expect(acceptedPerSecond(acceptance, now)).toBeLessThanOrEqual(total);
            expect(acceptance.samples.length).toBeLessThanOrEqual(15);
          }
        },
      ),
    );
  });
});
