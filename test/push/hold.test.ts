import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { Result } from "../../src/core/result.ts";
import { wakeFacts } from "../../src/push/alarm/facts.ts";
import { nextWake } from "../../src/push/alarm/plan.ts";
import { pushObject } from "../../src/push/call.ts";
import { healthOf } from "../../src/push/health/health.ts";
import { nextPage } from "../../src/push/ledger/snapshot.ts";
import type { NewPush, PushChange } from "../../src/push/rpc.ts";
import { ASKED_FOR, cancel, pause, resume } from "../../src/push/steering/commands.ts";
import { contentOf } from "../../src/push/steering/create.ts";
import { approve, change, heldUntil } from "../../src/push/steering/hold.ts";
import { newPushId } from "../../src/push/steering/id.ts";
import { originOf } from "../../src/push/steering/origin.ts";
import { inObject, NEW_PUSH, newRequest, World } from "./world.ts";

const DAY = 86_400_000;

function rule(name: string, test: (world: World) => void, push: Partial<NewPush> = {}): void {
  it(name, () => inObject((storage) => test(new World(storage, 5, { held: true, ...push }))));
}

const approved = (world: World, version: number | null = null) => approve(world.ledger, world.push, version, world.now);
const changed = (world: World, asked: PushChange, version: number | null = null) =>
  change(world.ledger, world.push, asked, version, world.now);
const wakesAt = (world: World) =>
  nextWake({ ...wakeFacts(world.ledger, world.push, world.limits, world.now), mirrorAt: null }, world.now);
const codeOf = (result: Result<unknown, unknown>) => (result.ok ? "ok" : (result.error as { code?: string }).code);

rule("a held push has its recipients and sends nothing, however long it is held", (world) => {
  for (let day = 0; day < 29; day++) {
    world.sweep();
    expect(world.release()).toEqual([]);
    expect(world.claim([1, 2, 3]).send).toEqual([]);
    world.pass(DAY);
  }
  expect(world.states()).toEqual(Array(5).fill("pending"));
  expect(world.push).toMatchObject({ status: "held", started_at: null, expires_at: null, finished_at: null });
  expect(wakesAt(world)).toBe(heldUntil(world.push));
});

rule("its clock of expiry begins with its start, not with its creation", (world) => {
  world.pass(10 * DAY);
  expect(approved(world).ok).toBe(true);
  expect(world.push).toMatchObject({ status: "running", started_at: world.now, expires_at: world.now + DAY });
  expect(world.release()).toEqual([1, 2, 3, 4, 5]);
});

rule(
  "an approved push with a time ahead waits for it",
  (world) => {
    expect(approved(world).ok).toBe(true);
    world.sweep();
    expect([world.push.status, world.release()]).toEqual(["scheduled", []]);
    expect(wakesAt(world)).toBe(world.push.send_at);
    world.now = world.push.send_at ?? 0;
    world.sweep();
    expect(world.push.status).toBe("running");
  },
  { sendAt: 1_000_000_000_000 + DAY },
);

rule("pause, resume and retry are refused, and cancel works", (world) => {
  expect(pause(world.ledger, world.push, ASKED_FOR, world.now).ok).toBe(false);
  expect(resume(world.ledger, world.push, world.now).ok).toBe(false);
  expect(world.askRetry().ok).toBe(false);
  expect(world.push.status).toBe("held");
  expect(cancel(world.ledger, world.push).ok).toBe(true);
  world.sweep();
  expect(world.states()).toEqual(Array(5).fill("cancelled"));
  expect(world.push.finished_at).toBe(world.now);
});

rule("nobody approves it for 30 days: it cancels itself and says why, and nothing else may come first", (world) => {
  world.now = heldUntil(world.push);
  expect(approved(world).ok).toBe(false);
  expect(changed(world, { subject: "late" }).ok).toBe(false);
  world.sweep();
  expect(world.push).toMatchObject({ status: "cancelled", reason: expect.stringContaining("30 days") });
  expect(world.states()).toEqual(Array(5).fill("cancelled"));
  expect(world.push.finished_at).toBe(world.now);
});

rule("of two approvals and of a cancel and an approval the first counts", (world) => {
  expect([approved(world).ok, approved(world).ok]).toEqual([true, false]);
  cancel(world.ledger, world.push);
  expect(approved(world).ok).toBe(false);
  world.sweep();
  expect(world.push.status).toBe("cancelled");
});

rule("a change raises the version, once for what is the same", (world) => {
  expect(changed(world, { subject: "a", rate: 5 }, 1).ok).toBe(true);
  expect(world.push.content_version).toBe(2);
  expect(changed(world, { subject: "a", rate: 5 }).ok).toBe(true);
  expect(changed(world, {}).ok).toBe(true);
  expect(world.push.content_version).toBe(2);
  expect(healthOf(world.push).own?.gapMs).toBe(200);
  expect(changed(world, { rate: null }).ok).toBe(true);
  expect(healthOf(world.push).own).toBeNull();
});

