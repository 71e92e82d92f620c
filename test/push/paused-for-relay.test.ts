import { expect, it } from "vitest";
import { settle } from "../../src/push/ledger/settle.ts";
import { dueReports, isPausedFor, takeAnswer } from "../../src/push/relay/reporting.ts";
import { ASKED_FOR, pause, resume } from "../../src/push/steering/commands.ts";
import type { ReportAnswer } from "../../src/relay/rpc.ts";
import { inObject, outcome, World } from "./world.ts";

const STOPPED: ReportAnswer = {
  epoch: 5,
  health: { kind: "stopped", words: "535 5.7.8 refused (session 1)", by: "relay" },
  lease: null,
  sessions: null,
  askAgainInMs: 30_000,
  eager: false,
  yours: false,
  waiting: null,
};

/** The relay refuses our credentials to this push. */
function refuse(world: World): void {
  const token = world.sending(1, 2);
  const refusal = { address: null, class: "unauthorised", reply: "535 5.7.8 refused (session 2)" };
  const outcomes = [1, 2].map((id) => outcome(id, "unauthorised", refusal));
  settle(world.ledger, world.limits, { token, outcomes }, world.now);
}

/** The relay's object says that it has stopped, in the words that another push met. */
function answer(world: World): void {
  for (const asking of dueReports(world.ledger, world.limits, world.now)) {
    takeAnswer(world.ledger, world.limits, asking, STOPPED, world.now);
  }
}

it("a push that its relay's stop has paused is known as such, whatever words another push met", async () => {
  await inObject((storage) => {
    const world = new World(storage, 2);
    refuse(world);
    expect(world.push).toMatchObject({ status: "paused", reason: expect.stringContaining("session 2") });
    expect(isPausedFor(world.push, "default")).toBe(true);
    answer(world);
    expect(isPausedFor(world.push, "default")).toBe(true);
    expect(isPausedFor(world.push, "other")).toBe(false);
    resume(world.ledger, world.push, world.now);
    expect(isPausedFor(world.push, "default")).toBe(false);
  });
});

it("a push that a person has paused stays so when a relay of its own is resumed", async () => {
  await inObject((storage) => {
    const world = new World(storage, 2);
    const token = world.sending(1, 2);
    pause(world.ledger, world.push, ASKED_FOR, world.now);
    settle(world.ledger, world.limits, { token, outcomes: [outcome(1, "sent")] }, world.now);
    world.pass(2_000);
    answer(world);
    expect(world.push).toMatchObject({ status: "paused", reason: ASKED_FOR.words });
    expect(isPausedFor(world.push, "default")).toBe(false);
  });
});
