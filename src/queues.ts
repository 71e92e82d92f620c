import { consume } from "./delivery/consumer.ts";
import { consumeDeadLetters } from "./delivery/settle/dead-letters.ts";
import { consumeFeedback } from "./feedback/consumer.ts";
import { consumeEmailService } from "./feedback/email-service-events.ts";
import { logError } from "./log.ts";

type Consumer = (batch: MessageBatch, env: Env) => Promise<void>;

/** By exact name: a consumer acks what it does not understand, and so would lose what is meant for another. */
const CONSUMERS: ReadonlyMap<string, Consumer> = new Map([
  ["mailpush", consume],
  ["mailpush-dead", consumeDeadLetters],
  ["mailpush-feedback", consumeFeedback],
  ["mailpush-feedback-dead", consumeFeedback],
  ["mailpush-email-service", consumeEmailService],
]);

/** Hands a batch to its queue's consumer. The messages of an unknown queue go back to it. */
export async function consumeQueue(batch: MessageBatch, env: Env): Promise<void> {
  const consumer = CONSUMERS.get(batch.queue);
  if (consumer !== undefined) return consumer(batch, env);
  logError({ at: "queue", queue: batch.queue, messages: batch.messages.length, error: "no consumer has this name" });
  batch.retryAll({ delaySeconds: UNKNOWN_RETRY_SECONDS });
}

/** A deployment that knows the queue may follow. */
const UNKNOWN_RETRY_SECONDS = 60;
