import { describe, expect, it } from "vitest";
import { healthOf } from "../../src/push/health/health.ts";
import type { Limits } from "../../src/push/limits.ts";
import type { NewPush } from "../../src/push/rpc.ts";
import { resume } from "../../src/push/steering/commands.ts";
import { mulberry32 } from "../relay/rules.ts";
import { type Relay, Simulation } from "./simulation.ts";
import { inObject, outcome, World } from "./world.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const range = (count: number, from = 1) => Array.from({ length: count }, (_, i) => from + i);

const SENT = { kind: "sent" } as const;
const LOST = { kind: "in_doubt", class: "in-doubt", reply: "content: the server closed the connection" } as const;
const LOOKUP = { kind: "deferred", class: "transient", reply: "451 4.3.0 Temporary lookup failure" } as const;
const BUSY = { kind: "deferred", class: "transient", reply: "451 Sorry, too busy. Try again later." } as const;
const UNKNOWN = { kind: "failed", class: "no-such-user", reply: "550 5.1.1 no such user" } as const;
const DENIED = { kind: "unauthorised", class: "unauthorised", reply: "554 5.7.1 Relay access denied" } as const;
const TOO_BIG = { kind: "failed", class: "too-large", reply: "552 5.3.4 too big" } as const;
const QUOTA = { kind: "quota", class: "throttled", reply: "550 exceeded the max emails per hour (100/100)" } as const;

/** One test on a push for `people`, in an object of its own. */
function rule(
  name: string,
  people: number,
  test: (world: World) => void,
  push: Partial<NewPush> = {},
  limits: Partial<Limits> = {},
) {
  it(name, () => inObject((storage) => test(new World(storage, people, push, limits))));
}

function attemptsUsed(world: World): number[] {
  const rows = world.ledger.sql.exec<{ attempts: number }>("SELECT DISTINCT attempts FROM delivery ORDER BY attempts");
  return rows.toArray().map((row) => row.attempts);
}

/** A relay that takes `perSecond` and answers `refusal` to the rest. */
function limited(perSecond: number, refusal: ReturnType<Relay>): Relay {
  let tokens = 1;
  let at: number | null = null;
  return (_id, now) => {
    tokens = Math.min(Math.max(1, perSecond / 10), tokens + ((now - (at ?? now)) / 1000) * perSecond);
    at = now;
    if (tokens < 1) return refusal;
    tokens--;
    return SENT;
  };
}

