import { describe, expect, it } from "vitest";
import { suppressible } from "../../src/push/health/suppressions.ts";
import { returnDeadLetters } from "../../src/push/ledger/dead-letters.ts";
import type { Limits } from "../../src/push/limits.ts";
import { type NewPush, UNSENDABLE } from "../../src/push/rpc.ts";
import { ASKED_FOR, cancel, pause, resolve, resume } from "../../src/push/steering/commands.ts";
import { inObject, outcome, World } from "./world.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;

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

describe("claim", () => {
  rule("a delivery is granted once, however often the queue brings it", 1, (world) => {
    world.release();
    expect(world.claim([1]).send).toEqual([1]);
    expect(world.claim([1])).toMatchObject({ send: [], later: [] });
  });

  rule("the same token gets the same answer", 2, (world) => {
    world.release();
    const { token, ...first } = world.claim([1, 2]);
    world.settle(token, outcome(1, "sent"));
    expect(world.claim([1, 2], token)).toMatchObject(first);
  });

  rule(
    "the same token gets the same answer also where the rate lets nothing be sent",
    100,
    (world) => {
      world.sending(1);
      world.now += 500;
      const released = world.release();
      world.claim(released.slice(0, -1));
      const nothing = world.claim(released.slice(-1), "impatient", 1);
      expect(nothing.send).toEqual([]);
      expect(world.row(6), "it was due").toMatchObject({ state: "pending", due_at: expect.any(Number) });
      expect(world.claim(released.slice(-1), "impatient", 1)).toEqual(nothing);
    },
    { rate: 10 },
  );

  rule("a claim that arrives after its own untried settle grants nothing", 1, (world) => {
    world.release();
    world.settle("lost", outcome(1, "untried"));
    expect(world.claim([1], "lost").send).toEqual([]);
    expect(world.claim([1]).send, "another consumer may have it").toEqual([1]);
  });

  rule("a deferred delivery that comes early is put off until it is due", 1, (world) => {
    world.settle(world.sending(1), outcome(1, "deferred"));
    const due = world.row(1).due_at ?? 0;
    expect(world.claim([1]).later).toEqual([{ id: 1, delaySeconds: Math.ceil((due - world.now) / 1000) }]);
    world.now = due;
    expect(world.claim([1]).send).toEqual([1]);
  });

  rule("a paused push takes its deliveries back from the queue, and keeps their attempts", 1, (world) => {
    world.settle(world.sending(1), outcome(1, "deferred"));
    pause(world.ledger, world.push, ASKED_FOR, world.now);
    world.now = world.row(1).due_at ?? 0;
    expect(world.claim([1])).toMatchObject({ send: [], later: [] });
    expect(world.row(1)).toMatchObject({ state: "pending", attempts: 1 });
  });

  rule("past expiry nothing is granted: it fails", 1, (world) => {
    world.release();
    world.pass(DAY);
    expect(world.claim([1]).send).toEqual([]);
    expect(world.row(1)).toMatchObject({ state: "failed", class: "expired" });
  });

  rule(
    "under a rate a claim gets a time for each mail, and what has no time goes back",
    100,
    (world) => {
      world.release();
      const claimed = world.claim(Array.from({ length: 40 }, (_, i) => i + 1));
      expect(claimed.sendTimes).toEqual({ startInMs: 0, gapMs: 100 });
      const next = world.claim(Array.from({ length: 40 }, (_, i) => i + 41).slice(0, 20));
      expect(next.send.length).toBe(0);
    },
    { rate: 10 },
  );
});

