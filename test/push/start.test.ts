import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { delayResends } from "../../src/push/ledger/start.ts";
import { newPushId } from "../../src/push/steering/id.ts";
import { inObject, outcome, World } from "./world.ts";

const MINUTE = 60_000;

function rule(name: string, test: (world: World, due: () => number) => void): void {
  it(name, () =>
    inObject((storage) => {
      const world = new World(storage, 3);
      // A relay that accepts: else resends wait for more than time.
      world.settle(world.sending(3), outcome(3, "sent"));
      world.settle(world.sending(1), outcome(1, "in_doubt"));
      test(world, () => world.row(1).due_at ?? 0);
    }),
  );
}

/** The object starts. */
function start(world: World): void {
  delayResends(world.ledger, world.limits.backoffScale, world.now);
}

rule("a doubt that came due while the object was away waits two minutes more, for settles to arrive", (world, due) => {
  world.pass(60 * MINUTE);
  start(world);
  world.sweep();
  expect(world.row(1).state).toBe("in_doubt");
  expect(due()).toBe(world.now + 2 * MINUTE);
  world.pass(2 * MINUTE);
  world.sweep();
  expect(world.row(1).state).toBe("pending");
});

rule("an object that starts for the resend itself, having been idle, puts it off once and no more", (world, due) => {
  world.now = due();
  start(world);
  expect(due()).toBe(world.now + 2 * MINUTE);
  world.now = due() + 50;
  start(world);
  world.sweep();
  expect(world.row(1).state).toBe("pending");
});

rule("being away again puts it off again", (world, due) => {
  world.now = due();
  start(world);
  world.pass(30 * MINUTE);
  start(world);
  expect(due()).toBe(world.now + 2 * MINUTE);
});

rule("a doubt that is due later, or held for a person, is left as it is", (world, due) => {
  world.settle(world.sending(2), outcome(2, "in_doubt"));
  world.ledger.moveAll([2], "in_doubt", "in_doubt", { due_at: null }, world.now);
  const before = due();
  start(world);
  expect(due()).toBe(before);
  expect(world.row(2).due_at).toBeNull();
});

it("the object itself puts resends off when it starts", async () => {
  const id = newPushId(Date.now());
  const object = env.PUSH.getByName(id);
  await runInDurableObject(object, (_object, { storage }) => {
    const world = new World(storage, 1, { id }, {}, Date.now() - 60 * MINUTE);
    world.settle(world.sending(1), outcome(1, "in_doubt"));
  });
  await evictDurableObject(object);
  const before = Date.now();
  const { deliveries } = await object.deliveries({ state: "in_doubt", after: 0, limit: 1 });
  // Two minutes by the tests' scale.
  expect(deliveries[0]?.dueAt).toBeGreaterThanOrEqual(before + 1_200);
});
