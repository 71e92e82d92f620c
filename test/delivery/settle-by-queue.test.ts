import { createExecutionContext, createMessageBatch, getQueueResult, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, it, vi } from "vitest";
import { consume } from "../../src/delivery/consumer.ts";
import { consumeDeadLetters } from "../../src/delivery/settle/dead-letters.ts";
import { Settler } from "../../src/delivery/settle/settler.ts";
import type { Job } from "../../src/push/job.ts";
import { newPushId } from "../../src/push/steering/id.ts";
import { withBrokenLine } from "../push/broken-line.ts";
import { address, outcome, World } from "../push/world.ts";

afterEach(() => vi.restoreAllMocks());

const OVERLOADED = Object.assign(new Error("the object is overloaded"), { overloaded: true });

interface Sent {
  readonly body: Job;
  readonly delaySeconds: number | undefined;
}

/** These bindings with real waits, and a queue that keeps what it is given. */
function withQueue(bindings: Env, { broken = false } = {}): { bindings: Env; sent: Sent[] } {
  const sent: Sent[] = [];
  const take = (body: Job, delaySeconds: number | undefined) => {
    if (broken) throw new Error("the queue is down");
    sent.push({ body, delaySeconds });
  };
  const MAIL = {
    send: async (body: Job, options?: QueueSendOptions) => take(body, options?.delaySeconds),
    sendBatch: async (messages: MessageSendRequest<Job>[]) => {
      for (const { body, delaySeconds } of messages) take(body, delaySeconds);
    },
  } as unknown as Env["MAIL"];
  return { bindings: { ...bindings, MAIL, BACKOFF_SCALE: "1" } as unknown as Env, sent };
}

function withoutObject(): Env {
  return withBrokenLine({ method: "settle", calls: Infinity, committed: false, error: OVERLOADED }).bindings;
}

/** A push whose first deliveries are held under a token. */
async function claimed(...ids: number[]): Promise<{ push: string; token: string }> {
  const push = newPushId(Date.now());
  const token = await runInDurableObject(env.PUSH.getByName(push), (_object, { storage }) =>
    new World(storage, ids.length, { id: push }, {}, Date.now()).sending(...ids),
  );
  return { push, token };
}

/** Delivers one message; gives the delay with which it goes back, or null if it is acked. */
async function delayOf(body: Job, attempts: number, bindings: Env, queue = "mailpush"): Promise<number | null> {
  const batch = createMessageBatch<Job>(queue, [{ id: "m", timestamp: new Date(), attempts, body }]);
  const retry = vi.spyOn(batch.messages[0] as Message<Job>, "retry");
  await (queue === "mailpush" ? consume : consumeDeadLetters)(batch, bindings);
  const { explicitAcks } = await getQueueResult(batch, createExecutionContext());
  return explicitAcks.length > 0 ? null : (retry.mock.calls[0]?.[0]?.delaySeconds ?? 0);
}

it("outcomes that the object does not take go onto the queue, and come back in half a minute, every time", async () => {
  const { push, token } = await claimed(1);
  const { bindings, sent } = withQueue(withoutObject());
  const settler = new Settler(bindings, push, token, 25);
  settler.report(outcome(1, "sent"));
  await settler.end();
  expect(sent).toEqual([{ body: { push, token, settle: [outcome(1, "sent")] }, delaySeconds: 30 }]);
  const job = { push, token, settle: [outcome(1, "sent")] };
  for (const attempts of [1, 7, 99]) {
    expect(await delayOf(job, attempts, bindings)).toBe(30);
    expect(await delayOf(job, attempts, bindings, "mailpush-dead")).toBe(30);
  }
  expect(await delayOf(job, 1, env)).toBeNull();
});

it("a delivery that is deferred by the queue comes back when it is due, also when the first answer was lost", async () => {
  const { push, token } = await claimed(1, 2, 3);
  const settle = [outcome(1, "deferred"), outcome(2, "sent"), outcome(3, "deferred", { class: "mailbox-full" })];
  const job = { push, token, settle };
  const down = withQueue(env, { broken: true });
  expect(await delayOf(job, 1, down.bindings)).toBe(30);
  const { bindings, sent } = withQueue(env);
  expect(await delayOf(job, 2, bindings)).toBeNull();
  const { deliveries } = await env.PUSH.getByName(push).deliveries({ state: "deferred", after: 0, limit: 10 });
  expect(sent).toEqual(
    deliveries.map(({ id, dueAt, updatedAt }) => ({
      body: { push, id, release: 1 },
      delaySeconds: Math.ceil(((dueAt ?? 0) - updatedAt) / 1000),
    })),
  );
  expect(sent.length).toBe(2);
});

it("outcomes that neither the object nor the queue takes are logged without an address", async () => {
  const { push, token } = await claimed(1, 2);
  const lines: string[] = [];
  vi.spyOn(console, "error").mockImplementation((line) => void lines.push(line));
  const settler = new Settler(withQueue(withoutObject(), { broken: true }).bindings, push, token, 25);
  const words = (id: number) => `550 5.1.1 <${address(id)}>: "Ann B"@example.com or X=${address(id)} unknown`;
  for (const id of [1, 2]) settler.report(outcome(id, "failed", { reply: words(id) }));
  await settler.end();
  const logged = lines.map((line) => JSON.parse(line)).find((line) => line.at === "settle by queue");
  expect(logged.outcomes).toMatchObject([{ id: 1, kind: "failed" }, { id: 2 }]);
  expect(lines.join("\n")).not.toMatch(/@|p1|Ann/);
  const [first, second] = logged.outcomes.map((one: { address: string }) => one.address);
  expect(first).toMatch(/^address-[0-9a-f]{12}$/);
  expect(logged.outcomes[0].reply, "the same one everywhere").toContain(first);
  expect(second).not.toBe(first);
});

it("sessions that the relay refused are told with the outcomes, also by the queue, and once", async () => {
  const { push, token } = await claimed(1, 2);
  const { bindings, sent } = withQueue(withoutObject());
  const settler = new Settler(bindings, push, token, 25);
  settler.refusedSessions(3);
  await settler.pulse();
  settler.report(outcome(1, "sent"));
  await settler.end();
  settler.report(outcome(2, "sent"));
  await settler.end();
  expect(sent.map(({ body }) => ("settle" in body ? body.sessionsRefused : null))).toEqual([3, undefined]);
});
