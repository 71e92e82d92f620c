import { createExecutionContext, createMessageBatch, getQueueResult } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it, vi } from "vitest";
import { consumeQueue } from "../../src/queues.ts";

function batchOf(queue: string) {
  return createMessageBatch(queue, [{ id: "m", timestamp: new Date(), attempts: 1, body: { hello: 1 } }]);
}

it("the messages of a queue whose name is only like a known one go back, and are not acked", async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  for (const queue of ["other-dead", "mailpush-dead-2", "mailpush-other", "", "dead"]) {
    const batch = batchOf(queue);
    await consumeQueue(batch, env);
    const { explicitAcks, retryBatch, ackAll } = await getQueueResult(batch, createExecutionContext());
    expect({ queue, explicitAcks, ackAll, retry: retryBatch.retry }).toEqual({
      queue,
      explicitAcks: [],
      ackAll: false,
      retry: true,
    });
  }
});

it("each queue of wrangler.toml has a consumer that acks what is not its own kind of message", async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  for (const queue of ["mailpush", "mailpush-dead", "mailpush-feedback", "mailpush-feedback-dead"]) {
    const batch = batchOf(queue);
    await consumeQueue(batch, env);
    expect((await getQueueResult(batch, createExecutionContext())).explicitAcks, queue).toEqual(["m"]);
  }
});
