import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emptyTallies } from "../../src/core/states.ts";
import { wakeFacts } from "../../src/push/alarm/facts.ts";
import { nextWake } from "../../src/push/alarm/plan.ts";
import { type CanaryTerms, canaryOf, failureOf, newCanary, nextStep } from "../../src/push/canary/canary.ts";
import { statusOf } from "../../src/push/index/status.ts";
import { nextReportAt } from "../../src/push/relay/reporting.ts";
import type { NewPush, Outcome } from "../../src/push/rpc.ts";
import { ASKED_FOR, cancel, pause, resume } from "../../src/push/steering/commands.ts";
import { approve, change } from "../../src/push/steering/hold.ts";
import { event } from "../feedback/events.ts";
import { Simulation } from "./simulation.ts";
import { inObject, outcome, World } from "./world.ts";

const PEOPLE = 200;
const TERMS: CanaryTerms = { count: 20, waitSeconds: 600, maxFailureShare: 0.1 };
const WAIT = TERMS.waitSeconds * 1000;

function rule(name: string, test: (world: World) => void, push: Partial<NewPush> & { held?: boolean } = {}): void {
  it(name, () => inObject((storage) => test(new World(storage, PEOPLE, { canary: TERMS, ...push }))));
}

/** "Later" for reasons of the recipient's, or many would be taken for an outage. */
const FULL = { class: "mailbox-full", reply: "452 4.2.2 mailbox full" };

/** Settles the canary's mails alike, but the first ones as said. */
function sendCanary(world: World, ...kinds: Outcome["kind"][]): number[] {
  world.sweep();
  const ids = world.release();
  const { token, send } = world.claim(ids);
  expect(send.length).toBe(ids.length);
  world.settle(token, ...ids.map((id, n) => outcome(id, kinds[n] ?? "sent", kinds[n] === "deferred" ? FULL : {})));
  world.sweep();
  return ids;
}

/** Claims deferred deliveries, whose time has come. */
function claimDeferred(world: World, ids: number[]) {
  world.ledger.moveAll(ids, "deferred", "deferred", { due_at: world.now }, world.now);
  return world.claim(ids);
}

const verdict = (world: World) => canaryOf(world.push)?.verdict;
const waiting = (world: World) => statusOf(world.ledger, world.push, world.limits, world.now).waiting;
const wakesAt = (world: World) => {
  const facts = wakeFacts(world.ledger, world.push, world.limits, world.now);
  return nextWake({ ...facts, mirrorAt: null, reportAt: null, expiresAt: null }, world.now);
};

rule("its mails go first, and no other one before they are judged, and then the rest", (world) => {
  const ids = sendCanary(world);
  expect(ids).toHaveLength(TERMS.count);
  expect(waiting(world)).toMatch(/^canary: is judged at .*Z, at most 10 % may fail; waiting for its verdict: 180$/);
  expect(world.release()).toEqual([]);
  expect(wakesAt(world)).toBe(world.now + WAIT);
  world.pass(WAIT - 1);
  world.sweep();
  expect([world.release(), verdict(world)]).toEqual([[], null]);
  world.pass(1);
  world.sweep();
  expect([verdict(world), world.push.status, waiting(world)]).toEqual(["passed", "running", null]);
  const rest = world.release();
  expect(rest.length).toBeGreaterThan(0);
  expect(rest.filter((id) => ids.includes(id))).toEqual([]);
});

rule("more failures than may be pause it with the reason, and resume sends the rest", (world) => {
  const ids = sendCanary(world, "failed", "failed", "in_doubt");
  // Its resend would be out of the state again.
  world.ledger.moveAll([ids[2] ?? 0], "in_doubt", "in_doubt", { due_at: null }, world.now);
  world.pass(WAIT);
  world.sweep();
  expect(world.push).toMatchObject({
    status: "paused",
    reason: "canary: of 20 mails 2 failed, 1 in doubt (15 %, at most 10 % may); resume sends the rest",
  });
  expect(JSON.parse(world.push.reason_detail ?? "")).toEqual({
    code: "canary-failed",
    params: { of: 20, failed: 2, bounced: 0, complained: 0, inDoubt: 1, allowed: 0.1 },
  });
  expect(verdict(world)).toBe("failed");
  resume(world.ledger, world.push, world.now);
  world.sweep();
  expect([world.push.status, verdict(world)]).toEqual(["running", "failed"]);
  expect([world.push.reason, world.push.reason_detail]).toEqual([null, null]);
  expect(world.release().length).toBeGreaterThan(0);
});

