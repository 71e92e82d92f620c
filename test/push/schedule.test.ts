import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { draw, drawOn, scheduleOf } from "../../src/push/relay/schedule.ts";

/** Ten a second until second 2, then about as many. */
const lease = scheduleOf(0, 2_000, 100, 20);
const next = scheduleOf(2_000, 2_000, 90, 22);

describe("a claim near the end of a lease", () => {
  it("has slots of the next one too, at the slower pace", () => {
    const taken = drawOn({ ...lease, drawn: 15, lastAt: 1_400 }, next, 10, 1_500);
    expect(taken.granted).toBe(10);
    expect(taken.sendTimes).toEqual({ startInMs: 0, gapMs: 100 });
    expect([taken.schedule.drawn, taken.next.drawn]).toEqual([20, 5]);
  });

  it("has those of the next one alone when none is left of it", () => {
    const taken = drawOn({ ...lease, drawn: 20, lastAt: 1_900 }, next, 3, 1_990);
    expect(taken.granted).toBe(3);
    expect(taken.next.drawn).toBe(3);
  });

  it("has none of the next one where that is of another pace, or begins later", () => {
    for (const other of [scheduleOf(2_000, 2_000, 30, 66), scheduleOf(2_500, 2_000, 90, 22)]) {
      expect(drawOn({ ...lease, drawn: 15, lastAt: 1_400 }, other, 10, 1_500).granted).toBe(5);
    }
  });
});

it("claims over two leases take each slot once, and no second has more than either allows", () => {
  const pace = fc.integer({ min: 20, max: 200 });
  const times = fc.array(fc.record({ ms: fc.nat(600), wanted: fc.integer({ min: 1, max: 60 }) }), { maxLength: 30 });
  fc.assert(
    fc.property(pace, fc.integer({ min: 80, max: 120 }), times, (gapMs, percent, claims) => {
      let now = 0;
      let one = scheduleOf(0, 20 * gapMs, gapMs, 20);
      let two = scheduleOf(one.to, (20 * gapMs * percent) / 100, (gapMs * percent) / 100, 20);
      const begun: number[] = [];
      for (const { ms, wanted } of claims) {
        now += ms;
        const before = now < two.from;
        const taken = before ? drawOn(one, two, wanted, now) : { ...draw(two, wanted, now), next: two };
        if (before) [one, two] = [taken.schedule, taken.next];
        else two = taken.schedule;
        const { startInMs, gapMs: spacing } = taken.sendTimes ?? { startInMs: 0, gapMs: 0 };
        for (let i = 0; i < taken.granted; i++) begun.push(now + startInMs + i * spacing);
      }
      expect(begun.length).toBeLessThanOrEqual(40);
      const fastest = Math.min(gapMs, two.gapMs);
      for (let i = 1; i < begun.length; i++) {
        expect((begun[i] as number) - (begun[i - 1] as number)).toBeGreaterThan(fastest / 1.1 - 0.001);
      }
    }),
  );
});
