import { expect, it } from "vitest";
import { Simulation } from "./simulation.ts";
import { inObject, World } from "./world.ts";

const SENT = { kind: "sent" } as const;
/** As a consumer has it whose batch holds other pushes too. */
const SHARED_MS = 100;
const MEASURED_MS = 60_000;

it.each([0.5, 1, 3, 8])(
  "a push of %d/s keeps its rate beside others, and its consumers hardly wait for it",
  async (rate) => {
    await inObject((storage) => {
      const world = new World(storage, 1_000, { rate });
      const queueMs = [5, 40, 120, 300, 15];
      const simulation = new Simulation(
        world,
        () => SENT,
        1,
        25,
        (n) => queueMs[n % queueMs.length] ?? 0,
        SHARED_MS,
      );
      const { sent: before } = world.ledger.tallies();
      simulation.run(MEASURED_MS);
      const sent = world.ledger.tallies().sent - before;
      const { n: claims } = world.ledger.sql.exec<{ n: number }>("SELECT count(*) AS n FROM claim").one();
      expect(sent / (MEASURED_MS / 1000) / rate).toBeGreaterThan(0.95);
      expect(simulation.waitedMs / sent).toBeLessThan(20);
      // Each makes the way once, but for the few that come a little too soon.
      expect(simulation.queued / sent).toBeLessThan(1.3);
      expect(claims).toBeLessThanOrEqual(sent + 1);
    });
  },
);
