import { describe, expect, it } from "vitest";
import type { Limits } from "../../src/push/limits.ts";
import type { NewPush } from "../../src/push/rpc.ts";
import { Simulation } from "./simulation.ts";
import { inObject, World } from "./world.ts";

const SENT = { kind: "sent" } as const;
/** Until the careful start has reached the rate's window. */
const START_MS = 45_000;
const MEASURED_MS = 60_000;

/** Mails per second that a push gets out in a minute, once it is under way, when its queue takes `queueMs`. */
async function rateOf(queueMs: number, push: Partial<NewPush>, perSecond: number | null): Promise<number> {
  let sent = 0;
  await inObject((storage) => {
    const relays: Limits["relays"] = [{ id: "default", weight: 1, perSecond, quotas: [] }];
    const world = new World(storage, 10_000, push, { window: 10_000, relays });
    const simulation = new Simulation(world, () => SENT, 1, 25, queueMs);
    simulation.run(START_MS);
    const before = world.ledger.tallies().sent;
    const from = world.now;
    simulation.run(MEASURED_MS);
    sent = (world.ledger.tallies().sent - before) / ((world.now - from) / 1000);
  });
  return sent;
}

describe("a queue that takes its time", () => {
  for (const queueMs of [0, 2_000, 4_000, 7_000]) {
    it(`of ${queueMs} ms leaves a push nine tenths of the rate that it asks for`, async () => {
      expect(await rateOf(queueMs, { rate: 50 }, null)).toBeGreaterThan(45);
    });

    it(`of ${queueMs} ms leaves a push nine tenths of what its relay takes`, async () => {
      expect(await rateOf(queueMs, {}, 50)).toBeGreaterThan(45);
    });

    it(`of ${queueMs} ms leaves a slow push its rate`, async () => {
      expect(await rateOf(queueMs, { rate: 1 }, null)).toBeGreaterThan(0.9);
    });
  }
});
