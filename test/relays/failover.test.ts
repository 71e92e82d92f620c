import { afterEach, beforeEach, expect, it } from "vitest";
import { api, json } from "../http/api.ts";
import { atRest, first, forgetPeople, people, relay, second, send, together, until } from "./pushes.ts";

beforeEach(forgetPeople);
afterEach(() => Promise.all([first.reset({}), second.reset({})]));

// Seen to last minutes: the standby stayed out of it while a probe met the silence, and what a probe had no room for
// waited for the end of its lease.
it("goes by the standby while its relay says nothing, and by the relay again once it answers", async () => {
  await first.reset({
    rules: [
      { stage: "rcpt", from: 150, stall: true },
      { stage: "greeting", from: 5, stall: true },
    ],
  });
  await people(1_000);
  const id = await send(["main", "standby"], { rate: 150 });
  await waitFor(async () => (await second.summary()).mails > 100);
  const before = await first.recipients();
  await first.reset({});
  await waitFor(async () => (await first.summary()).mails > 50);
  const status = await until(id, atRest);
  expect(status).toMatchObject({ status: "finished", tallies: { sent: 1_000 } });
  const counts = together(before, await first.recipients(), await second.recipients());
  expect(counts.size).toBe(1_000);
  expect([...counts.values()].filter((mails) => mails > 1)).toEqual([]);
});

it("sends a doubt of the relay that fell silent by the standby, and nothing else twice", async () => {
  await first.reset({
    rules: [
      { stage: "content", from: 100, stall: true, taken: true },
      { stage: "greeting", from: 5, stall: true },
    ],
  });
  await people(600);
  const id = await send(["main", "standby"], { inDoubt: "resend" });
  const status = await until(id, atRest);
  expect(status).toMatchObject({ status: "finished", tallies: { sent: 600 } });
  const counts = together(await first.recipients(), await second.recipients());
  expect(counts.size).toBe(600);
  const doubled = [...counts.values()].filter((mails) => mails > 1).length;
  // One for each session that was open.
  expect(doubled).toBeLessThanOrEqual(4);
});

it("goes by the standby when its relay refuses our password, and says why", async () => {
  await first.reset({ capabilities: ["AUTH PLAIN LOGIN"], credentials: { username: "ann", password: "other" } });
  await people(300);
  const id = await send(["locked", "standby"]);
  expect(await until(id, atRest)).toMatchObject({ status: "finished", tallies: { sent: 300 } });
  expect((await second.summary()).addresses).toBe(300);
  expect(await relay("locked")).toMatchObject({ health: "stopped", reason: expect.stringMatching(/535/) });
  expect(await relay("standby")).toMatchObject({ health: "up", reason: null });
});

it("pauses where the only relay refuses our password, until that relay is resumed", async () => {
  await first.reset({ capabilities: ["AUTH PLAIN LOGIN"], credentials: { username: "ann", password: "other" } });
  await people(300);
  const id = await send(["locked"]);
  const paused = await until(id, (status) => atRest(status) && status.tallies.sending === 0);
  expect(paused).toMatchObject({
    status: "paused",
    reason: expect.stringMatching(/535/),
    tallies: { sent: 0, failed: 0 },
  });
  await first.reset({ capabilities: ["AUTH PLAIN LOGIN"] });
  // At once: nobody has to wait until the list of pushes shows the pause.
  const resumed = await json(api("POST", "/api/relays/locked/resume"));
  expect(resumed).toMatchObject({ health: "up", resumed: [id] });
  expect(await until(id, atRest)).toMatchObject({ status: "finished", tallies: { sent: 300 } });
});

it("pauses only the push whose sender a relay refuses", async () => {
  await first.reset({
    rules: [{ stage: "mail", sender: "stranger", reply: "553 5.7.1 Sender address rejected: not owned by user" }],
  });
  await people(400);
  const [refused, healthy] = await Promise.all([
    send(["main"], { from: "stranger@example.com" }),
    send(["main"], { rate: 200 }),
  ]);
  expect(await until(refused, atRest)).toMatchObject({
    status: "paused",
    reason: expect.stringContaining("not owned"),
  });
  expect(await until(healthy, atRest)).toMatchObject({ status: "finished", tallies: { sent: 400 } });
  expect(await relay("main")).toMatchObject({ health: "up" });
});

async function waitFor(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 50));
}
