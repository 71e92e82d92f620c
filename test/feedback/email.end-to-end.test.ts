import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it, vi } from "vitest";
import { receiveEmail } from "../../src/feedback/email.ts";
import { signToken, type TokenPurpose } from "../../src/message/signed/delivery-token.ts";
import { newPushId } from "../../src/push/steering/id.ts";
import { findSuppressions } from "../../src/recipients/suppressions.ts";
import { address, outcome, World } from "../push/world.ts";
import { bytes, dsn } from "./mail/mails.ts";
import { statesOf } from "./states.ts";

const WAIT = { timeout: 30_000, interval: 200 };

async function receive(purpose: TokenPurpose, push: string, recipient: number, raw: Uint8Array): Promise<void> {
  const to = `bounce+${signToken(purpose, push, recipient, env.SIGNING_KEY)}@bounces.example.com`;
  const message = {
    to,
    raw: new Blob([raw]).stream(),
    forward: () => Promise.reject(new Error("not to be forwarded")),
  };
  await receiveEmail(message, { ...env, RETURN_PATH: "bounce@bounces.example.com" });
}

function report(action: string, status: string): Uint8Array {
  return bytes(dsn([["Final-Recipient: rfc822; somebody@example.org", `Action: ${action}`, `Status: ${status}`]]));
}

it("what came back by mail is in the ledger and on the list of suppressed addresses, and total is the sum of the tallies", async () => {
  const push = newPushId(Date.now());
  const object = env.PUSH.getByName(push);
  const all = [1, 2, 3, 4, 5];
  await runInDurableObject(object, (_object, { storage }) => {
    const world = new World(storage, all.length, { id: push }, {}, Date.now());
    const [, ...sent] = all;
    // The first delivery is in doubt: the relay took the mail, and its answer was lost.
    world.settle(world.sending(...all), outcome(1, "in_doubt"), ...sent.map((id) => outcome(id, "sent")));
  });
  // Twice, as after an answer that was lost.
  for (let time = 0; time < 2; time++) {
    await receive("return-path", push, 1, report("delayed", "4.4.1"));
    await receive("return-path", push, 2, report("failed", "5.1.1"));
    await receive("return-path", push, 3, report("failed", "5.2.2"));
    await receive("unsubscribe", push, 4, new Uint8Array());
    await receive("return-path", push, 5, report("delivered", "2.0.0"));
  }
  await vi.waitFor(async () => {
    expect(await statesOf(object)).toEqual({ states: ["sent", "bounced", "bounced", "sent", "sent"], sum: all.length });
  }, WAIT);
  const reasons = async () =>
    Promise.all(all.map(async (id) => (await findSuppressions(env.DB, address(id))).map(({ reason }) => reason)));
  await vi.waitFor(async () => expect(await reasons()).toEqual([[], ["no-such-user"], [], ["unsubscribed"], []]), WAIT);
});