describe("settle", () => {
  rule("sent is sent, whoever says it and however late", 1, (world) => {
    const token = world.sending(1);
    world.pass(world.limits.leaseMs);
    world.sweep();
    expect(world.row(1).state).toBe("in_doubt");
    world.settle(token, outcome(1, "sent"));
    expect(world.row(1).state).toBe("sent");
    world.sweep();
    expect(world.push.status).toBe("finished");
  });

  rule("a refusal counts only under the token that holds the delivery", 1, (world) => {
    const first = world.sending(1);
    world.pass(world.limits.leaseMs);
    world.sweep();
    world.pass(10 * MINUTE);
    world.sweep();
    world.release();
    const second = world.claim([1]).token;
    world.settle(first, outcome(1, "failed"));
    expect(world.row(1).state).toBe("sending");
    world.settle(second, outcome(1, "deferred"));
    expect(world.row(1).state).toBe("deferred");
  });

  rule("a late refusal under the same token ends the doubt", 1, (world) => {
    const token = world.sending(1);
    world.pass(world.limits.leaseMs);
    world.sweep();
    world.settle(token, outcome(1, "failed"));
    expect(world.row(1)).toMatchObject({ state: "failed", attempts: 1 });
  });

  rule("a doubt under an old token is no doubt", 1, (world) => {
    const token = world.sending(1);
    world.settle(token, outcome(1, "failed"));
    world.settle(token, outcome(1, "in_doubt"));
    expect(world.row(1).state).toBe("failed");
  });

  rule("a replayed settle changes nothing and gets the same delays", 2, (world) => {
    const token = world.sending(1, 2);
    const outcomes = [outcome(1, "deferred"), outcome(2, "sent")];
    const answer = world.settle(token, ...outcomes);
    const rows = world.ledger.rows([1, 2]);
    world.pass(5_000);
    expect(world.settle(token, ...outcomes)).toEqual(answer);
    expect(world.ledger.rows([1, 2])).toEqual(rows);
  });

  rule("what was untried goes back without an attempt, and goes out again", 1, (world) => {
    world.settle(world.sending(1), outcome(1, "untried"));
    expect(world.row(1)).toMatchObject({ state: "pending", attempts: 0 });
    expect(world.release()).toEqual([1]);
  });

  rule("attempts used up and half of the time to expiry gone: failed, with the server's last words", 1, (world) => {
    let attempt = 0;
    while (world.row(1).state !== "failed") {
      const token = attempt++ === 0 ? world.sending(1) : world.claim([1]).token;
      world.settle(token, outcome(1, "deferred", { reply: `450 try ${attempt}` }));
      if (world.row(1).state === "deferred") world.now = world.row(1).due_at ?? 0;
    }
    expect(world.row(1)).toMatchObject({ attempts: attempt, reply: `450 try ${attempt}`, class: "transient" });
    expect(attempt).toBeGreaterThan(8);
    expect((world.push.expires_at ?? 0) - world.now).toBeLessThanOrEqual(DAY / 2);
    expect((world.push.expires_at ?? 0) - world.now, "six hours at most between two").toBeGreaterThan(DAY / 4);
  });

  rule(
    "a retry is never put off past the push's expiry",
    1,
    (world) => {
      world.settle(world.sending(1), outcome(1, "deferred", { class: "mailbox-full" }));
      expect(world.row(1).state).toBe("deferred");
      expect(world.row(1).due_at).toBeLessThan(world.push.expires_at ?? 0);
    },
    { expiresInSeconds: 1_000 },
  );
});

