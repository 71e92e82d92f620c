import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  acceptedPerSecond,
  countAccepted,
  cutRate,
  NOTHING_ACCEPTED,
  recoverRate,
  startRate,
} from "../../src/relay/rate.ts";

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
            rate = event.cut ? cutRate(rate, event.accepted, now) : recoverRate(rate, event.accepted, null, now);
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
    expect(cutRate(startRate(100, 0), 50, 0)).toMatchObject({ perSecond: 42.5, ceiling: 50 });
    expect(cutRate(startRate(10, 0), 50, 0)).toMatchObject({ perSecond: 8.5, ceiling: 10 });
  });

  test("of a relay without a known limit is doubled after a burst was refused, until the limit is met", () => {
    let rate = cutRate(startRate(null, 0), 20, 0);
    expect(rate).toMatchObject({ perSecond: 17, ceiling: null });
    expect(recoverRate(rate, 17, null, 5_000).perSecond).toBe(34);
    for (let now = 1_000; now <= 3_000; now += 1_000) rate = recoverRate(rate, rate.perSecond ?? 0, null, now);
    expect(rate.perSecond).toBe(136);
    expect(cutRate(rate, 100, 4_000)).toMatchObject({ perSecond: 85, ceiling: 100 });
  });

  test("stays closer to a limit that was met again", () => {
    const once = cutRate(startRate(100, 0), 50, 0);
    const twice = cutRate({ ...once, perSecond: 52 }, 48, 10_000);
    expect(twice.agreed).toBe(1);
    expect(twice.perSecond).toBeGreaterThan(once.perSecond ?? 0);
    expect(cutRate({ ...twice, perSecond: 52 }, 20, 20_000).agreed).toBe(0);
  });

  test("finds a limit that has moved up", () => {
    let rate = cutRate(startRate(null, 0), 50, 0);
    for (let now = 1_000; now < 60_000; now += 1_000) rate = recoverRate(rate, rate.perSecond ?? 0, null, now);
    expect(rate.perSecond).toBeGreaterThan(100);
  });

  test("never goes past the rate that was asked for", () => {
    let rate = cutRate(startRate(60, 0), 50, 0);
    for (let now = 1_000; now < 60_000; now += 1_000) rate = recoverRate(rate, rate.perSecond ?? 0, 60, now);
    expect(rate.perSecond).toBe(60);
  });

  test("does not rise while the relay takes little of it, or while nothing is sent", () => {
    const cut = cutRate(startRate(null, 0), 50, 0);
    expect(recoverRate(cut, 0, null, 60_000).perSecond).toBe(42.5);
    expect(recoverRate(cut, 42, null, 999).perSecond).toBe(42.5);
    expect(recoverRate(cut, 42, null, 1_000).perSecond).toBeGreaterThan(42.5);
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