rule("bounces and complaints of its mails count, and those after the verdict do not change it", (world) => {
  const ids = sendCanary(world);
  world.feedback(...ids.slice(0, 2).map((id) => event("bounced", id, { at: world.now })));
  world.feedback(event("complained", ids[2] ?? 0, { at: world.now }));
  world.pass(WAIT);
  world.sweep();
  expect(world.push.reason).toBe(
    "canary: of 20 mails 2 bounced, 1 complained (15 %, at most 10 % may); resume sends the rest",
  );
  resume(world.ledger, world.push, world.now);
  world.feedback(event("bounced", ids[3] ?? 0, { at: world.now }));
  world.sweep();
  expect(world.push.status).toBe("running");
});

rule("is judged once: a second look, a retry or a later failure stops nothing", (world) => {
  const ids = sendCanary(world, "failed");
  world.pass(WAIT);
  world.sweep();
  expect(verdict(world)).toBe("passed");
  for (const id of ids) world.feedback(event("bounced", id, { at: world.now }));
  world.retry();
  world.pass(WAIT);
  world.sweep();
  expect([verdict(world), world.push.status]).toEqual(["passed", "running"]);
});

rule("deferred and skipped ones neither hold up the wait nor count", (world) => {
  // One of five, with fifteen that do not count.
  sendCanary(world, "failed", ...Array(10).fill("skipped"), ...Array(5).fill("deferred"));
  expect(canaryOf(world.push)?.waitsFrom).toBe(world.now);
  world.pass(WAIT);
  world.sweep();
  expect(world.push.reason).toContain("of 5 mails 1 failed (20 %");
});

rule("while all are deferred nothing is known, and the wait begins with the first outcome", (world) => {
  const ids = sendCanary(world, ...Array(20).fill("deferred"));
  world.pass(WAIT);
  world.sweep();
  expect([verdict(world), world.release()]).toEqual([null, []]);
  expect(waiting(world)).toMatch(/^canary: all its mails are deferred/);
  // One that is being sent shows nothing either.
  const { token, send } = claimDeferred(world, ids.slice(0, 1));
  expect(send).toHaveLength(1);
  world.sweep();
  expect([verdict(world), world.release()]).toEqual([null, []]);
  world.settle(token, outcome(ids[0] ?? 0, "sent"));
  world.sweep();
  expect([verdict(world), wakesAt(world)]).toEqual([null, world.now + WAIT]);
  world.feedback(event("bounced", ids[0] ?? 0, { at: world.now }));
  world.pass(WAIT);
  world.sweep();
  expect([verdict(world), world.push.reason]).toEqual(["failed", expect.stringContaining("of 1 mails 1 bounced")]);
});

rule("it is not judged while one of its mails is tried again", (world) => {
  const ids = sendCanary(world, "deferred", "deferred");
  world.pass(WAIT);
  const again = claimDeferred(world, ids.slice(0, 2));
  expect(again.send).toHaveLength(2);
  world.sweep();
  expect(verdict(world)).toBeNull();
  expect(waiting(world)).toBe("canary: still to go before it is judged: 2; waiting for its verdict: 180");
  world.settle(again.token, ...ids.slice(0, 2).map((id) => outcome(id, "failed")));
  world.feedback(event("bounced", ids[2] ?? 0, { at: world.now }));
  world.sweep();
  expect(world.push.reason).toContain("of 20 mails 2 failed, 1 bounced (15 %");
});

rule("a relay that defers everybody gets the canary's mails again, and no others", (world) => {
  world.sweep();
  const ids = world.release();
  world.settle(world.claim(ids).token, ...ids.map((id) => outcome(id, "deferred", { reply: "451 4.3.0 try later" })));
  for (let minutes = 0; minutes < 60; minutes++) {
    world.sweep();
    expect(world.release().filter((id) => !ids.includes(id))).toEqual([]);
    world.pass(60_000);
  }
});

rule(
  "if all are skipped the next ones go in the same order, and nobody else before one of them has an outcome",
  (world) => {
    const first = sendCanary(world, ...Array(20).fill("skipped"));
    expect([verdict(world), canaryOf(world.push)?.waitsFrom]).toEqual([null, null]);
    expect(waiting(world)).toBe(
      "canary: 20 were skipped, which shows nothing, and the next 20 go in their place; waiting for its verdict: 160",
    );
    // Whatever memory a restart takes.
    world.restart();
    const second = sendCanary(world, ...Array(20).fill("skipped"));
    expect([second.length, second.filter((id) => first.includes(id))]).toEqual([20, []]);
    const third = sendCanary(world, "failed", "failed", "failed", ...Array(16).fill("skipped"));
    expect(third).toHaveLength(20);
    world.pass(WAIT - 1);
    world.sweep();
    expect([verdict(world), world.release()]).toEqual([null, []]);
    world.pass(1);
    world.sweep();
    expect([verdict(world), world.push.reason]).toEqual(["failed", expect.stringContaining("of 4 mails 3 failed")]);
  },
);

