import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { createHmac } from "node:crypto";
import { expect, it, vi } from "vitest";
import { signToken } from "../../../src/message/signed/delivery-token.ts";
import { newPushId } from "../../../src/push/steering/id.ts";
import { findSuppressions } from "../../../src/recipients/suppressions.ts";
import { call } from "../../http/api.ts";
import { address, outcome, World } from "../../push/world.ts";
import { statesOf } from "../states.ts";

const KEY = "key-of-the-webhooks-of-mailgun";

/** A call of Mailgun about this delivery. */
function callOf(push: string, recipient: number, token: string, event: object): string {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac("sha256", KEY)
    .update(timestamp + token)
    .digest("hex");
  const variables = { mailpush: signToken("event", push, recipient, env.SIGNING_KEY) };
  return JSON.stringify({
    signature: { timestamp, token, signature },
    "event-data": {
      id: token,
      timestamp: Date.now() / 1000,
      recipient: address(recipient),
      "user-variables": variables,
      ...event,
    },
  });
}

it("what a provider tells is in the ledger and on the list of suppressed addresses, and total is the sum of the tallies", async () => {
  const push = newPushId(Date.now());
  const object = env.PUSH.getByName(push);
  await runInDurableObject(object, (_object, { storage }) => {
    const world = new World(storage, 3, { id: push }, {}, Date.now());
    world.settle(world.sending(1, 2, 3), outcome(1, "sent"), outcome(2, "sent"), outcome(3, "sent"));
  });
  const unknownUser = { code: 550, message: "5.1.1 no such user", "enhanced-code": "5.1.1" };
  const bounce = { event: "failed", severity: "permanent", reason: "bounce", "delivery-status": unknownUser };
  const bindings = { ...env, MAILGUN_SIGNING_KEY: KEY } as Env;
  for (const [recipient, event] of [
    [1, bounce],
    [2, { event: "complained" }],
    [2, { event: "delivered" }],
  ] as const) {
    // Twice, under tokens of its own: Mailgun tells a domain's and an account's webhook.
    for (const time of [1, 2]) {
      const body = callOf(push, recipient, `${recipient}-${event.event}-${time}`.padEnd(50, "0"), event);
      expect((await call("POST", "/api/feedback/mailgun", body, {}, bindings)).status).toBe(200);
    }
  }
  await vi.waitFor(async () => expect((await statesOf(object)).states).toEqual(["bounced", "complained", "sent"]), {
    timeout: 30_000,
    interval: 200,
  });
  expect((await statesOf(object)).sum).toBe(3);
  await vi.waitFor(
    async () => expect(await findSuppressions(env.DB, address(2))).toMatchObject([{ reason: "complained" }]),
    { timeout: 30_000, interval: 200 },
  );
  expect(await findSuppressions(env.DB, address(3))).toEqual([]);
});
