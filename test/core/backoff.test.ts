import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  claimRetryDelaySeconds,
  doubtDelayMs,
  outageDelayMs,
  queueDelaySeconds,
  RETRY_CAP_SECONDS,
  retryDelayMs,
  SETTLE_RETRY_SECONDS,
  secondsUntil,
} from "../../src/core/backoff.ts";

const draws = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const attempts = fc.integer({ min: 1, max: 5_000 });
const verdicts = fc.constantFrom("transient", "greylisted", "mailbox-full", "anything else", null);

describe("retryDelayMs", () => {
  test("lies between its class's floor and six hours, and scales as a whole", () => {
    fc.assert(
      fc.property(
        verdicts,
        attempts,
        draws,
        fc.double({ min: 0.001, max: 10, noNaN: true }),
        (verdict, attempt, draw, scale) => {
          const delay = retryDelayMs(verdict, attempt, 1, () => draw);
          const floor = verdict === "greylisted" ? 90 : verdict === "mailbox-full" ? 600 : 15;
          expect(delay).toBeGreaterThanOrEqual(floor * 1000);
          expect(delay).toBeLessThanOrEqual(RETRY_CAP_SECONDS * 1000);
          expect(retryDelayMs(verdict, attempt, scale, () => draw)).toBeCloseTo(delay * scale, 3);
        },
      ),
    );
  });

  test("never shrinks from one attempt to the next at the same draw", () => {
    fc.assert(
      fc.property(verdicts, attempts, draws, (verdict, attempt, draw) => {
        const random = () => draw;
        expect(retryDelayMs(verdict, attempt + 1, 1, random)).toBeGreaterThanOrEqual(
          retryDelayMs(verdict, attempt, 1, random),
        );
      }),
    );
  });

  test("spreads over the whole range: full jitter", () => {
    expect(retryDelayMs("transient", 1, 1, () => 0)).toBe(15_000);
    expect(retryDelayMs("transient", 1, 1, () => 0.5)).toBe(45_000);
    expect(retryDelayMs("transient", 3, 1, () => 0.5)).toBe(135_000);
    expect(retryDelayMs("mailbox-full", 1, 1, () => 0.5)).toBe(2_400_000);
  });
});

describe("the other waits", () => {
  test("an outage waits 5 s, doubling to 5 min, at least half of it", () => {
    expect(outageDelayMs(1, 1, () => 0)).toBe(2_500);
    fc.assert(
      fc.property(attempts, draws, (count, draw) => {
        const delay = outageDelayMs(count, 1, () => draw);
        const full = Math.min(300_000, 5_000 * 2 ** (count - 1));
        expect(delay).toBeGreaterThanOrEqual(full / 2);
        expect(delay).toBeLessThanOrEqual(full);
      }),
    );
  });

  test("a doubt waits six minutes, in which a queued settle comes back ten times", () => {
    fc.assert(
      fc.property(draws, (draw) => {
        expect(doubtDelayMs(1, () => draw)).toBeGreaterThanOrEqual(360_000);
        expect(doubtDelayMs(1, () => draw)).toBeLessThanOrEqual(420_000);
        expect(doubtDelayMs(1, () => draw)).toBeGreaterThanOrEqual(10 * SETTLE_RETRY_SECONDS * 1000);
      }),
    );
  });

  test("a failed claim waits ever longer, to 5 min, and what the queue takes", () => {
    expect([1, 2, 3, 7, 100].map(claimRetryDelaySeconds)).toEqual([5, 10, 20, 300, 300]);
  });

  test("a queue's delay is a whole number of seconds within twelve hours, and never too short", () => {
    fc.assert(
      fc.property(fc.double(), (ms) => {
        const seconds = queueDelaySeconds(ms);
        expect(Number.isInteger(seconds)).toBe(true);
        expect(seconds).toBeGreaterThanOrEqual(0);
        expect(seconds).toBeLessThanOrEqual(43_200);
        if (ms > 0.001 && ms <= 43_200_000) expect(seconds * 1000).toBeGreaterThanOrEqual(ms);
      }),
    );
    expect(secondsUntil(1_001, 0)).toBe(2);
    expect(secondsUntil(0, 1_000)).toBe(0);
  });
});
