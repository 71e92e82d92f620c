import { createExecutionContext, createMessageBatch, getQueueResult, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it } from "vitest";
import { consume } from "../../src/delivery/consumer.ts";
import { pushObject } from "../../src/push/call.ts";
import type { Job } from "../../src/push/job.ts";
import { newPushId } from "../../src/push/steering/id.ts";
import { withBrokenLine } from "../push/broken-line.ts";
import { withOlderObject } from "../push/older-object.ts";
import { address, World } from "../push/world.ts";
import { relay } from "../setup/own-relay.ts";

const PEOPLE = 10;

beforeEach(async () => {
  await env.DB.batch([env.DB.prepare("DELETE FROM recipients"), env.DB.prepare("DELETE FROM suppressions")]);
  const people = Array.from({ length: PEOPLE }, (_, i) => [i + 1, address(i + 1)]);
  await env.DB.prepare(
    `INSERT INTO recipients (id, address, address_key, username, created_at, updated_at)
     SELECT value ->> 0, value ->> 1, value ->> 1, '', 1, 1 FROM json_each(?1)`,
  )
    .bind(JSON.stringify(people))
    .run();
  await relay.reset({});
});
afterEach(() => relay.reset({}));

/** A push whose deliveries are on the queue, and their messages. */
async function released() {
  const id = newPushId(Date.now());
  const ids = await runInDurableObject(env.PUSH.getByName(id), (_object, state) =>
    state.storage.transactionSync(() => new World(state.storage, PEOPLE, { id }, {}, Date.now()).release()),
  );
  const messages = ids.map((one) => ({
    id: `m${one}`,
    timestamp: new Date(),
    attempts: 1,
    body: { push: id, id: one, release: 1 },
  }));
  return { id, batch: createMessageBatch<Job>("mailpush", messages) };
}

it.each([
  ["onceKeys", ["once"]],
  ["several relays", ["once", "relay", "sessions"]],
])("during a deployment an object whose code is from before %s has its mails sent too", async (_before, unknown) => {
  const { id, batch } = await released();
  await consume(batch, withOlderObject(...unknown));
  expect((await pushObject(env, id).status())?.tallies).toMatchObject({ sent: PEOPLE });
  expect(Object.values(await relay.recipients())).toEqual(Array(PEOPLE).fill(1));
});

it.each(["claim", "settle"])(
  "a lost answer to a %s is asked for again, and everybody gets one mail",
  async (method) => {
    const { id, batch } = await released();
    // In words that promise nothing: not marked as retryable.
    const { bindings, made } = withBrokenLine({ method, calls: 1, committed: true });
    const context = createExecutionContext();
    await consume(batch, bindings);
    const { explicitAcks, retryMessages } = await getQueueResult(batch, context);
    expect({ acked: explicitAcks.length, retried: retryMessages.length }).toEqual({ acked: PEOPLE, retried: 0 });
    expect(made.filter((one) => one === method).length).toBe(2);
    expect(Object.values(await relay.recipients())).toEqual(Array(PEOPLE).fill(1));
    expect((await pushObject(env, id).status())?.tallies).toMatchObject({ sent: PEOPLE, sending: 0 });
  },
);
