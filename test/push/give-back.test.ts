import { expect, it } from "vitest";
import { wakeFacts } from "../../src/push/alarm/facts.ts";
import { statusOf } from "../../src/push/index/status.ts";
import { claim } from "../../src/push/ledger/claim.ts";
import { Ledger } from "../../src/push/ledger/ledger.ts";
import { nextReturning, postponeReturning, removeReturned } from "../../src/push/ledger/once/give-back.ts";
import { ONCE, UNRESERVED } from "../../src/push/rpc.ts";
import { cancel, resolve } from "../../src/push/steering/commands.ts";
import { event } from "../feedback/events.ts";
import { inObject, LIMITS, outcome, World } from "./world.ts";

const WITH_KEY = { once: { key: "welcome", macKey: "k" } };
/** More than the wait before people are given back. */
const LATER_MS = 31_000;

/** The recipients given back now. */
function givenBack(world: World): number[] {
  const all: number[] = [];
  for (;;) {
    const next = nextReturning(world.ledger, 1, 2, world.now);
    if (next === null) return all.sort((a, b) => a - b);
    all.push(...next.deliveries.map(({ recipient }) => recipient));
    removeReturned(world.ledger, next);
  }
}

it("failed, skipped, cancelled and expired give back; sent, in doubt, bounced and complained keep", async () => {
  await inObject((storage) => {
    const world = new World(storage, 9, WITH_KEY);
    const token = world.sending(1, 2, 3, 4, 5, 6, 7, 8);
    world.settle(
      token,
      outcome(1, "failed"),
      outcome(2, "skipped", { class: "unsubscribed" }),
      outcome(3, "untried"),
      outcome(4, "deferred"),
      outcome(5, "sent"),
      outcome(6, "in_doubt"),
      outcome(7, "sent"),
      outcome(8, "sent"),
    );
    world.feedback(event("bounced", 7), event("complained", 8));
    expect(givenBack(world), "their reservation may still be under way").toEqual([]);
    world.pass(LATER_MS);
    expect(givenBack(world)).toEqual([1, 2]);
    cancel(world.ledger, world.push);
    world.sweep();
    expect(world.states()).toEqual([
      "failed",
      "skipped",
      "cancelled",
      "cancelled",
      "sent",
      "in_doubt",
      "bounced",
      "complained",
      "cancelled",
    ]);
    world.pass(LATER_MS);
    expect(givenBack(world), "9 was never claimed").toEqual([3, 4]);
  });
  await inObject((storage) => {
    const world = new World(storage, 2, WITH_KEY);
    const token = world.sending(1, 2);
    world.settle(token, outcome(1, "untried"), outcome(2, "sent"));
    world.pass(86_400_001);
    world.sweep();
    expect(world.row(1)).toMatchObject({ state: "failed", class: "expired" });
    world.pass(LATER_MS);
    expect(givenBack(world)).toEqual([1]);
  });
});

it("a delivery that a retry has taken up again is not given back, and gives back anew when it ends again", async () => {
  await inObject((storage) => {
    const world = new World(storage, 2, WITH_KEY);
    world.settle(world.sending(1, 2), outcome(1, "failed"), outcome(2, "sent"));
    world.pass(LATER_MS - 2_000);
    world.retry({ states: ["failed"] });
    const token = world.sending(1);
    world.pass(2_000);
    expect(givenBack(world)).toEqual([]);
    world.settle(token, outcome(1, "failed", { class: "no-such-user" }));
    world.pass(LATER_MS - 2_000);
    expect(givenBack(world)).toEqual([]);
    world.pass(2_000);
    expect(nextReturning(world.ledger, 1, 9, world.now)?.deliveries).toEqual([{ recipient: 1, claim: 2 }]);
  });
});

it("a delivery that failed after a doubt keeps its person, unless a person decided that it did not arrive", async () => {
  await inObject((storage) => {
    const world = new World(storage, 2, WITH_KEY);
    world.settle(world.sending(1, 2), outcome(1, "in_doubt"), outcome(2, "in_doubt"));
    resolve(world.ledger, [2], "failed", world.now);
    world.pass(3_600_000);
    world.sweep();
    world.settle(world.sending(1), outcome(1, "failed"));
    expect(world.states()).toEqual(["failed", "failed"]);
    world.retry({ states: ["failed"], ids: [1] });
    world.settle(world.sending(1), outcome(1, "failed"));
    world.pass(LATER_MS);
    expect(givenBack(world)).toEqual([2]);
  });
});