it("its rounds are those whom one large canary would have", async () => {
  const rounds = await chosenOf({ ...TERMS, count: 10 }, 3);
  expect(rounds).toEqual(await chosenOf({ ...TERMS, count: 30 }, 1));
});

/** Who goes in the first rounds, if each but the last is skipped. */
async function chosenOf(canary: CanaryTerms, rounds: number): Promise<number[]> {
  const all: number[] = [];
  await inObject((storage) => {
    const world = new World(storage, PEOPLE, { canary });
    for (let round = 0; round < rounds; round++) all.push(...sendCanary(world, ...Array(canary.count).fill("skipped")));
  });
  return all.sort((a, b) => a - b);
}

rule("if everybody is skipped the push ends, unjudged", (world) => {
  for (let round = 0; round < PEOPLE / TERMS.count; round++) sendCanary(world, ...Array(20).fill("skipped"));
  expect([world.push.status, verdict(world), world.release()]).toEqual(["finished", null, []]);
  expect(world.ledger.tallies().skipped).toBe(PEOPLE);
});

rule("one that is deferred is not made up for by others until it is skipped too", (world) => {
  const ids = sendCanary(world, ...Array(19).fill("skipped"), "deferred");
  expect([verdict(world), world.release()]).toEqual([null, []]);
  const { token } = claimDeferred(world, ids.slice(19));
  world.settle(token, outcome(ids[19] ?? 0, "skipped"));
  world.sweep();
  expect(world.release()).toHaveLength(20);
});

rule("the wait begins when none is pending, queued or sending", (world) => {
  world.sweep();
  const ids = world.release();
  const { token } = world.claim(ids.slice(0, 19));
  world.settle(token, ...ids.slice(0, 19).map((id) => outcome(id, "sent")));
  world.pass(WAIT);
  world.sweep();
  expect(canaryOf(world.push)?.waitsFrom).toBeNull();
  expect(waiting(world)).toBe("canary: still to go before it is judged: 1; waiting for its verdict: 180");
  const last = world.claim(ids.slice(19)).token;
  world.settle(last, outcome(ids[19] ?? 0, "untried"));
  world.sweep();
  expect(canaryOf(world.push)?.waitsFrom).toBeNull();
  world.settle(world.sending(...ids.slice(19)), outcome(ids[19] ?? 0, "sent"));
  expect(wakesAt(world)).toBe(world.now);
  world.sweep();
  expect(canaryOf(world.push)?.waitsFrom).toBe(world.now);
});

rule("a pause by a person or the breaker is not its verdict: after a resume it goes on where it was", (world) => {
  sendCanary(world);
  pause(world.ledger, world.push, ASKED_FOR, world.now);
  world.pass(2 * WAIT);
  world.sweep();
  expect([verdict(world), world.push.status]).toEqual([null, "paused"]);
  resume(world.ledger, world.push, world.now);
  expect(world.release()).toEqual([]);
  world.sweep();
  expect(verdict(world)).toBe("passed");
});

rule("a cancel ends it with the rest", (world) => {
  sendCanary(world);
  cancel(world.ledger, world.push);
  world.pass(WAIT);
  world.sweep();
  expect(world.ledger.tallies()).toMatchObject({ sent: 20, cancelled: 180 });
  expect(world.push.status).toBe("cancelled");
});

rule("while it waits the push asks its relays for nothing", (world) => {
  sendCanary(world);
  world.pass(WAIT / 2);
  world.report();
  expect(nextReportAt(world.ledger, world.push, world.limits, world.now)).toBeNull();
});

rule(
  "of a held push it can change, and nothing is chosen before the approval",
  (world) => {
    world.sweep();
    const edit = change(world.ledger, world.push, { canary: { ...TERMS, count: 7 } }, 1, world.now);
    expect([edit.ok, world.push.content_version]).toEqual([true, 2]);
    const late = change(world.ledger, world.push, { expiresInSeconds: TERMS.waitSeconds }, 2, world.now);
    expect(late.ok ? null : late.error).toMatchObject({ code: "canary-wait" });
    approve(world.ledger, world.push, 2, world.now);
    expect(sendCanary(world)).toHaveLength(7);
  },
  { held: true },
);

