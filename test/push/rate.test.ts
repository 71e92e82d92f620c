import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  acceptedPerSecond,
  countAccepted,
  cutRate,
  HOLD_AFTER_CUT_MS,
  NOTHING_ACCEPTED,
  type Rate,
  recoverRate,
  startRate,
} from "../../src/push/health/rate.ts";
import { reserve } from "../../src/push/ledger/reservation.ts";

/** A relay that takes so many in a window of one second: of the calendar, or the second just past. */
function relayThatTakes(limit: number, kind: "calendar" | "sliding") {
  const taken: number[] = [];
  return (at: number): boolean => {
    const from = kind === "calendar" ? Math.floor(at / 1000) * 1000 : at - 999;
    const recent = taken.filter((time) => time >= from).length;
    if (recent >= limit) return false;
    taken.push(at);
    return true;
  };
}

interface Course {
  readonly sent: number;
  /** The rate after each batch. */
  readonly rates: readonly (number | null)[];
  readonly cuts: number;
}

/**
 * The closed loop as the push and its consumer run it, on a clock of its own: a batch of at most a hundred, its times
 * from `reserve`, settled every 25 outcomes or every second; a settle with a throttled one cuts and stops the batch.
 */
function run(relay: (at: number) => boolean, seconds: number, asked: number | null = null): Course {
  const start = 1_700_000_000_000;
  const end = start + seconds * 1000;
  let now = start;
  let nextFreeAt = 0;
  let rate: Rate = startRate(asked, now);
  let acceptance = NOTHING_ACCEPTED;
  let sent = 0;
  let cuts = 0;
  const rates: (number | null)[] = [];
  while (now < end) {
    now += BETWEEN_BATCHES_MS;
    rate = recoverRate(rate, acceptedPerSecond(acceptance, now), asked, now);
    const wanted = Math.min(100, rate.perSecond === null ? 100 : Math.ceil(rate.perSecond * 4));
    const reserved = reserve(nextFreeAt, wanted, rate.perSecond, now);
    nextFreeAt = reserved.nextFreeAt;
    let unsettled = { sent: 0, throttled: 0 };
    let settledAt = now;
    const settle = (at: number): boolean => {
      acceptance = countAccepted(acceptance, unsettled.sent, at);
      const accepted = acceptedPerSecond(acceptance, at);
      const stop = unsettled.throttled > 0;
      if (stop) {
        rate = cutRate(rate, accepted, at);
        nextFreeAt = at + HOLD_AFTER_CUT_MS;
        cuts++;
      } else {
        rate = recoverRate(rate, accepted, asked, at);
      }
      unsettled = { sent: 0, throttled: 0 };
      settledAt = at;
      return stop;
    };
    let at = now;
    let stopped = false;
    for (let i = 0; i < reserved.granted && !stopped; i++) {
      at =
        reserved.sendTimes === null ? now + i * 2 : now + reserved.sendTimes.startInMs + i * reserved.sendTimes.gapMs;
      if (relay(at)) {
        sent++;
        unsettled.sent++;
      } else {
        unsettled.throttled++;
      }
      if (unsettled.sent + unsettled.throttled >= 25 || at - settledAt >= 1000) stopped = settle(at);
    }
    if (!stopped && unsettled.sent + unsettled.throttled > 0) settle(at);
    now = Math.max(at, now);
    rates.push(rate.perSecond);
  }
  return { sent, rates, cuts };
}

/** The queue's own time from one batch to the next. */
const BETWEEN_BATCHES_MS = 50;

describe("the loop of cut and recovery", () => {
  test.each([
    [50, "calendar"],
    [50, "sliding"],
    [10, "calendar"],
    [10, "sliding"],
    [100, "calendar"],
    [100, "sliding"],
  ] as const)("takes at least 80 percent of what a relay allows: %d a second, %s window", (limit, kind) => {
    const { sent } = run(relayThatTakes(limit, kind), 100);
    expect(sent).toBeGreaterThanOrEqual(0.8 * limit * 100);
  });

  test("is cut less and less often", () => {
    const relay = relayThatTakes(50, "sliding");
    expect(run(relay, 100).cuts).toBeLessThan(12);
  });

  test("finds the new limit when the relay's moves up", () => {
    const slow = relayThatTakes(10, "calendar");
    const fast = relayThatTakes(100, "calendar");
    const { rates } = run((at) => (at < 1_700_000_000_000 + 30_000 ? slow(at) : fast(at)), 120);
    expect(Math.max(...rates.slice(-10).map(Number))).toBeGreaterThan(60);
  });

  test("never goes past the rate that was asked for", () => {
    const { rates, sent } = run(relayThatTakes(50, "calendar"), 60, 20);
    expect(Math.max(...rates.map(Number))).toBeLessThanOrEqual(20);
    expect(sent).toBeGreaterThan(0.8 * 20 * 60);
  });
});

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

  test("is half of what was being accepted after a cut", () => {
    expect(cutRate(startRate(null, 0), 50, 0).perSecond).toBe(25);
    expect(cutRate(startRate(10, 0), 50, 0).perSecond).toBe(5);
  });

  test("does not rise while the relay takes little of it, or while nothing is sent", () => {
    const cut = cutRate(startRate(null, 0), 50, 0);
    expect(recoverRate(cut, 0, null, 60_000).perSecond).toBe(25);
    expect(recoverRate(cut, 25, null, 999).perSecond).toBe(25);
    expect(recoverRate(cut, 25, null, 1_000).perSecond).toBeGreaterThan(25);
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