describe("doubt", () => {
  rule("the first one is resent once by itself, the second one holds for a person", 1, (world) => {
    world.settle(world.sending(1), outcome(1, "in_doubt"));
    expect(world.row(1)).toMatchObject({ state: "in_doubt", doubts: 1 });
    expect(world.push.status).toBe("running");
    world.now = world.row(1).due_at ?? 0;
    world.sweep();
    expect(world.row(1).state).toBe("pending");
    world.settle(world.sending(1), outcome(1, "in_doubt"));
    expect(world.row(1)).toMatchObject({ state: "in_doubt", doubts: 2, due_at: null });
    expect(world.push.status).toBe("finished");
  });

  rule(
    'with inDoubt "hold" the first one holds',
    1,
    (world) => {
      world.settle(world.sending(1), outcome(1, "in_doubt"));
      expect(world.row(1)).toMatchObject({ state: "in_doubt", due_at: null });
    },
    { inDoubt: "hold" },
  );

  rule("one past expiry holds: nobody knows, so it is not failed", 1, (world) => {
    world.settle(world.sending(1), outcome(1, "in_doubt"));
    world.pass(DAY);
    world.sweep();
    expect(world.row(1)).toMatchObject({ state: "in_doubt", due_at: null });
    expect(world.push.status).toBe("finished");
  });

  rule("a person resolves it, as sent or failed, and only what is in doubt", 3, (world) => {
    world.settle(world.sending(1, 2, 3), outcome(1, "in_doubt"), outcome(2, "in_doubt"), outcome(3, "failed"));
    expect(resolve(world.ledger, [1, 3], "sent", world.now)).toBe(1);
    expect(world.states()).toEqual(["sent", "in_doubt", "failed"]);
  });
});

describe("sweep", () => {
  rule("a queue that forgets everything costs time, never mail", 3, (world) => {
    world.release();
    world.pass(world.limits.staleAfterMs);
    world.sweep();
    expect(world.states()).toEqual(["pending", "pending", "pending"]);
    expect(world.release()).toEqual([1, 2, 3]);
    world.pass(world.limits.staleAfterMs);
    world.sweep();
    expect(world.row(1).state, "the second time it gets twice as long").toBe("queued");
    world.pass(world.limits.staleAfterMs);
    world.sweep();
    expect(world.row(1)).toMatchObject({ state: "pending", redeliveries: 2 });
  });

  rule("a deferred delivery that the queue never brings back is released again", 1, (world) => {
    world.settle(world.sending(1), outcome(1, "deferred"));
    world.now = (world.row(1).due_at ?? 0) + world.limits.staleAfterMs;
    world.sweep();
    expect(world.row(1)).toMatchObject({ state: "pending", attempts: 1 });
  });

  rule(
    "what has not gone out by its expiry fails; the clock stands still while paused",
    2,
    (world) => {
      world.sending(1);
      pause(world.ledger, world.push, ASKED_FOR, world.now);
      world.pass(2 * DAY);
      world.sweep();
      expect(world.row(2).state).toBe("queued");
      resume(world.ledger, world.push, world.now);
      world.sweep();
      expect(world.row(2).state).not.toBe("failed");
      world.pass(DAY);
      world.sweep();
      expect(world.row(2)).toMatchObject({ state: "failed", class: "expired" });
    },
    {},
    { staleAfterMs: 1e12 },
  );

  rule("a burned token does not hide an older lease", 1, (world) => {
    world.sending(1);
    world.settle("never seen", outcome(1, "untried"));
    world.pass(1_000);
    world.sweep();
    world.pass(world.limits.leaseMs);
    world.sweep();
    expect(world.row(1).state).toBe("in_doubt");
  });
});

describe("dead letters", () => {
  rule("the third time, the delivery fails; a newer release on its way is left alone", 1, (world) => {
    for (const dead_letters of [1, 2, 3]) {
      world.release();
      const { release } = world.row(1);
      returnDeadLetters(world.ledger, [{ id: 1, release: release - 1 }], world.now);
      expect(world.row(1).state, "an older release's letter").toBe("queued");
      returnDeadLetters(world.ledger, [{ id: 1, release }], world.now);
      expect(world.row(1)).toMatchObject({ state: dead_letters < 3 ? "pending" : "failed", dead_letters });
    }
  });
});