it("one as large as the push is judged of nothing: the push ends", () =>
  inObject((storage) => {
    const world = new World(storage, PEOPLE, { canary: { ...TERMS, count: PEOPLE, maxFailureShare: 0 } });
    let nth = 0;
    new Simulation(world, () => (nth++ % 3 === 0 ? { kind: "failed" } : { kind: "sent" })).run();
    expect([world.push.status, verdict(world)]).toEqual(["finished", null]);
  }));

it("sends all, once each, with a relay that accepts", () =>
  inObject((storage) => {
    const world = new World(storage, PEOPLE, { canary: TERMS });
    const simulation = new Simulation(world, () => ({ kind: "sent" }));
    simulation.run();
    expect(world.ledger.tallies().sent).toBe(PEOPLE);
    expect([simulation.triedTwice, verdict(world), world.push.status]).toEqual([0, "passed", "finished"]);
    expect((world.push.finished_at ?? 0) - (world.push.started_at ?? 0)).toBeGreaterThanOrEqual(WAIT);
  }));

it("stops at its number of mails with a relay that refuses every third recipient", () =>
  inObject((storage) => {
    const world = new World(storage, PEOPLE, { canary: TERMS });
    let nth = 0;
    const simulation = new Simulation(world, () => (nth++ % 3 === 0 ? { kind: "failed" } : { kind: "sent" }));
    simulation.run();
    expect([simulation.tries.size, world.push.status]).toEqual([TERMS.count, "paused"]);
    expect(world.ledger.tallies().pending).toBe(PEOPLE - TERMS.count);
  }));

it("is spread over all recipients, and is another one for each push", async () => {
  const chosen: number[][] = [];
  for (const id of ["1m8ctgnkksas1x8s", "1m8ctgnkksas1x8t", "1m8ctk1pz0msr86b"]) {
    await inObject((storage) => {
      const world = new World(storage, 3_000, { id, canary: { ...TERMS, count: 300 } }, { window: 10_000 });
      world.sweep();
      const due = world.ledger.sql.exec<{ id: number }>("SELECT id FROM delivery WHERE due_at IS NOT NULL").toArray();
      chosen.push(due.map((row) => row.id));
    });
  }
  for (const ids of chosen) {
    expect(ids).toHaveLength(300);
    // Each third of the ids, and each residue, has about a third of them.
    for (const part of [(n: number) => Math.floor((n - 1) / 1_000), (n: number) => n % 3]) {
      for (const third of [0, 1, 2]) expect(ids.filter((one) => part(one) === third).length).toBeGreaterThan(65);
    }
  }
  const [first = [], second = []] = chosen;
  expect(first.filter((id) => second.includes(id)).length).toBeLessThan(80);
});

describe("its decisions", () => {
  it("fail exactly where the share is over the limit", () => {
    const count = fc.nat(50);
    fc.assert(
      fc.property(count, count, count, count, count, fc.double({ min: 0, max: 1, noNaN: true }), (...given) => {
        const [sent, failed, bounced, complained, doubts, maxFailureShare] = given;
        const tallies = {
          ...emptyTallies(),
          sent,
          failed,
          bounced,
          complained,
          in_doubt: doubts,
          deferred: 3,
          skipped: 9,
        };
        const bad = failed + bounced + complained + doubts;
        const facts = { isRunning: true, snapshotDone: true, tallies, pending: 0 };
        const fails = failureOf({ ...TERMS, maxFailureShare }, facts) !== null;
        expect(fails).toBe(bad + sent > 0 && bad / (bad + sent) > maxFailureShare);
      }),
    );
  });

  it("wait for the snapshot, the start and the choice", () => {
    const facts = { isRunning: true, snapshotDone: true, tallies: { ...emptyTallies(), pending: 9 }, pending: 0 };
    const canary = newCanary(TERMS);
    expect(nextStep(canary, { ...facts, snapshotDone: false }, 5)).toBeNull();
    expect(nextStep(canary, { ...facts, isRunning: false }, 5)).toBeNull();
    expect(nextStep(canary, facts, 5)).toEqual({ step: "choose", at: 5 });
    expect(nextStep({ ...canary, isChosen: true }, { ...facts, pending: 2 }, 5)).toBeNull();
    expect(nextStep({ ...canary, isChosen: true }, facts, 5)).toEqual({ step: "choose", at: 5 });
    const sent = { ...facts, tallies: { ...facts.tallies, sent: 1 } };
    expect(nextStep({ ...canary, isChosen: true }, sent, 5)).toEqual({ step: "wait", at: 5 });
    expect(nextStep({ ...canary, isChosen: true, waitsFrom: 5 }, sent, 6)).toEqual({ step: "judge", at: 5 + WAIT });
    expect(nextStep({ ...canary, isChosen: true, verdict: "passed" }, sent, 6)).toBeNull();
  });
});
