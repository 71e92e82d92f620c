import { expect, it } from "vitest";
import { suppressible } from "../../src/push/health/suppressions.ts";
import { returnDeadLetters } from "../../src/push/ledger/dead-letters.ts";
import type { NewPush } from "../../src/push/rpc.ts";
import { ASKED_FOR, cancel, pause, resume } from "../../src/push/steering/commands.ts";
import { inObject, outcome, World } from "./world.ts";

const UNKNOWN = { class: "no-such-user", reply: "550 5.1.1 unknown" };
const range = (count: number, from = 1) => Array.from({ length: count }, (_, i) => from + i);

function rule(name: string, people: number, test: (world: World) => void, push: Partial<NewPush> = {}): void {
  it(name, () => inObject((storage) => test(new World(storage, people, push))));
}

// ── One delivery that always gets a reply about us ──

rule(
  "one recipient at whom the relay always says 'too fast' neither stops the push nor costs it its rate",
  60,
  (world) => {
    let cuts = 0;
    for (let round = 0; round < 200 && world.push.status === "running"; round++) {
      world.sweep();
      const claimed = world.claim(world.release());
      const before = world.rate ?? Infinity;
      // As a consumer does it: in the order given, and after a reply about us nothing more.
      const bad = claimed.send.indexOf(7);
      const done = bad < 0 ? claimed.send : claimed.send.slice(0, bad);
      const left = bad < 0 ? [] : claimed.send.slice(bad + 1);
      const said = { class: "throttled", reply: "450 4.7.1 too many messages for this domain" };
      world.settle(
        claimed.token,
        ...done.map((id) => outcome(id, "sent")),
        ...(bad < 0 ? [] : [outcome(7, "throttled", said)]),
        ...left.map((id) => outcome(id, "untried", { address: null })),
      );
      if ((world.rate ?? Infinity) < before) cuts++;
      world.pass(2_000);
    }
    expect(world.states().filter((state) => state === "sent").length).toBe(59);
    expect(cuts, "the first time it is believed").toBe(1);
    expect(world.row(7)).toMatchObject({ state: "deferred", reply: "450 4.7.1 too many messages for this domain" });
    expect(world.row(7).attempts).toBeGreaterThan(0);
  },
);

rule("a relay that takes nothing from anybody costs nobody an attempt, however often it says so", 3, (world) => {
  for (let round = 0; round < 20; round++) {
    const token = world.claim(world.release()).token;
    world.settle(token, ...range(3).map((id) => outcome(id, "outage", { reply: "421 4.3.2 closing" })));
    world.pass(400_000);
    world.sweep();
  }
  expect(range(3).map((id) => world.row(id).attempts)).toEqual([0, 0, 0]);
});

rule("an answer about us that is settled twice is one answer", 4, (world) => {
  const token = world.sending(1, 2);
  const outcomes = [outcome(1, "sent"), outcome(2, "throttled")];
  world.settle(token, ...outcomes);
  world.settle(token, ...outcomes);
  expect(world.row(2)).toMatchObject({ state: "pending", attempts: 0 });
});

rule("who stopped the push is claimed behind others, and not as the last", 9, (world) => {
  world.settle(world.sending(1), outcome(1, "throttled"));
  world.pass(2_000);
  world.release();
  const { send } = world.claim(range(9));
  expect(send.indexOf(1)).toBeGreaterThan(0);
  expect(send.indexOf(1)).toBeLessThan(send.length - 1);
});

// ── Nobody is suppressed on a suspicion ──

rule("whom the breaker tripped over is not suppressed after a resume either", 100, (world) => {
  world.settle(world.sending(...range(20)), ...range(20).map((id) => outcome(id, "failed", UNKNOWN)));
  expect(world.push.status).toBe("paused");
  resume(world.ledger, world.push, world.now);
  world.settle(world.sending(50), outcome(50, "sent"));
  expect(suppressible(world.ledger, world.push)).toEqual([]);
});

rule("refusals that the breaker does not see suppress nobody", 100, (world) => {
  world.release();
  const [first, second] = [world.claim(range(50)).token, world.claim(range(50, 51)).token];
  world.settle(first, outcome(1, "sent"), outcome(2, "throttled"));
  world.settle(second, ...range(25, 51).map((id) => outcome(id, "failed", UNKNOWN)));
  expect(suppressible(world.ledger, world.push)).toEqual([]);
});

rule("a mail that was taken after all takes its suppression back", 2, (world) => {
  const lost = world.sending(1, 2);
  world.pass(world.limits.leaseMs);
  world.sweep();
  world.pass(600_000);
  world.sweep();
  world.release();
  const again = world.claim([1, 2]).token;
  world.settle(again, outcome(1, "failed", UNKNOWN));
  world.settle(lost, outcome(1, "sent"));
  world.settle(again, outcome(2, "sent"));
  expect(world.states()).toEqual(["sent", "sent"]);
  expect(suppressible(world.ledger, world.push)).toEqual([]);
});

rule("at the end those refused alike are suppressed, if not all were, however many there are", 65, (world) => {
  const token = world.sending(...range(65));
  world.settle(token, ...range(40).map((id) => outcome(id, "sent")));
  world.settle(token, ...range(25, 41).map((id) => outcome(id, "failed", UNKNOWN)));
  expect(world.push.status).toBe("finished");
  expect(suppressible(world.ledger, world.push).length).toBe(25);
});

// ── Ends and beginnings ──

rule(
  "a push that ended while it was paused reopens as paused",
  2,
  (world) => {
    const token = world.sending(1, 2);
    world.settle(token, outcome(1, "sent"));
    pause(world.ledger, world.push, ASKED_FOR, world.now);
    world.pass(world.limits.leaseMs);
    world.sweep();
    expect(world.push.status).toBe("finished");
    world.settle(token, outcome(2, "untried"));
    expect(world.push).toMatchObject({ status: "paused", reason: "asked for" });
    resume(world.ledger, world.push, world.now);
    world.settle(world.sending(2), outcome(2, "sent"));
    expect(world.push.status).toBe("finished");
  },
  { inDoubt: "hold" },
);

rule("of two dead letters of one delivery the newer one counts, whichever comes first", 1, (world) => {
  world.release();
  const first = world.row(1).release;
  world.pass(world.limits.staleAfterMs);
  world.sweep();
  world.release();
  const letters = [world.row(1).release, first].map((release) => ({ id: 1, release }));
  returnDeadLetters(world.ledger, letters, world.now);
  expect(world.row(1)).toMatchObject({ state: "pending", dead_letters: 1 });
});

rule("a retry starts as carefully as the push did", 1_000, (world) => {
  for (let ids = world.release(); ids.length > 0; ids = world.release()) {
    const { token } = world.claim(ids);
    world.settle(token, ...ids.map((id) => outcome(id, id % 2 === 0 ? "sent" : "failed")));
  }
  expect(world.push.status).toBe("finished");
  world.retry();
  expect(world.release().length).toBe(100);
});

rule("a cancel leaves nothing for later events to look through", 12_000, (world) => {
  world.settle(world.sending(1), outcome(1, "sent"));
  cancel(world.ledger, world.push);
  world.sweep();
  expect(world.ledger.tallies()).toMatchObject({ pending: 0, queued: 0, cancelled: 11_999, sent: 1 });
  expect(world.push.release_cursor).toBe(12_000);
});