describe("steering", () => {
  rule(
    "cancel ends what is not out; of what is out: sent is sent, failed is failed, a doubt holds, all else is cancelled",
    6,
    (world) => {
      const token = world.sending(1, 2, 3, 4, 5);
      expect(cancel(world.ledger, world.push)).toMatchObject({ ok: true });
      expect(cancel(world.ledger, world.push), "again").toMatchObject({ ok: true });
      expect(world.settle(token, outcome(1, "sent")).stop).toBe(true);
      world.settle(token, outcome(2, "failed"), outcome(3, "in_doubt"), outcome(4, "deferred"), outcome(5, "untried"));
      world.sweep();
      expect(world.states()).toEqual(["sent", "failed", "in_doubt", "cancelled", "cancelled", "cancelled"]);
      expect(world.push).toMatchObject({ status: "cancelled", finished_at: world.now });
      expect(world.retry().ok).toBe(false);
      expect(resume(world.ledger, world.push, world.now).ok).toBe(false);
    },
  );

  rule("pause and resume are idempotent, and impossible once it is finished", 1, (world) => {
    for (const _ of [1, 2]) expect(pause(world.ledger, world.push, ASKED_FOR, world.now).ok).toBe(true);
    for (const _ of [1, 2]) expect(resume(world.ledger, world.push, world.now).ok).toBe(true);
    world.settle(world.sending(1), outcome(1, "sent"));
    expect(world.push.status).toBe("finished");
    for (const steer of [
      pause(world.ledger, world.push, ASKED_FOR, 0),
      resume(world.ledger, world.push, 0),
      cancel(world.ledger, world.push),
    ]) {
      expect(steer).toMatchObject({ ok: false, error: expect.stringContaining("finished") });
    }
  });

  rule("retry renews attempts, doubts and expiry, and reopens a finished push", 3, (world) => {
    world.settle(
      world.sending(1, 2, 3),
      outcome(1, "sent"),
      outcome(2, "failed"),
      outcome(3, "failed", { class: "blocked-as-spam" }),
    );
    expect(world.push.status).toBe("finished");
    world.pass(2 * DAY);
    expect(world.retry({ class: "blocked-as-spam" })).toEqual({ ok: true, value: 1 });
    expect(world.push).toMatchObject({ status: "running", finished_at: null, expires_at: world.now + DAY });
    expect(world.states()).toEqual(["sent", "failed", "pending"]);
    expect(world.release()).toEqual([3]);
  });

  rule(
    "a late outcome that needs work reopens a finished push",
    1,
    (world) => {
      const token = world.sending(1);
      world.pass(world.limits.leaseMs);
      world.sweep();
      expect(world.push.status).toBe("finished");
      world.settle(token, outcome(1, "untried"));
      expect(world.push.status).toBe("running");
      expect(world.release()).toEqual([1]);
    },
    { inDoubt: "hold" },
  );
});

