import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Allowance } from "../../src/delivery/allowance.ts";
import { deliverGroup } from "../../src/delivery/group.ts";
import { pushObject } from "../../src/push/call.ts";
import type { DeliverJob } from "../../src/push/job.ts";
import { newPushId } from "../../src/push/steering/id.ts";
import { World } from "../push/world.ts";
import { relay } from "../setup/own-relay.ts";

const PEOPLE = [1, 2, 3, 4, 5, 6];

beforeEach(async () => {
  await env.DB.batch([env.DB.prepare("DELETE FROM recipients"), env.DB.prepare("DELETE FROM suppressions")]);
  await env.DB.prepare(
    `INSERT INTO recipients (id, address, address_key, created_at, updated_at)
     SELECT value, 'p' || value || '@example.com', 'p' || value || '@example.com', 1, 1 FROM json_each(?1)`,
  )
    .bind(JSON.stringify(PEOPLE))
    .run();
  // One mail at a time, three seconds each.
  await relay.reset({ capabilities: [], rules: [{ stage: "content", delayMs: 3_000 }] });
});
afterEach(() => relay.reset({}));

/** Sends a push to all; `bindings` are the consumer's. Gives its tallies. */
async function send(bindings: Env = env) {
  const id = newPushId(Date.now());
  await runInDurableObject(env.PUSH.getByName(id), (_object, state) =>
    state.storage.transactionSync(() => void new World(state.storage, PEOPLE.length, { id }, {}, Date.now()).release()),
  );
  const messages = new Map(
    PEOPLE.map((one) => [one, { ack() {}, retry() {}, attempts: 1 } as unknown as Message<DeliverJob>]),
  );
  const share = { connections: 4, endsAt: Date.now() + 840_000, allowance: new Allowance() };
  await deliverGroup({ push: id, messages }, bindings, share);
  return (await pushObject(env, id).status())?.tallies;
}

async function untilFirstMail(): Promise<void> {
  while ((await relay.summary()).mails === 0) await new Promise((resolve) => setTimeout(resolve, 50));
}

it("a person suppressed, deleted or moved while others are mailed is treated so when their turn comes", async () => {
  const sending = send();
  await untilFirstMail();
  await env.DB.batch([
    env.DB.prepare(
      "INSERT INTO suppressions (address_key, reason, created_at) VALUES ('p4@example.com', 'unsubscribed', 1)",
    ),
    env.DB.prepare("DELETE FROM recipients WHERE id = 5"),
    env.DB.prepare("UPDATE recipients SET address = 'new6@example.com', address_key = 'new6@example.com' WHERE id = 6"),
  ]);
  expect(await sending).toMatchObject({ sent: 4, skipped: 2, sending: 0 });
  expect(Object.keys(await relay.recipients()).sort()).toEqual(
    ["new6", "p1", "p2", "p3"].map((name) => `${name}@example.com`),
  );
});

it("when recipients cannot be read again, the rest goes back untried and nobody fails", async () => {
  let reads = 0;
  const broken = {
    prepare: (sql: string) => {
      if (sql.includes("JOIN recipients") && ++reads > 1) throw new Error("D1 is down");
      return env.DB.prepare(sql);
    },
  };
  const tallies = await send({ ...env, DB: broken as unknown as D1Database });
  expect(reads).toBe(2);
  expect(tallies).toMatchObject({ failed: 0, skipped: 0, sending: 0, in_doubt: 0 });
  const { sent = 0, pending = 0, queued = 0 } = tallies ?? {};
  expect(sent).toBeGreaterThan(0);
  expect(sent).toBeLessThan(PEOPLE.length);
  expect(sent + pending + queued).toBe(PEOPLE.length);
});