describe("rounds of doubt", () => {
  rule(
    "a relay that never answers a content gets a hundred and twenty mails, none twice, and a pause",
    1_000,
    (world) => {
      const simulation = new Simulation(world, () => LOST);
      simulation.run();
      expect(world.push).toMatchObject({ status: "paused", reason: expect.stringContaining(LOST.reply) });
      expect(simulation.tries.size).toBeLessThanOrEqual(120);
      expect(simulation.triedTwice).toBe(0);
      expect(world.ledger.tallies().in_doubt).toBe(simulation.tries.size);
    },
  );

  rule("resumed while its relay still never answers, it costs thirty mails more and none twice", 1_000, (world) => {
    const simulation = new Simulation(world, () => LOST);
    simulation.run();
    const before = simulation.tries.size;
    world.pass(HOUR);
    resume(world.ledger, world.push, world.now);
    simulation.run();
    expect(world.push.status).toBe("paused");
    expect(simulation.tries.size - before).toBeLessThanOrEqual(30);
    expect(simulation.triedTwice).toBe(0);
  });

  rule("in mid-push it costs what is in flight and twenty", 3_000, (world) => {
    let mails = 0;
    const simulation = new Simulation(world, () => (++mails <= 1_000 ? SENT : LOST));
    simulation.run();
    expect(world.push.status).toBe("paused");
    expect(world.ledger.tallies().sent).toBe(1_000);
    expect(world.ledger.tallies().in_doubt).toBeLessThanOrEqual(100 + 20);
    expect(simulation.triedTwice).toBe(0);
  });

  rule("messages that the queue still holds from before the round do not add to it", 3_000, (world) => {
    for (let claims = 0; claims < 4; claims++) {
      const { token, send } = world.claim(world.release());
      world.settle(token, ...send.map((id) => outcome(id, "sent")));
    }
    const queued = world.release();
    expect(queued.length).toBeGreaterThan(500);
    const { token, send } = world.claim(queued.slice(0, 100));
    world.settle(token, ...send.map((id) => outcome(id, "in_doubt", LOST)));
    world.now = world.outage.nextTryAt ?? 0;
    const batches = range(4).map((n) => world.claim(queued.slice(100 * n, 100 * n + 100)).send.length);
    expect(batches).toEqual([10, 0, 0, 0]);
  });

  rule("if nothing else is left, resends go out one at a time until one is accepted, then all", 100, (world) => {
    let tries = 0;
    const simulation = new Simulation(world, () => (++tries <= 101 ? LOST : SENT), 1, 100);
    simulation.run();
    expect(world.push.status).toBe("finished");
    expect(world.ledger.tallies()).toMatchObject({ sent: 99, in_doubt: 1 });
    expect(simulation.triedTwice).toBe(100);
  });

  rule("a push for a hundred whose relay never answers mails two of them twice", 100, (world) => {
    const simulation = new Simulation(world, () => LOST, 1, 100);
    simulation.run();
    expect(world.push.status).toBe("paused");
    expect(simulation.triedTwice).toBe(2);
  });

  rule("a relay that is restarted once in mid-push does not pause it", 2_000, (world) => {
    const begun = world.now;
    const relay: Relay = (_id, now) => (now >= begun + 600 && now < begun + 675 ? LOST : SENT);
    const simulation = new Simulation(world, relay);
    simulation.run();
    expect(world.push.status).toBe("finished");
    expect(world.ledger.tallies().sent).toBe(2_000);
    expect(simulation.triedTwice).toBeLessThanOrEqual(75);
  });

  rule("one connection lost now and then, while others work, is no round", 2_000, (world) => {
    let mails = 0;
    const simulation = new Simulation(world, () => (++mails % 400 > 375 ? LOST : SENT));
    simulation.run(30_000);
    expect(world.outage.since).toBeNull();
    expect(world.push.window).toBe(1_000);
  });

  rule("consumers that die say nothing about the relay: three expired leases do not pause", 1_000, (world) => {
    for (let deaths = 0; deaths < 3; deaths++) {
      world.claim(world.release());
      world.pass(world.limits.leaseMs);
      world.sweep();
    }
    expect(world.ledger.tallies().in_doubt).toBeGreaterThan(0);
    expect(healthOf(world.push).doubt.rounds).toBe(0);
    const simulation = new Simulation(world, () => SENT);
    simulation.run();
    expect(world.push.status).toBe("finished");
  });

  rule("a push whose last 25 are in doubt ends by itself", 100, (world) => {
    let mails = 0;
    const simulation = new Simulation(world, () => (++mails > 75 && mails <= 100 ? LOST : SENT));
    simulation.run(HOUR);
    expect(world.push.status).toBe("finished");
    expect(world.ledger.tallies().sent).toBe(100);
  });

  rule("resends that wait for ever are held at the push's expiry", 50, (world) => {
    world.settle(world.sending(...range(50)), ...range(50).map((id) => outcome(id, "in_doubt", LOST)));
    world.pass(25 * HOUR);
    world.sweep();
    expect(world.push.status).toBe("finished");
    expect(world.ledger.tallies().in_doubt).toBe(50);
  });
});