describe("what a push learns", () => {
  rule("twenty sessions that fail together are one outage", 100, (world) => {
    const ids = world.release();
    const tokens = ids.slice(0, 20).map((id) => world.claim([id]).token);
    tokens.forEach((token, i) => void world.settle(token, outcome(i + 1, "outage", { reply: "connect: refused" })));
    const { outage } = world;
    expect(outage).toMatchObject({ count: 1, since: world.now, error: "connect: refused" });
    expect(world.row(1)).toMatchObject({ state: "pending", attempts: 0 });
    expect(world.release(), "nothing goes out before the next try").toEqual([]);
    expect(world.claim([50]).send).toEqual([]);
    expect(world.row(50)).toMatchObject({ state: "pending", due_at: outage.nextTryAt });
    world.now = outage.nextTryAt ?? 0;
    expect(world.claim(ids.slice(50)).send.length, "then a few try").toBe(5);
  });

  rule("one mail taken, and the outage is over", 2, (world) => {
    world.settle(world.sending(1), outcome(1, "outage"));
    world.now = world.outage.nextTryAt ?? 0;
    world.settle(world.sending(1), outcome(1, "sent"));
    expect(world.outage).toMatchObject({ count: 0, since: null, nextTryAt: null });
  });

  rule("refused credentials pause the push with the server's words, and nobody is marked failed", 2, (world) => {
    const answer = world.settle(world.sending(1), outcome(1, "unauthorised", { reply: "535 5.7.8 bad password" }));
    expect(answer.stop).toBe(true);
    expect(world.push).toMatchObject({ status: "paused", reason: "535 5.7.8 bad password" });
    expect(world.ledger.tallies().failed).toBe(0);
  });

  rule("a throttled mail goes back without an attempt, and the rate is cut and shown", 200, (world) => {
    const ids = world.release();
    const token = world.claim(ids).token;
    world.pass(1_000);
    const taken = ids.slice(0, 50).map((id) => outcome(id, "sent"));
    const answer = world.settle(token, ...taken, outcome(ids[50] ?? 0, "throttled"));
    expect(answer.stop).toBe(true);
    expect(world.rate).toBeCloseTo(43, -1);
    expect(world.row(ids[50] ?? 0)).toMatchObject({ state: "pending", attempts: 0 });
  });

  rule("the first twenty refused alike pause the push, and nobody is suppressed", 100, (world) => {
    const token = world.sending(...Array.from({ length: 20 }, (_, i) => i + 1));
    const unknown = Array.from({ length: 20 }, (_, i) =>
      outcome(i + 1, "failed", { class: "no-such-user", reply: "550 5.1.1 unknown" }),
    );
    expect(world.settle(token, ...unknown).stop).toBe(true);
    expect(world.push).toMatchObject({ status: "paused", reason: expect.stringContaining("550 5.1.1 unknown") });
    expect(suppressible(world.ledger, world.push)).toEqual([]);
    world.retry();
    resume(world.ledger, world.push, world.now);
    world.settle(world.sending(50), outcome(50, "sent"));
    expect(suppressible(world.ledger, world.push), "the retry took them back").toEqual([]);
  });

  rule("what the relay does not take of anybody pauses the push, though it was never asked", 100, (world) => {
    const unsendable = (id: number) =>
      outcome(id, "failed", {
        class: UNSENDABLE,
        reply: "a message of 9 MB is larger than the server takes",
        attempt: 0,
      });
    world.settle(world.sending(1), unsendable(1));
    expect(world.push.status).toBe("running");
    const ids = Array.from({ length: 19 }, (_, i) => i + 2);
    world.settle(world.sending(...ids), ...ids.map(unsendable));
    expect(world.push).toMatchObject({ status: "paused", reason: expect.stringContaining("larger than the server") });
  });

  rule("who is skipped keeps the relay's last words, which most often say why", 1, (world) => {
    const words = "550 5.1.1 no such user";
    world.settle(world.sending(1), outcome(1, "failed", { class: "no-such-user", reply: words }));
    world.retry();
    world.settle(world.sending(1), outcome(1, "skipped", { class: "no-such-user", reply: null }));
    expect(world.row(1)).toMatchObject({ state: "skipped", class: "no-such-user", reply: words });
  });

  rule("a known dead address is suppressed once another mail was taken", 2, (world) => {
    const token = world.sending(1, 2);
    world.settle(token, outcome(1, "failed", { class: "no-such-user", reply: "550 5.1.1 unknown" }));
    expect(suppressible(world.ledger, world.push)).toEqual([]);
    world.settle(token, outcome(2, "sent"));
    expect(suppressible(world.ledger, world.push)).toEqual([
      { id: 1, address: "p1@example.com", detail: "550 5.1.1 unknown", at: world.now },
    ]);
  });

  rule("too large for the relay is too large for everybody: the push pauses", 2, (world) => {
    world.settle(world.sending(1), outcome(1, "failed", { class: "too-large", reply: "552 5.3.4 too big" }));
    expect(world.push).toMatchObject({ status: "paused", reason: "552 5.3.4 too big" });
  });

  rule("the window opens at a hundred and doubles with each good settle", 1_000, (world) => {
    expect(world.release().length).toBe(100);
    const token = world.claim(Array.from({ length: 100 }, (_, i) => i + 1)).token;
    world.settle(token, outcome(1, "sent"));
    expect(world.push.window).toBe(200);
    world.settle(token, outcome(2, "outage"));
    expect(world.push.window).toBe(100);
  });
});
