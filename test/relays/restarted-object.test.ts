import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it } from "vitest";
import { atRest, first, forgetPeople, people, relay, second, send, together, until } from "./pushes.ts";

beforeEach(forgetPeople);
afterEach(() => Promise.all([first.reset({}), second.reset({})]));

const THROTTLED = "454 4.7.0 Throttling failure: Maximum sending rate exceeded";

it("two pushes lose and double nothing while their relay's object is restarted again and again, and it forgets no limit", async () => {
  await first.reset({ rateLimit: { perSecond: 100, reply: THROTTLED } });
  await people(80, "one");
  await people(80, "two");
  const ids = [await send(["main"], { filter: { area: "one" } }), await send(["main"], { filter: { area: "two" } })];
  const limits: unknown[] = [];
  for (const sent of [15, 45]) {
    for (const id of ids) await until(id, ({ tallies }) => tallies.sent >= sent);
    const { perSecond } = await relay("main");
    await evictDurableObject(env.RELAY.getByName("main"));
    limits.push([perSecond, (await relay("main")).perSecond].map((one) => one !== null));
  }
  for (const id of ids) {
    expect(await until(id, atRest)).toMatchObject({ status: "finished", tallies: { sent: 80 } });
  }
  expect(limits).toEqual(Array(2).fill([true, true]));
  const counts = together(await first.recipients());
  expect(counts.size).toBe(160);
  expect([...counts.values()].filter((mails) => mails > 1)).toEqual([]);
});
