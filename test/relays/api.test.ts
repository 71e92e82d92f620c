import { afterEach, beforeEach, expect, it } from "vitest";
import { api, json } from "../http/api.ts";
import { LOCKED_PASSWORD } from "../setup/relays.ts";
import { atRest, first, forgetPeople, people, relay, second, send, until } from "./pushes.ts";

const test = (id: string) => json(api("POST", `/api/relays/${id}/test`));

beforeEach(forgetPeople);
afterEach(() => Promise.all([first.reset({}), second.reset({})]));

it("lists every relay, and no password in any answer", async () => {
  await first.reset({ capabilities: ["AUTH PLAIN"], credentials: { username: "ann", password: "other" } });
  const answers = await Promise.all([
    api("GET", "/api/relays"),
    api("GET", "/api/relays/locked"),
    api("POST", "/api/relays/locked/test"),
    api("POST", "/api/relays/locked/pause"),
    api("POST", "/api/relays/locked/resume"),
  ]);
  const texts = await Promise.all(answers.map((answer) => answer.text()));
  expect(JSON.parse(texts[0] ?? "").data.map(({ id }: { id: string }) => id)).toEqual([
    "main",
    "standby",
    "locked",
    "rationed",
    "scarce",
    "closed",
  ]);
  for (const secret of [LOCKED_PASSWORD, btoa(LOCKED_PASSWORD), btoa(`\0ann\0${LOCKED_PASSWORD}`)]) {
    expect(texts.join()).not.toContain(secret);
  }
  expect(JSON.parse(texts[1] ?? "")).toMatchObject({ username: "ann", weight: 1, health: expect.any(String) });
});

it("tells what a relay offers, and how long each step took, and sends nothing", async () => {
  await first.reset({ capabilities: ["PIPELINING", "SIZE 1000", "AUTH PLAIN"] });
  expect(await test("locked")).toMatchObject({
    ok: true,
    connectMs: expect.any(Number),
    totalMs: expect.any(Number),
    offered: expect.anything(),
    authenticated: true,
    failure: null,
  });
  expect((await first.summary()).mails).toBe(0);
});

it("tells where a try of a relay ended: refused credentials, a closed port, silence", async () => {
  await first.reset({ capabilities: ["AUTH PLAIN"], credentials: { username: "ann", password: "other" } });
  expect(await test("locked")).toMatchObject({
    ok: false,
    failure: { stage: "auth", reply: expect.stringContaining("535") },
  });
  expect(await test("closed")).toMatchObject({ ok: false, failure: { stage: "connect", reply: null } });
  await second.reset({ rules: [{ stage: "greeting", stall: true }] });
  expect(await test("standby")).toMatchObject({ ok: false, failure: { stage: "greeting", reply: null } });
});

it("refuses a relay that is not configured", async () => {
  for (const [method, path] of [
    ["GET", "/api/relays/none"],
    ["POST", "/api/relays/none/test"],
    ["POST", "/api/relays/none/pause"],
    ["POST", "/api/relays/none/resume"],
  ] as const) {
    expect((await api(method, path)).status).toBe(404);
  }
});

it("sends nothing by a relay that a person has paused, until it is resumed, and says so", async () => {
  await people(500);
  const id = await send(["main"], { rate: 200 });
  await until(id, ({ tallies }) => tallies.sent > 50);
  expect(await json(api("POST", "/api/relays/main/pause"))).toMatchObject({ health: "paused" });
  const paused = await until(id, ({ status, tallies }) => status === "paused" && tallies.sending === 0);
  expect(paused.tallies.sent).toBeLessThan(500);
  expect(paused.reason).toContain("paused by a person");
  // Its row in D1 is a few seconds behind.
  for (;;) {
    const { resumed } = await json(api("POST", "/api/relays/main/resume"));
    if (resumed.length > 0) break;
    await api("POST", "/api/relays/main/pause");
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  expect(await until(id, atRest)).toMatchObject({ status: "finished", tallies: { sent: 500 } });
  expect(await relay("main")).toMatchObject({ health: "up" });
});
