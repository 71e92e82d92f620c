import { expect, it } from "vitest";
import { Simulation } from "./simulation.ts";
import { inObject, World } from "./world.ts";

const SENT = { kind: "sent" } as const;

it("a push goes on at its last pace when its relay's object falls silent, then slowly, then as before", async () => {
  await inObject((storage) => {
    const relays = [{ id: "default", weight: 1, perSecond: 20, quotas: [] }];
    const world = new World(storage, 3_000, {}, { relays });
    const simulation = new Simulation(world, () => SENT);
    const sentIn = (ms: number) => {
      const { sent } = world.ledger.tallies();
      simulation.run(ms);
      return world.ledger.tallies().sent - sent;
    };
    sentIn(10_000);
    world.relays.silent = true;
    expect(sentIn(20_000)).toBeGreaterThan(200);
    sentIn(20_000);
    const slowly = sentIn(60_000);
    expect(slowly).toBeGreaterThan(30);
    expect(slowly).toBeLessThan(90);
    world.relays.silent = false;
    sentIn(10_000);
    expect(sentIn(20_000)).toBeGreaterThan(300);
    expect(simulation.triedTwice).toBe(0);
  });
});
