import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Relay } from "../../src/relay/object.ts";
import { atRest, first, forgetPeople, people, second, send, until } from "./pushes.ts";

beforeEach(forgetPeople);
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all([first.reset({}), second.reset({})]);
});

const FAULTS: [string, () => Promise<never>][] = [
  ["throws", () => Promise.reject(new Error("broken"))],
  ["never answers", () => new Promise<never>(() => {})],
];

it.each(FAULTS)("a push goes on at its last pace while its relay's object %s, and says so", async (_, fault) => {
  await people(300);
  const id = await send(["main"], { rate: 40 });
  await until(id, ({ tallies }) => tallies.sent >= 20);
  vi.spyOn(Relay.prototype, "report").mockImplementation(fault);
  await until(id, ({ relays }) => relays[0].silent);
  expect(await until(id, atRest)).toMatchObject({ status: "finished", tallies: { sent: 300 } });
  expect([...Object.values(await first.recipients())].filter((mails) => mails > 1)).toEqual([]);
});

it.each(FAULTS)("a push whose relay's object %s from the start sends slowly, and all", async (_, fault) => {
  vi.spyOn(Relay.prototype, "report").mockImplementation(fault);
  await people(4);
  const id = await send(["standby"]);
  expect(await until(id, atRest)).toMatchObject({ status: "finished", tallies: { sent: 4 } });
  const times = (await second.mails()).map(({ at }) => at).toSorted((a, b) => a - b);
  // Three gaps of a second, less what a slow machine moves.
  expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(2_000);
});
