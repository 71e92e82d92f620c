import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { pushObject } from "../../src/push/call.ts";
import { newPushId } from "../../src/push/steering/id.ts";
import { NEW_PUSH } from "./world.ts";

it("a Worker whose code knows no relays, canaries and onceKeys makes a push that may use all relays and has none of the others", async () => {
  const { relays: _relays, priority: _priority, canary: _canary, ...known } = NEW_PUSH;
  const id = newPushId(Date.now());
  const sendAt = Date.now() + 60_000;
  const made = await pushObject(env, id).create({ ...known, id, sendAt, acceptUntil: Date.now() + 60_000 });
  expect(made).toMatchObject({ status: "scheduled", priority: "normal", canary: null, onceKey: null });
  expect(made?.relays?.length).toBeGreaterThan(0);
});