it("nor where so much came back for it before that its story is full", () =>
  inObject((storage) => {
    const world = new World(storage, 1, WITH_KEY);
    const notes = Array.from({ length: 60 }, (_, n) => event("noted", 1, { id: `note ${n}` }));
    world.feedback(...notes);
    world.settle(world.sending(1), outcome(1, "in_doubt"));
    world.ledger.moveAll([1], "in_doubt", "in_doubt", { due_at: null }, world.now);
    world.retry({ states: ["in_doubt"] });
    world.settle(world.sending(1), outcome(1, "failed"));
    expect(world.row(1)).toMatchObject({ state: "failed", doubts: 0 });
    world.pass(LATER_MS);
    expect(givenBack(world)).toEqual([]);
  }));

it("wakes to give back, later if the key's object did not answer, and is retired only afterwards", async () => {
  await inObject((storage) => {
    const world = new World(storage, 1, WITH_KEY, { retentionMs: 0 });
    const facts = () => wakeFacts(world.ledger, world.push, world.limits, world.now);
    expect(facts().giveBackAt).toBeNull();
    const at = world.now;
    world.settle(world.sending(1), outcome(1, "failed"));
    expect(facts()).toMatchObject({ giveBackAt: at + 30_000, retentionEndsAt: at + 30_000 });
    world.pass(LATER_MS);
    postponeReturning(world.ledger, 1, world.now);
    expect(nextReturning(world.ledger, 1, 9, world.now)).toBeNull();
    expect(facts().giveBackAt).toBe(world.now + 60_000);
    world.pass(60_000);
    expect(givenBack(world)).toEqual([1]);
    expect(facts()).toMatchObject({ giveBackAt: null, retentionEndsAt: at });
  });
});

it("a claim names those of which an earlier mail may have arrived, also after a retry, and a repeat the same", async () => {
  await inObject((storage) => {
    const world = new World(storage, 4, WITH_KEY);
    const token = world.sending(1, 2, 3, 4);
    const doubt = [outcome(1, "in_doubt"), outcome(2, "in_doubt")];
    world.settle(token, ...doubt, outcome(3, "failed"), outcome(4, "untried"));
    world.ledger.moveAll([1, 2], "in_doubt", "in_doubt", { due_at: null }, world.now);
    world.retry({ states: ["failed", "in_doubt"] });
    world.pass(3_600_000);
    world.sweep();
    world.release();
    const again = world.claim([1, 2, 3, 4], "again");
    expect(again.send.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4]);
    expect(again.once?.doubted).toEqual([1, 2]);
    expect(world.claim([1, 2, 3, 4], "again")).toEqual(again);
  });
});

it("a consumer that cannot reserve is granted nothing, and one that can gets the key and the claim's number", async () => {
  await inObject((storage) => {
    const world = new World(storage, 1, WITH_KEY);
    world.release();
    const old = claim(world.ledger, LIMITS, { token: "old", ids: [1], knowsContent: true }, world.now);
    expect(old).toMatchObject({ send: [], once: null });
    expect(world.row(1)).toMatchObject({ state: "pending", attempts: 0 });
    world.pass(11_000);
    world.release();
    const granted = world.claim([1], "new");
    expect(granted).toMatchObject({ send: [1], once: { key: "welcome", macKey: "k", claim: world.row(1).claim } });
    expect(world.claim([1], "new"), "a repeat gets the same").toEqual(granted);
  });
});

it("a push without the key notes nothing", async () => {
  await inObject((storage) => {
    const world = new World(storage, 1);
    world.settle(world.sending(1), outcome(1, "failed"));
    world.pass(LATER_MS);
    expect(nextReturning(world.ledger, 1, 9, world.now)).toBeNull();
    expect(world.ledger.sql.exec("SELECT * FROM give_back").toArray()).toEqual([]);
  });
});

it("without an answer from the key's object the push waits and says so, uses no attempts, and then goes on", async () => {
  await inObject((storage) => {
    const world = new World(storage, 2, WITH_KEY);
    const down = { class: UNRESERVED, reply: "the recipients could not be reserved", address: null };
    world.settle(world.sending(1, 2), outcome(1, "outage", down), outcome(2, "outage", down));
    const status = () => statusOf(world.ledger, world.push, world.limits, world.now);
    expect(status()).toMatchObject({ waiting: down.reply, onceKey: "welcome", tallies: { pending: 2 } });
    expect(world.row(1)).toMatchObject({ attempts: 0, doubts: 0 });
    expect(world.relays.state().health.kind, "nothing is wrong with the relay").toBe("up");
    expect(world.release()).toEqual([]);
    world.pass(60_000);
    const taken = { class: ONCE, reply: "push q has this person under the same onceKey" };
    world.settle(world.sending(1), outcome(1, "skipped", taken));
    expect(status().waiting).toBeNull();
    expect(world.row(1)).toMatchObject({ state: "skipped", ...taken });
  });
});

it("knows the key again after a restart", async () => {
  await inObject((storage) => {
    const world = new World(storage, 1, WITH_KEY);
    expect(new Ledger(storage).once).toEqual(WITH_KEY.once);
    expect(world.ledger.once).toEqual(WITH_KEY.once);
  });
});
