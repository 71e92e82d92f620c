import { createExecutionContext, createMessageBatch, getQueueResult, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it } from "vitest";
import { consume } from "../../src/delivery/consumer.ts";
import { consumeDeadLetters } from "../../src/delivery/settle/dead-letters.ts";
import { pushObject } from "../../src/push/call.ts";
import type { Job } from "../../src/push/job.ts";
import type { NewPush } from "../../src/push/rpc.ts";
import { newPushId } from "../../src/push/steering/id.ts";
import { NEW_PUSH, outcome, World } from "../push/world.ts";
import { relay } from "../setup/own-relay.ts";

beforeEach(async () => {
  await env.DB.batch([env.DB.prepare("DELETE FROM recipients"), env.DB.prepare("DELETE FROM suppressions")]);
  await relay.reset({});
});
afterEach(() => relay.reset({}));

/** A push for `people`, all of them on the queue, which we play ourselves: paused is the real one's way to us. */
async function queuedPush(people: number, more: Partial<NewPush> = {}): Promise<{ id: string; ids: number[] }> {
  await env.DB.prepare(
    `INSERT INTO recipients (address, address_key, username, created_at, updated_at)
     SELECT 'q' || value || '@example.com', 'q' || value || '@example.com', 'q' || value, 1, 1
     FROM json_each(?1)`,
  )
    .bind(JSON.stringify(Array.from({ length: people }, (_, i) => i)))
    .run();
  const id = newPushId(Date.now());
  await pushObject(env, id).create({ ...NEW_PUSH, id, filter: {}, expected: people, createdAt: Date.now(), ...more });
  const { results } = await env.DB.prepare("SELECT id FROM recipients ORDER BY id").all<{ id: number }>();
  return { id, ids: results.map((row) => row.id) };
}

async function status(id: string) {
  const now = await pushObject(env, id).status();
  if (now === null) throw new Error("no push");
  return now;
}

async function until(id: string, done: (now: Awaited<ReturnType<typeof status>>) => boolean): Promise<void> {
  while (!done(await status(id))) await new Promise((resolve) => setTimeout(resolve, 20));
}

let messages = 0;
function message(body: Job, attempts = 1) {
  return { id: `m${messages++}`, timestamp: new Date(), attempts, body };
}

/** Runs the consumer on a batch of these messages; gives what became of each, by message id. */
async function run(...batch: ReturnType<typeof message>[]) {
  const made = createMessageBatch<Job>("mailpush", batch);
  const context = createExecutionContext();
  await consume(made, env);
  return getQueueResult(made, context);
}

it("the same message delivered at the same time on two machines is sent once", async () => {
  const { id, ids } = await queuedPush(20);
  await until(id, (now) => now.tallies.queued + now.tallies.sending + now.tallies.sent === 20);
  const twice = ids.map((one) => message({ push: id, id: one, release: 1 }));
  const again = ids.map((one) => message({ push: id, id: one, release: 1 }));
  const results = await Promise.all([run(...twice), run(...again)]);
  for (const result of results) expect(result.explicitAcks.length).toBe(20);
  await until(id, (now) => now.status === "finished");
  expect(Object.values(await relay.recipients())).toEqual(Array(20).fill(1));
  expect((await status(id)).success).toBe(20);
});

it("a message for a delivery nobody knows, or of a push nobody made, is acked and sends nothing", async () => {
  const { id } = await queuedPush(1);
  await until(id, (now) => now.status === "finished");
  await relay.reset({});
  const unknown = message({ push: id, id: 999_999, release: 1 });
  const nobody = message({ push: newPushId(1), id: 1, release: 1 });
  const result = await run(unknown, nobody);
  expect(result.explicitAcks.sort()).toEqual([unknown.id, nobody.id].sort());
  expect((await relay.summary()).mails).toBe(0);
});

it("a message that comes late, after its delivery was sent, is acked", async () => {
  const { id, ids } = await queuedPush(3);
  await until(id, (now) => now.status === "finished");
  const late = message({ push: id, id: ids[0] ?? 0, release: 1 });
  const result = await run(late);
  expect(result.explicitAcks).toEqual([late.id]);
  expect(Object.values(await relay.recipients())).toEqual([1, 1, 1]);
});

it("a poisoned message does not touch the other pushes of its batch, and queue() does not throw", async () => {
  const { id, ids } = await queuedPush(2);
  await until(id, (now) => now.status === "finished");
  const poison = message({ push: id, id: "not a number" as unknown as number, release: 1 }, 3);
  const nothing = message(null as unknown as Job);
  const good = message({ push: id, id: ids[0] ?? 0, release: 1 });
  const result = await run(good, poison, nothing);
  expect(result.outcome).toBe("ok");
  expect(result.explicitAcks).toContain(good.id);
  const settled = [...result.explicitAcks, ...result.retryMessages.map((retry) => retry.msgId)];
  expect(settled.sort()).toEqual([good.id, poison.id, nothing.id].sort());
});

it("outcomes that could not be settled arrive by the queue, and even as a dead letter", async () => {
  const id = newPushId(Date.now());
  // Two deliveries in the hands of a consumer that could not reach the object any more.
  const token = await runInDurableObject(env.PUSH.getByName(id), (_object, state) => {
    return new World(state.storage, 2, { id }, {}, Date.now()).sending(1, 2);
  });
  const late = message({ push: id, token, settle: [outcome(1, "sent")] });
  expect((await run(late)).explicitAcks).toEqual([late.id]);
  expect((await status(id)).tallies).toMatchObject({ sent: 1, sending: 1 });
  await consumeDeadLetters(
    createMessageBatch<Job>("mailpush-dead", [message({ push: id, token, settle: [outcome(2, "failed")] })]),
    env,
  );
  expect(await status(id)).toMatchObject({ status: "finished", tallies: { sent: 1, failed: 1 } });
});

it("a deferred delivery's message that comes early is retried when the ledger says, not sooner", async () => {
  const id = newPushId(Date.now());
  await runInDurableObject(env.PUSH.getByName(id), (_object, state) => {
    const world = new World(state.storage, 1, { id }, {}, Date.now());
    world.settle(world.sending(1), outcome(1, "deferred"));
  });
  const early = message({ push: id, id: 1, release: 1 });
  const result = await run(early);
  expect(result.explicitAcks).toEqual([]);
  expect(result.retryMessages).toMatchObject([{ msgId: early.id }]);
});