describe('"later" to everybody', () => {
  rule("is the relay's outage: the push waits for hours, uses up no attempt, then sends all", 1_000, (world) => {
    const begun = world.now;
    const simulation = new Simulation(world, (_id, now) => (now < begun + 5 * HOUR ? LOOKUP : SENT));
    simulation.run(4 * HOUR);
    expect(world.push.status).toBe("running");
    expect(world.outage).toMatchObject({ error: LOOKUP.reply });
    expect(world.outage.count).toBeGreaterThan(20);
    expect(attemptsUsed(world)).toEqual([0]);
    simulation.run(2 * HOUR);
    expect(world.push.status).toBe("finished");
    expect(world.ledger.tallies().sent).toBe(1_000);
    expect(attemptsUsed(world)).toEqual([1]);
  });

  rule("and so in mid-push, whatever the words, unknown addresses between or not", 3_000, (world) => {
    const begun = world.now;
    const relay: Relay = (id, now) => {
      if (now < begun + 1_000 || now > begun + 3 * HOUR) return id % 50 === 0 ? UNKNOWN : SENT;
      if (id % 50 === 0) return UNKNOWN;
      return { ...LOOKUP, reply: id % 2 === 0 ? "451 4.3.0 Temporary lookup failure" : "450 4.3.2 try again" };
    };
    const simulation = new Simulation(world, relay);
    simulation.run(2 * HOUR);
    expect(world.push.status).toBe("running");
    expect(world.outage.nextTryAt).not.toBeNull();
    const mails = [...simulation.tries.values()].reduce((sum, times) => sum + times, 0);
    expect(mails, "it was not asked over and over").toBeLessThan(12_000);
    simulation.run(12 * HOUR);
    expect(world.push.status).toBe("finished");
    expect(world.ledger.tallies()).toMatchObject({ sent: 2_940, failed: 60 });
  });

  rule("a tenth of the recipients deferred by their own servers is neither an outage nor a rate", 4_000, (world) => {
    const random = mulberry32(7);
    const later = new Set(range(4_000).filter(() => random() < 0.1));
    const simulation = new Simulation(world, (id) => (later.has(id) ? LOOKUP : SENT));
    simulation.run(10 * MINUTE);
    expect(world.ledger.tallies()).toMatchObject({ sent: 4_000 - later.size });
    expect(world.rate).toBeNull();
  });

  rule("recipients that are deferred for good hold up nobody behind them, first as they are", 2_000, (world) => {
    const simulation = new Simulation(world, (id) => (id <= 150 ? LOOKUP : SENT));
    simulation.run(HOUR);
    expect(world.ledger.tallies().sent).toBe(1_850);
  });

  it.each([40, 60, 80, 90])(
    "%i% of the recipients deferred by their own servers, alike, keep nobody else from their mail",
    (percent) =>
      inObject((storage) => {
        const world = new World(storage, 2_000);
        const random = mulberry32(percent);
        const later = new Set(range(2_000).filter(() => random() < percent / 100));
        const simulation = new Simulation(world, (id) => (later.has(id) ? LOOKUP : SENT));
        simulation.run(HOUR);
        expect(world.ledger.tallies().sent).toBe(2_000 - later.size);
        simulation.run();
        expect(world.push.status).toBe("finished");
        expect(world.ledger.tallies()).toMatchObject({ sent: 2_000 - later.size, failed: later.size });
      }),
  );

  rule("a dozen recipients of one domain that is down stop nobody, and fail in the end", 500, (world) => {
    const simulation = new Simulation(world, (id) => (id > 200 && id <= 212 ? LOOKUP : SENT));
    simulation.run(MINUTE);
    expect(world.ledger.tallies().sent).toBe(488);
    simulation.run(48 * HOUR);
    expect(world.push.status).toBe("finished");
    expect(world.ledger.tallies()).toMatchObject({ sent: 488, failed: 12 });
  });

  rule("claims from before a cut are no evidence that it has not helped", 1_000, (world) => {
    world.settle(world.sending(...range(100)), ...range(100).map((id) => outcome(id, "sent")));
    world.ledger.updatePush({ window: 1_000 });
    world.release();
    const batches = range(4).map((n) => range(50, 50 * n + 51));
    const claims = batches.map((ids) => world.claim(ids));
    for (const { token, send } of claims) {
      // Each ends with a mail that is accepted, so that a cut could follow a cut.
      world.settle(token, ...send.map((id, i) => outcome(id, i === 40 ? "sent" : "deferred", i === 40 ? {} : BUSY)));
    }
    expect(claims.map(({ send }) => send.length)).toEqual(batches.map(() => 50));
    expect(world.rate).not.toBeNull();
    expect(healthOf(world.push).deferrals).toMatchObject({ cuts: 1, ofRecipients: null });
  });

  for (const [perSecond, people] of [
    [2, 400],
    [5, 1_000],
    [50, 4_000],
  ] as const) {
    rule(
      `a relay that defers all above ${perSecond} mails a second is kept at that rate, and nobody fails`,
      people,
      (world) => {
        const simulation = new Simulation(world, limited(perSecond, BUSY), 1);
        const begun = world.now;
        simulation.run(60_000);
        const perSecondSent = world.ledger.tallies().sent / ((world.now - begun) / 1000);
        // Finding the rate is in it.
        expect(perSecondSent).toBeGreaterThan(0.5 * perSecond);
        simulation.run();
        expect(world.ledger.tallies()).toMatchObject({ sent: people, failed: 0 });
        expect(Math.max(...attemptsUsed(world))).toBeLessThan(8);
      },
    );
  }
});

describe("the quota of our own account", () => {
  rule("is waited for longer and longer, visible, and costs nobody an attempt", 1_000, (world) => {
    const times: number[] = [];
    const simulation = new Simulation(world, (_id, now) => {
      if (world.ledger.tallies().sent < 100) return SENT;
      times.push(now);
      return QUOTA;
    });
    simulation.run(20 * HOUR);
    expect(world.push.status).toBe("running");
    expect(world.outage).toMatchObject({ error: QUOTA.reply });
    const waits = times.slice(1).map((time, i) => time - (times[i] as number));
    expect(waits[0]).toBeGreaterThanOrEqual(MINUTE);
    expect(Math.max(...waits)).toBeGreaterThanOrEqual(HOUR);
    expect(times.length).toBeLessThan(30);
    expect(attemptsUsed(world)).toEqual([0, 1]);
    expect(world.ledger.tallies().failed).toBe(0);
  });

  rule("one mail accepted in between does not shorten the wait", 1_000, (world) => {
    const times: number[] = [];
    let tries = 0;
    // It frees a single mail whenever it is asked again.
    const simulation = new Simulation(world, (_id, now) => {
      if (tries++ % 2 === 0) return SENT;
      times.push(now);
      return QUOTA;
    });
    simulation.run(HOUR);
    expect(times.length).toBeLessThanOrEqual(120);
  });

  rule("renewed, the push goes on at full speed", 1_000, (world) => {
    const begun = world.now;
    const simulation = new Simulation(world, (_id, now) => (now < begun + HOUR ? QUOTA : SENT));
    simulation.run(3 * HOUR);
    expect(world.push.status).toBe("finished");
    expect(world.ledger.tallies().sent).toBe(1_000);
  });
});

