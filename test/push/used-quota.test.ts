import { expect, it } from "vitest";
import { waitingFor } from "../../src/push/index/relays.ts";
import { Simulation } from "./simulation.ts";
import { inObject, World } from "./world.ts";

const SENT = { kind: "sent" } as const;
const HOUR_S = 3_600;
const DAY_MS = 86_400_000;

/** What a push to 1,200 by a relay that takes 500 in 24 h says an hour after its start. */
async function waiting(expiresInSeconds: number, then: (world: World, simulation: Simulation) => void = () => {}) {
  let words: string | null = null;
  await inObject((storage) => {
    const relays = [{ id: "ses", weight: 1, perSecond: null, quotas: [{ limit: 500, seconds: 86_400 }] }];
    const world = new World(storage, 1_200, { expiresInSeconds }, { relays });
    const simulation = new Simulation(world, () => SENT);
    simulation.run(HOUR_S * 1_000);
    const { pending, queued, deferred, sent } = world.ledger.tallies();
    expect(sent).toBe(500);
    const reason = waitingFor(world.push, world.limits, pending + queued + deferred, world.now);
    expect(reason).toMatchObject({ code: "quota", params: { relay: "ses", limit: 500, seconds: 86_400 } });
    words = reason?.words ?? null;
    then(world, simulation);
  });
  return words;
}

it("a push whose relay's quota is used says when it goes on, and how many will have expired by then", async () => {
  const words = await waiting(24 * HOUR_S);
  const used = /^the quota of relay ses \(500 in 24 h\) is used; goes on at about (\S+); 700 will expire before$/;
  const [, goesOn = ""] = used.exec(words ?? "") ?? [];
  // From the first of the used mails on, in steps of a sixtieth of the time.
  const afterMs = Date.parse(goesOn) - 1_000_000_000_000;
  expect(afterMs).toBeGreaterThanOrEqual(DAY_MS);
  expect(afterMs).toBeLessThan(DAY_MS * (1 + 2 / 60));
});

it("a push that expires in its quota's second window counts those whom only the third would reach", async () => {
  expect(await waiting(40 * HOUR_S)).toMatch(/goes on at about \S+; 200 will expire before$/);
});

it("a push that its quota lets end in time goes on, and loses nobody", async () => {
  const words = await waiting(96 * HOUR_S, (world, simulation) => {
    simulation.run(3 * DAY_MS);
    expect(world.push.status).toBe("finished");
    expect(world.ledger.tallies()).toMatchObject({ sent: 1_200, failed: 0 });
  });
  expect(words).toMatch(/goes on at about \S+Z$/);
});