rule("of two editors who saw one version the second is told, and so is the approver who saw it", (world) => {
  expect(codeOf(changed(world, { subject: "first" }, 1))).toBe("ok");
  expect(codeOf(changed(world, { subject: "second" }, 1))).toBe("outdated-version");
  expect(codeOf(approved(world, 1))).toBe("outdated-version");
  expect(world.push.status).toBe("held");
  expect(contentOf(world.ledger, "p").subject).toBe("first");
  expect(codeOf(approved(world, 2))).toBe("ok");
  expect(changed(world, { subject: "third" }, 2).ok).toBe(false);
  expect(contentOf(world.ledger, "p").subject).toBe("first");
});

rule(
  "a change by hand is no longer the template's content, a change of options still is, and the segment stays",
  (world) => {
    const template = { id: "t", version: 1 };
    changed(world, { priority: "high", expiresInSeconds: 60, relays: ["default"], inDoubt: "hold", list: false });
    expect(originOf(world.ledger)).toEqual({ template, segment: "s" });
    expect(contentOf(world.ledger, "p").list).toBe(false);
    expect(world.push).toMatchObject({ priority: "high", expires_in_seconds: 60, relays: '["default"]' });
    changed(world, { html: "<p>by hand</p>" });
    expect(originOf(world.ledger)).toEqual({ template: null, segment: "s" });
    changed(world, { subject: "s2", html: "h2", text: null, template: { id: "t", version: 2 } });
    expect(originOf(world.ledger)).toEqual({ template: { id: "t", version: 2 }, segment: "s" });
    expect(world.push.content_version).toBe(4);
  },
  { template: { id: "t", version: 1 }, segment: "s" },
);

rule("changes one after the other make no content larger than a row holds", (world) => {
  const html = "x".repeat(1_200_000);
  expect(codeOf(changed(world, { html }))).toBe("ok");
  expect(codeOf(changed(world, { text: html }))).toBe("body-too-large");
  expect(contentOf(world.ledger, "p").text).toBeNull();
  expect(codeOf(changed(world, { text: "x".repeat(799_000) }))).toBe("ok");
  // The row has the headers too.
  const headers = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`X-H${n}`, "值".repeat(998)]));
  expect(codeOf(changed(world, { headers }))).toBe("body-too-large");
  expect(contentOf(world.ledger, "p").headers).toEqual({});
  expect(codeOf(changed(world, { rate: 3 }))).toBe("ok");
});

it("goes on with its snapshot when it is approved in the middle of it, for now or for later", () =>
  inObject((storage) => {
    const world = new World(storage, 5, { held: true, sendAt: 1_000_000_000_000 + DAY });
    world.ledger.updatePush({ snapshot_done: 0, snapshot_cursor: 3 });
    expect(nextPage(world.push)).toEqual({ after: 3, bound: 5 });
    expect(approved(world).ok).toBe(true);
    expect([world.push.status, nextPage(world.push)]).toEqual(["scheduled", { after: 3, bound: 5 }]);
    pause(world.ledger, world.push, ASKED_FOR, world.now);
    expect(nextPage(world.push)).toEqual({ after: 3, bound: 5 });
    expect(wakesAt(world)).toBe(world.now);
  }));

it("an object that ends after the approval, before it releases, wakes for it", async () => {
  const id = newPushId(Date.now());
  const object = env.PUSH.getByName(id);
  await runInDurableObject(object, async (_object, { storage }) => {
    const world = new World(storage, 1, { id, held: true }, {}, Date.now());
    approve(world.ledger, world.push, null, Date.now());
    await storage.deleteAlarm();
  });
  await evictDurableObject(object);
  await object.status();
  await runInDurableObject(object, async (_object, { storage }) => {
    expect(await storage.getAlarm()).not.toBeNull();
  });
});

it("a command whose answer was lost is carried out once, and of two at once each gets its own answer", async () => {
  const id = newPushId(Date.now());
  const object = pushObject(env, id);
  // Nobody has such a name, so that nothing is sent.
  const push = { ...NEW_PUSH, id, filter: { username: "nobody at all" }, createdAt: Date.now() };
  await object.createGuarded(push, true);
  const edit = newRequest();
  const edits = [await object.change(edit, { subject: "a" }, 1), await object.change(edit, { subject: "a" }, 1)];
  expect(edits.map(({ ok }) => ok)).toEqual([true, true]);
  const [one, two] = [newRequest(), newRequest()];
  const answers = await Promise.all([one, two, one].map((request) => object.approve(request, 2)));
  expect(answers.map(({ ok }) => ok)).toEqual([true, false, true]);
  const status = await object.status();
  expect(status?.steering?.map(({ action }) => action)).toEqual(["create", "change", "approve"]);
});
