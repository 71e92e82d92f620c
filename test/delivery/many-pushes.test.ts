import { createExecutionContext, createMessageBatch, getQueueResult, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, expect, it } from "vitest";
import { consume } from "../../src/delivery/consumer.ts";
import { pushObject } from "../../src/push/call.ts";
import type { Job } from "../../src/push/job.ts";
import type { NewPush } from "../../src/push/rpc.ts";
import { newPushId } from "../../src/push/steering/id.ts";
import { World } from "../push/world.ts";
import { relay } from "../setup/own-relay.ts";

beforeEach(async () => {
  await env.DB.prepare("DELETE FROM recipients").run();
  await env.DB.prepare(
    `INSERT INTO recipients (id, address, address_key, created_at, updated_at)
     SELECT value, 'p' || value || '@example.com', 'p' || value || '@example.com', 1, 1 FROM json_each('[1,2]')`,
  ).run();
});

async function queued(push: Partial<NewPush> = {}, people = 2, forMs = 0): Promise<string> {
  const id = newPushId(Date.now());
  await runInDurableObject(env.PUSH.getByName(id), (_object, { storage }) =>
    storage.transactionSync(() => {
      const world = new World(storage, people, { id, ...push }, {}, Date.now() - forMs);
      for (let ms = 0; ms <= forMs; ms += RELEASE_MS, world.pass(RELEASE_MS)) world.release();
    }),
  );
  return id;
}
/** Under a rate a push releases a few at a time. */
const RELEASE_MS = 50;

function run(ids: string[], bindings: Env = env, deliveries: readonly number[] = [1, 2]) {
  const batch = createMessageBatch<Job>(
    "mailpush",
    ids.flatMap((push, i) =>
      deliveries.map((id) => ({
        id: `m${i}.${id}`,
        timestamp: new Date(),
        attempts: 1,
        body: { push, id, release: 1 },
      })),
    ),
  );
  const context = createExecutionContext();
  return consume(batch, bindings).then(() => getQueueResult(batch, context));
}

it("a batch of many pushes opens no more sessions at once than SMTP_CONNECTIONS", async () => {
  await relay.reset({ rttMs: 50 });
  const ids = [];
  for (let i = 0; i < 12; i++) ids.push(await queued());
  await run(ids);
  for (const id of ids) expect((await pushObject(env, id).status())?.tallies.sent).toBe(2);
  const sessions = await relay.sessions();
  const peak = Math.max(
    ...sessions.map(
      ({ startedAt }) =>
        sessions.filter((other) => other.startedAt <= startedAt && (other.endedAt ?? Infinity) > startedAt).length,
    ),
  );
  expect(peak).toBeLessThanOrEqual(4);
});

/** How many deliveries the nth claim of a push was granted. */
function granted(push: string, nth = 1): Promise<number> {
  return runInDurableObject(env.PUSH.getByName(push), (_object, { storage }) => {
    const count = "SELECT json_array_length(granted) AS count FROM claim ORDER BY n LIMIT 1 OFFSET ?1";
    return storage.sql.exec<{ count: number }>(count, nth - 1).one().count;
  });
}

it("a batch waits for a slow push's next slot only where no other push is in it", async () => {
  await relay.reset({});
  const alone = await queued({ rate: 9 }, 2, 500);
  await run([alone]);
  expect(await granted(alone)).toBe(2);
  const [slow, other] = [await queued({ rate: 9 }, 2, 500), await queued()];
  await run([slow, other]);
  expect(await granted(other)).toBe(2);
  expect(await granted(slow)).toBe(1);
});

it("pushes of about the same rate that share a batch get the mails of their slots, not one each", async () => {
  await relay.reset({});
  const ids = [await queued({ rate: 20 }, 9, 2_000), await queued({ rate: 25 }, 9, 2_000)];
  await run(ids, env, [1]);
  await run(ids, env, [2, 3, 4, 5, 6, 7, 8, 9]);
  for (const id of ids) expect(await granted(id, 2)).toBeGreaterThan(4);
});

it("a push goes out through Email Service as through a relay, who is refused there included", async () => {
  const [open, narrow] = [await queued(), await queued()];
  const bindings = { ...env, TRANSPORT: "email-service" } as unknown as Env & { NARROW_EMAIL: SendEmail };
  expect((await run([open], bindings)).explicitAcks).toHaveLength(2);
  expect(await pushObject(env, open).status()).toMatchObject({ status: "finished", tallies: { sent: 2 } });
  // Bound to another sender and other recipients than this push has.
  await run([narrow], { ...bindings, EMAIL: bindings.NARROW_EMAIL } as unknown as Env);
  const refused = await pushObject(env, narrow).status();
  expect(refused).toMatchObject({ status: "paused", reason: expect.stringMatching(/email from .* not allowed/) });
  expect(refused?.tallies).toMatchObject({ sent: 0, failed: 0, pending: 2 });
});

it("a transport that cannot be made leaves nobody with the consumer", async () => {
  const id = await queued();
  await run([id], { ...env, TRANSPORT: "pigeon" } as unknown as Env);
  expect((await pushObject(env, id).status())?.tallies).toMatchObject({ sending: 0 });
});

it("a batch of pushes that are costly to prepare leaves the last ones unclaimed to another invocation", async () => {
  const html = "<p>{{ username }} and {{ area }}</p>".repeat(10_000);
  const ids = [];
  for (let i = 0; i < 9; i++) ids.push(await queued({ html }));
  const { explicitAcks, retryMessages } = await run(ids, { ...env, TRANSPORT: "none" } as unknown as Env);
  expect(explicitAcks.length).toBeGreaterThan(0);
  expect(retryMessages.length).toBeGreaterThan(0);
  expect(explicitAcks.length + retryMessages.length).toBe(18);
  const last = (await pushObject(env, ids.at(-1) ?? "").status())?.tallies;
  expect(last).toMatchObject({ queued: 2, sending: 0, failed: 0 });
});