describe("a retry", () => {
  rule("of four hundred dead addresses needs no resume", 1_000, (world) => {
    const simulation = new Simulation(world, (id) => (id % 5 < 2 ? UNKNOWN : SENT));
    simulation.run();
    expect(world.ledger.tallies()).toMatchObject({ sent: 600, failed: 400 });
    world.retry({ states: ["failed"] });
    simulation.run();
    expect(world.push.status).toBe("finished");
    expect(world.ledger.tallies()).toMatchObject({ sent: 600, failed: 400 });
  });

  rule("of mails refused as denied before neither pauses nor stops the others", 500, (world) => {
    const simulation = new Simulation(world, (id) => (id % 50 === 10 ? DENIED : SENT));
    simulation.run();
    expect(world.ledger.tallies()).toMatchObject({ sent: 490, failed: 10 });
    world.retry({ states: ["failed"] });
    simulation.run();
    expect(world.push.status).toBe("finished");
  });

  rule("in mid-push never pauses it", 3_000, (world) => {
    const simulation = new Simulation(world, (id) => (id % 20 === 3 ? UNKNOWN : SENT));
    for (let n = 0; n < 8 && world.push.status === "running"; n++) {
      simulation.run(300);
      world.retry({ states: ["failed"] });
    }
    simulation.run();
    expect(world.push.status).toBe("finished");
    expect(world.ledger.tallies()).toMatchObject({ sent: 2_850, failed: 150 });
  });

  rule("of mails that are now refused with another class pauses like a start", 100, (world) => {
    const simulation = new Simulation(world, (id) => (id % 2 === 0 ? UNKNOWN : SENT));
    simulation.run();
    world.retry({ states: ["failed"] });
    new Simulation(world, () => ({ kind: "failed", class: "rejected", reply: "554 5.0.0 no" })).run();
    expect(world.push).toMatchObject({ status: "paused", reason: expect.stringContaining("554 5.0.0 no") });
  });
});

describe("a refusal of us", () => {
  for (const refusal of [DENIED, TOO_BIG]) {
    rule(`for one in a hundred ("${refusal.reply}") fails these alone, with the words`, 4_000, (world) => {
      const simulation = new Simulation(world, (id) => (id % 100 === 7 ? refusal : SENT));
      simulation.run();
      expect(world.push.status).toBe("finished");
      expect(world.ledger.tallies()).toMatchObject({ sent: 3_960, failed: 40 });
      expect(world.row(7)).toMatchObject({ state: "failed", class: refusal.class, reply: refusal.reply });
      expect(world.rate).toBeNull();
    });
  }

  rule("with nothing accepted yet pauses, and nobody has failed", 100, (world) => {
    new Simulation(world, () => DENIED).run();
    expect(world.push).toMatchObject({ status: "paused", reason: DENIED.reply });
    expect(world.ledger.tallies().failed).toBe(0);
  });

  rule("from some mail on pauses within a group, and nobody has failed", 1_000, (world) => {
    let mails = 0;
    const simulation = new Simulation(world, () => (++mails > 273 ? DENIED : SENT));
    simulation.run();
    expect(world.push).toMatchObject({ status: "paused", reason: DENIED.reply });
    expect(world.ledger.tallies()).toMatchObject({ sent: 273, failed: 0 });
    expect(mails).toBeLessThan(330);
  });

  rule("of a session, before any mail, pauses whatever was accepted", 100, (world) => {
    const token = world.sending(1, 2);
    world.settle(token, outcome(1, "sent"));
    world.settle(token, outcome(2, "unauthorised", { address: null, reply: "535 5.7.8 bad password" }));
    expect(world.push).toMatchObject({ status: "paused", reason: "535 5.7.8 bad password" });
  });
});

rule("a template that fails for everybody pauses the push after the first twenty", 1_000, (world) => {
  const simulation = new Simulation(world, (id) => ({
    kind: "failed",
    class: "template",
    reply: `undefined filter in mail ${id}`,
    attempt: 0,
  }));
  simulation.run();
  expect(world.push).toMatchObject({ status: "paused", reason: expect.stringContaining("undefined filter") });
  expect(simulation.tries.size).toBeLessThanOrEqual(25);
});
