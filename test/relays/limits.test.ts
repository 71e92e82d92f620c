import { afterEach, beforeEach, expect, it } from "vitest";
import { api, json } from "../http/api.ts";
import { atRest, first, forgetPeople, people, relay, second, send, until } from "./pushes.ts";

beforeEach(forgetPeople);
afterEach(() => Promise.all([first.reset({}), second.reset({})]));

it("stops at the quota of its relay, says when it goes on, and goes on", async () => {
  await people(130);
  const id = await send(["rationed"]);
  const waiting = await until(id, (status) => status.waiting !== null && status.tallies.sent >= 60);
  expect(waiting.waiting).toMatch(/quota of relay rationed .*60 .* goes on at about \d{4}-\d\d-\d\dT\d\d:\d\dZ/);
  const rationed = await relay("rationed");
  expect(rationed).toMatchObject({ quotas: [{ limit: 60, seconds: 6, used: 60 }] });
  const { freesAt } = rationed.quotas[0];
  expect(await until(id, atRest)).toMatchObject({ status: "finished", tallies: { sent: 130 } });
  const times = (await first.mails()).map(({ at }) => at).toSorted((a, b) => a - b);
  times.slice(60).forEach((at, index) => {
    expect(at - (times[index] as number)).toBeGreaterThan(5_000);
  });
  const firstUse = times[0] as number;
  expect(Date.parse(freesAt) - firstUse).toBeGreaterThan(5_000);
  expect(times.slice(60).every((at) => at >= Date.parse(freesAt) - 1_000)).toBe(true);
});

it("goes by the standby while the quota is used up", async () => {
  await people(130);
  const id = await send(["scarce", "standby"]);
  expect(await until(id, atRest)).toMatchObject({ status: "finished", tallies: { sent: 130 } });
  expect((await first.summary()).addresses).toBe(60);
  expect((await second.summary()).addresses).toBe(70);
});

it("warns of a push whose audience its quotas do not allow before it expires, though strict", async () => {
  await people(130);
  const create = async (change: object) => {
    const asked = {
      action: "mailpush",
      filter: {},
      subject: "Hello",
      html: "<p>Hello</p>",
      sendAt: new Date(Date.now() + 86_400_000).toISOString(),
    };
    return (await json(api("POST", "/api/pushes", { ...asked, ...change }))).warnings;
  };
  const message = expect.stringMatching(/quotas of rationed allow 120 mails within 10 s.* 130 at least 10 will expire/);
  const tooMany = [{ path: "$.expiresIn", message, allowed: 120 }];
  expect(await create({ relays: ["rationed"], expiresIn: 10, strict: true })).toEqual(tooMany);
  expect(await create({ relays: ["rationed"], expiresIn: 15 })).toEqual([]);
  expect(await create({ relays: ["rationed", "main"], expiresIn: 10 })).toEqual([]);
});

it("keeps to a number of sessions, and takes their refusal for no outage", async () => {
  await first.reset({ maxSessions: 2 });
  await people(900);
  const ids = await Promise.all([send(["main"]), send(["main"])]);
  for (const id of ids) {
    const outages: unknown[] = [];
    const status = await until(id, (now) => {
      if (!now.relay.ok) outages.push(now.relay);
      return atRest(now);
    });
    expect(status).toMatchObject({ status: "finished", tallies: { sent: 900 } });
    expect(outages).toEqual([]);
  }
  expect((await relay("main")).sessions.limit).toBeLessThanOrEqual(3);
});
