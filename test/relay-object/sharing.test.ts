import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { begun } from "../../src/push/relay/use.ts";
import { receive } from "../../src/relay/grant.ts";
import { bucketServer, Network, NO_LIMITS, perSecondServer, type SimulatedPush, windowServer } from "./network.ts";

/** A reproducible random source. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe("pushes that share a relay", () => {
  it("never pass its configured rate, whoever comes and goes, and whatever is lost, late or restarted", () => {
    const pushes = fc.array(
      fc.record({
        wants: fc.integer({ min: 1, max: 300 }),
        at: fc.integer({ min: 0, max: 8 }),
        skewS: fc.integer({ min: -5, max: 5 }),
      }),
      { minLength: 1, maxLength: 30 },
    );
    const faults = fc.record({
      lost: fc.double({ min: 0, max: 0.3, noNaN: true }),
      lateMs: fc.integer({ min: 0, max: 400 }),
    });
    fc.assert(
      fc.property(
        pushes,
        faults,
        fc.integer({ min: 5, max: 100 }),
        fc.integer(),
        fc.boolean(),
        (people, lost, perSecond, seed, restart) => {
          const network = new Network({ ...NO_LIMITS, perSecond }, undefined, { ...lost, random: seeded(seed) });
          for (let second = 0; second < 20; second++) {
            people.forEach(({ wants, at, skewS }, index) => {
              if (at === second) network.add(`p${index}`, wants, "normal", skewS * 1000);
            });
            if (restart && second === 5) network.restartRelay();
            network.run(1_000);
          }
          // A mail more for each push, whose first slot may lie anywhere in the second, and what late slots make up for.
          expect(network.mostInASecond).toBeLessThanOrEqual(
            Math.ceil(perSecond * 1.1) + people.length + network.silent,
          );
        },
      ),
      { numRuns: 40 },
    );
  });

  it("of two equal ones neither gets less than two fifths", () => {
    const network = new Network(NO_LIMITS, perSecondServer(100), { random: seeded(1) });
    const [one, two] = [network.add("one", 3_000), network.add("two", 3_000)];
    network.run(25_000);
    expect(one.sent / (one.sent + two.sent)).toBeGreaterThan(0.4);
    expect(one.sent / (one.sent + two.sent)).toBeLessThan(0.6);
    const ms = 25_000 + network.runUntilDone(100_000);
    expect(6_000 / (ms / 1000)).toBeGreaterThan(85);
    expect(network.throttled).toBeLessThan(60);
  });

  it("of high and normal priority share four to one", () => {
    const network = new Network(NO_LIMITS, perSecondServer(100), { random: seeded(2) });
    const [high, normal] = [network.add("high", 3_000, "high"), network.add("normal", 3_000)];
    network.run(25_000);
    const share = high.sent / (high.sent + normal.sent);
    expect(share).toBeGreaterThan(0.75);
    expect(share).toBeLessThan(0.85);
  });

  it("are two hundred small ones all done in time, within the rate", () => {
    const network = new Network({ ...NO_LIMITS, perSecond: 20 }, undefined, { random: seeded(3) });
    for (let i = 0; i < 200; i++) network.add(`p${i}`, 3);
    expect(network.runUntilDone(60_000)).toBeLessThan(45_000);
    expect(network.mostInASecond).toBeLessThanOrEqual(22);
  });

  it("get turns, so that of a thousand the first end soon", () => {
    const network = new Network({ ...NO_LIMITS, perSecond: 14 }, undefined, { random: seeded(4) });
    for (let i = 0; i < 1_000; i++) network.add(`p${i}`, 14);
    network.run(30_000);
    expect(network.begun.length).toBeGreaterThan(14 * 30 * 0.8);
    expect(network.pushes.filter((push) => push.doneAt !== null).length).toBeGreaterThan(15);
    expect(network.calls / 30).toBeLessThan(150);
  });

  it("use within two leases what one of them leaves", () => {
    const network = new Network({ ...NO_LIMITS, perSecond: 100 }, undefined, { random: seeded(5) });
    const [one, two] = [network.add("one", 100_000), network.add("two", 100_000)];
    network.run(10_000);
    two.left = 0;
    two.begin.length = 0;
    network.run(4_000);
    const before = one.sent;
    network.run(5_000);
    expect((one.sent - before) / 5).toBeGreaterThan(90);
  });
});

describe("a push that falls silent", () => {
  it.each([
    [20, 1],
    [5, 3],
  ])("with others, %d in all, leaves them what it had (%d silent)", (all, gone) => {
    const network = new Network({ ...NO_LIMITS, perSecond: 10 }, undefined, { random: seeded(3) });
    for (let i = 0; i < all; i++) network.add(`p${i}`, 100_000);
    network.run(20_000);
    // Those whose turn is next: all others wait for them.
    const served = (push: SimulatedPush) => network.senders.known.get(push.name)?.served ?? 0;
    const next = network.pushes.toSorted((a, b) => served(a) - served(b)).slice(0, gone);
    for (const push of next) network.silence(push);
    network.run(10_000);
    const before = network.begun.length;
    network.run(20_000);
    expect(network.begun.length - before).toBeGreaterThan(140);
  });
});

describe("the relay's object", () => {
  it.each([
    ["without a limit", NO_LIMITS],
    ["with one", { ...NO_LIMITS, perSecond: 100 }],
  ])(
    "is asked a hundred times a second by a thousand pushes that begin together, once each has asked: %s",
    (_, limits) => {
      const network = new Network(limits, bucketServer(100, 100), { random: seeded(3), lateMs: 50 });
      for (let i = 0; i < 1_000; i++) network.add(`p${i}`, 1_000);
      network.run(100);
      expect(network.calls).toBeLessThan(1_100);
      for (let seconds = 0; seconds < 15; seconds++) {
        const before = network.calls;
        network.run(1_000);
        expect(network.calls - before).toBeLessThan(125);
      }
    },
  );

  it("that is silent is asked ever more seldom, and not by all at once", () => {
    const network = new Network(NO_LIMITS, () => "accepted", { random: seeded(3), lost: 1 });
    for (let i = 0; i < 1_000; i++) network.add(`p${i}`, 1_000);
    network.run(15_000);
    for (let tenths = 0; tenths < 50; tenths++) {
      const before = network.calls;
      network.run(100);
      expect(network.calls - before).toBeLessThan(50);
    }
  });

  it("goes on with the state that an older version stored", () => {
    const network = new Network(NO_LIMITS, bucketServer(50, 50), { random: seeded(3) });
    const push = network.add("one", 100_000);
    network.run(30_000);
    const { answers: _, cutAt: __, ...older } = network.state;
    network.state = older;
    network.restartRelay();
    const { sent } = push;
    network.run(30_000);
    expect(push.sent - sent).toBeGreaterThan(1_000);
  });

  it("does not count a report again that comes after a later one", () => {
    const network = new Network({ ...NO_LIMITS, quotas: [{ limit: 500, seconds: 86_400 }] });
    const push = network.add("one", 100);
    network.run(3_000);
    const asking = {
      senders: network.senders,
      limits: network.limits,
      freshFrom: 0,
      random: () => 0.5,
      now: network.now,
    };
    const { report } = begun(
      { ...push.use, asked: null, seq: 0, owed: { ...push.use.owed, accepted: 5, throttled: "450" } },
      { push: "one", wants: 5, readyInMs: 0, priority: "normal", asked: null, sessionsOpen: 0, out: 0 },
      network.now,
    );
    expect(receive(network.state, { ...asking, report }).state).toBe(network.state);
  });
});

describe("one push finds out", () => {
  it("a limit far above the burst that was refused, within seconds", () => {
    const network = new Network(NO_LIMITS, bucketServer(100, 10), { lateMs: 50, random: seeded(100) });
    network.add("one", 6_000);
    network.run(17_000);
    const before = network.begun.length;
    network.run(10_000);
    expect((network.begun.length - before) / 10).toBeGreaterThan(70);
  });

  it.each([14, 20, 50, 100])("nearly all of a limit of %i a second", (limit) => {
    const network = new Network(NO_LIMITS, perSecondServer(limit), { random: seeded(limit) });
    network.add("one", limit * 60);
    expect(60_000 / network.runUntilDone(120_000)).toBeGreaterThan(0.88);
    // Three in a hundred mails.
    expect(network.throttled).toBeLessThan(limit * 60 * 0.03);
  });

  it.each([1, 2])(
    "more than a third of it though connections and replies take their time, with %i at once",
    (pushes) => {
      const network = new Network(NO_LIMITS, bucketServer(50, 5), {
        lateMs: 50,
        random: seeded(pushes),
        consumer: { connectMs: 300, replyMs: 300 },
      });
      for (let i = 0; i < pushes; i++) network.add(`p${i}`, 100_000);
      network.run(60_000);
      expect(network.pushes.reduce((sum, { sent }) => sum + sent, 0)).toBeGreaterThan(1_000);
    },
  );

  it.each([
    { limit: 600, windowS: 60, mails: 3_000 },
    { limit: 200, windowS: 10, mails: 2_000 },
  ])("at least four fifths of $limit mails in $windowS s", ({ limit, windowS, mails }) => {
    const network = new Network(NO_LIMITS, windowServer(limit, windowS * 1000), { random: seeded(limit) });
    network.add("one", mails);
    const perSecond = mails / (network.runUntilDone(600_000) / 1000);
    expect(perSecond / (limit / windowS)).toBeGreaterThan(0.8);
  });
});

describe("a relay that fails", () => {
  it("for twenty pushes at once is one outage, and one push tries it first", () => {
    let down = false;
    const network = new Network(NO_LIMITS, () => (down ? "outage" : "accepted"), { random: seeded(6) });
    for (let i = 0; i < 20; i++) network.add(`p${i}`, 100_000);
    network.run(3_000);
    down = true;
    network.run(1_500);
    expect(network.state.health).toMatchObject({ kind: "resting", count: 1 });
    const tried = network.begun.length;
    network.run(60_000);
    expect(network.begun.length - tried).toBeLessThan(40);
    down = false;
    network.run(120_000);
    expect(network.state.health.kind).toBe("up");
    expect(network.pushes.every((push) => push.sent > 0)).toBe(true);
  });

  it("is tried by another push at once when the one that was to try it has nothing to send any more", () => {
    let down = false;
    const network = new Network(NO_LIMITS, () => (down ? "outage" : "accepted"), { random: seeded(9) });
    const pushes = [network.add("one", 100_000), network.add("two", 100_000)];
    network.run(3_000);
    down = true;
    network.run(1_500);
    // Whoever tries is cancelled before a mail of its probe begins.
    const prober = () => pushes.find(({ name }) => "by" in network.state.health && network.state.health.by === name);
    while (prober() === undefined) network.run(5);
    const [cancelled, other] = [prober(), pushes.find((push) => push !== prober())];
    if (cancelled === undefined || other === undefined) throw new Error("nobody tries");
    Object.assign(cancelled, { left: 0, begin: [], doneAt: network.now });
    down = false;
    const { sent } = other;
    network.run(4_000);
    expect(other.sent).toBeGreaterThan(sent);
  });

  it("falls silent as an object: its pushes go on, for a while at the last pace, then slowly", () => {
    const network = new Network({ ...NO_LIMITS, perSecond: 50 }, undefined, { random: seeded(7) });
    network.add("one", 100_000);
    network.run(10_000);
    const silent = new Network({ ...NO_LIMITS, perSecond: 50 }, undefined, { lost: 1, random: seeded(8) });
    silent.pushes.push(...network.pushes);
    silent.now = network.now;
    silent.run(25_000);
    expect(silent.begun.length / 25).toBeGreaterThan(40);
    silent.run(10_000);
    const before = silent.begun.length;
    silent.run(20_000);
    expect(silent.begun.length - before).toBeLessThanOrEqual(25);
    expect(silent.begun.length - before).toBeGreaterThan(10);
  });
});

describe("a quota", () => {
  it("is used to its last mail and never exceeded, whatever is lost", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.double({ min: 0, max: 0.3, noNaN: true }),
        fc.integer(),
        (count, lost, seed) => {
          const limits = { ...NO_LIMITS, perSecond: 100, quotas: [{ limit: 500, seconds: 86_400 }] };
          const network = new Network(limits, undefined, { lost, random: seeded(seed) });
          for (let i = 0; i < count; i++) network.add(`p${i}`, 1_200);
          network.run(60_000);
          expect(network.begun.length).toBeLessThanOrEqual(500);
          expect(network.begun.length).toBeGreaterThan(490);
          expect(network.pushes.some((push) => push.use.waiting?.includes("500 in 24 h") === true)).toBe(true);
        },
      ),
      { numRuns: 15 },
    );
  });
});
