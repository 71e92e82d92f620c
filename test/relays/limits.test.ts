import { afterEach, beforeEach, expect, it } from "vitest";
import { atRest, first, forgetPeople, people, relay, second, send, until } from "./pushes.ts";

beforeEach(forgetPeople);
afterEach(() => Promise.all([first.reset({}), second.reset({})]));

it("stops at the quota of its relay, says when it goes on, and goes on", async () => {
  await people(130);
  const id = await send(["rationed"]);
  const waiting = await until(id, (status) => status.waiting !== null && status.tallies.sent >= 60);
  expect(waiting.waiting).toMatch(/quota of relay rationed .*60 .* goes on at about \d{4}-\d\d-\d\dT\d\d:\d\dZ/);
  expect(await relay("rationed")).toMatchObject({ quotas: [{ limit: 60, seconds: 12, used: 60 }] });
  expect(await until(id, atRest)).toMatchObject({ status: "finished", tallies: { sent: 130 } });
  const times = (await first.mails()).map(({ at }) => at).toSorted((a, b) => a - b);
  times.slice(60).forEach((at, index) => {
    expect(at - (times[index] as number)).toBeGreaterThan(11_900);
  });
});

it("goes by the standby while the quota is used up", async () => {
  await people(130);
  const id = await send(["rationed", "standby"]);
  expect(await until(id, atRest)).toMatchObject({ status: "finished", tallies: { sent: 130 } });
  expect((await first.summary()).addresses).toBe(60);
  expect((await second.summary()).addresses).toBe(70);
});
