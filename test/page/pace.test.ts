import fc from "fast-check";
import { expect, it } from "vitest";
import { adviceOn } from "../../src/core/advice.ts";
import { DELIVERY_STATES } from "../../src/core/states.ts";
import { VERDICT_CLASSES } from "../../src/core/verdict-class.ts";
import type { Tallies } from "../../src/page/parts/figures/state-bar.tsx";
import { KINDS, shownState } from "../../src/page/views/push/deliveries/kinds.ts";
import { doneBy, lastOf, meanPace, ratesOf, type Sample, untilLastMail } from "../../src/page/views/push/live/pace.ts";
import { push as en } from "../../src/page/words/en/push.ts";
import { push as zh } from "../../src/page/words/zh/push.ts";
import { REASON_CODES } from "../../src/push/reason.ts";

const samples = fc
  .array(fc.record({ ms: fc.integer({ min: 1, max: 60_000 }), mails: fc.nat(5_000) }), { maxLength: 60 })
  .map((steps) => {
    let [at, done] = [1_000_000, 0];
    return steps.map(({ ms, mails }): Sample => {
      at += ms;
      done += mails;
      return { at, done, limit: null };
    });
  });

it("the steps that are drawn hold as many mails as were sent, begin where the samples do, and are none too short to tell a pace", () => {
  fc.assert(
    fc.property(samples, (some) => {
      const rates = ratesOf(some);
      expect(rates.length === 0).toBe(some.length < 2);
      const stretches = rates.slice(1).map(({ at }, index) => at - (rates[index]?.at ?? 0));
      if (stretches.length > 1) expect(Math.min(...stretches)).toBeGreaterThanOrEqual(2_000);
      const drawn = rates
        .slice(1)
        .reduce((sum, { at, perSecond }, index) => sum + (perSecond * (at - (rates[index]?.at ?? at))) / 1000, 0);
      expect(drawn).toBeCloseTo(some.length < 2 ? 0 : (some.at(-1)?.done ?? 0) - (some[0]?.done ?? 0), 3);
      if (rates.length > 0) expect(rates[0]?.at).toBe(some[0]?.at);
    }),
  );
});

it("a stretch in which nothing was sent is drawn as none, however long it is", () => {
  const at = (seconds: number, done: number): Sample => ({ at: seconds * 1000, done, limit: null });
  const rates = ratesOf([at(0, 0), at(2, 100), at(22, 100), at(24, 200)]);
  expect(rates.map(({ perSecond }) => perSecond)).toEqual([50, 50, 0, 50]);
});

it("what is noted of a push after its last mail does not slow the pace that it had", () => {
  const at = (seconds: number, done: number): Sample => ({ at: seconds * 1000, done, limit: null });
  const sent = [at(0, 0), at(1, 30), at(2, 60)];
  expect(untilLastMail([...sent, at(3, 60), at(3_600, 60)])).toEqual(sent);
  expect(meanPace(untilLastMail([...sent, at(3_600, 60)]), Number.POSITIVE_INFINITY)).toBe(30);
  expect(untilLastMail([])).toEqual([]);
});

it("the last minutes have every sample of them, and the one from which their first stretch begins", () => {
  fc.assert(
    fc.property(samples, fc.nat(600_000), (some, ms) => {
      const last = lastOf(some, ms);
      const from = (some.at(-1)?.at ?? 0) - ms;
      expect(last.slice(1)).toEqual(some.slice(some.length - last.length + 1));
      expect(some.filter(({ at }) => at >= from).every((one) => last.includes(one))).toBe(true);
      expect(last.filter(({ at }) => at < from).length).toBeLessThanOrEqual(1);
    }),
  );
});

it("every reason that the API names has words in both languages", () => {
  const of = { count: () => 3, text: () => "ses" };
  // A pause by hand names the person instead.
  for (const code of REASON_CODES.filter((one) => one !== "asked")) {
    for (const { reasons } of [en, zh]) expect(reasons[code]?.(of)).toMatch(/\S/);
  }
});

it("the Chinese page has advice of its own wherever the API has", () => {
  const skipped = ["unsubscribed", "bounced", "complained", "no-such-user", "manual", "deleted"];
  const own = ["expired", "template", "unsendable", "hang-up", "dead-letter", "resolved", "once"];
  for (const state of ["failed", "deferred", "in_doubt", "skipped"] as const) {
    const elsewhere = adviceOn(state, "a-new-one");
    for (const name of [...VERDICT_CLASSES, ...skipped, ...own]) {
      if (adviceOn(state, name) !== elsewhere) expect(Object.keys(zh.advice[state]), state).toContain(name);
    }
    expect(zh.advice[state].other).toMatch(/\S/);
  }
});

it("those who did not get it are in exactly one kind each, and a press shows that kind", () => {
  const states = ["failed", "bounced", "in_doubt", "deferred", "skipped", "sent", "pending"] as const;
  const none = { queued: 0, sending: 0, cancelled: 0, complained: 0 };
  fc.assert(
    fc.property(fc.record(Object.fromEntries(states.map((state) => [state, fc.nat(9)]))), (some) => {
      const tallies = { ...none, ...(some as Record<(typeof states)[number], number>) };
      const { failed, bounced, in_doubt, deferred, skipped } = tallies;
      const sum = KINDS.reduce((all, { countOf }) => all + countOf(tallies), 0);
      expect(sum).toBe(failed + bounced + in_doubt + deferred + skipped);
      for (const kind of KINDS) {
        const state = shownState(kind, tallies);
        if (state !== null) expect(tallies[state as "failed"]).toBe(kind.countOf(tallies));
      }
    }),
  );
});

it("those that are refused bring the end nearer, as those that are taken do", () => {
  const at = (seconds: number, done: number): Sample => ({ at: seconds * 1000, done, limit: null });
  const tallies = {
    ...Object.fromEntries(DELIVERY_STATES.map((state) => [state, 0])),
    sent: 100,
    failed: 300,
    pending: 400,
  };
  expect(doneBy([at(0, 0), at(10, 100)], tallies as Tallies, null, 10_000)).toEqual({ from: 20_000, to: 20_000 });
});
