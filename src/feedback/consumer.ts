import { logError } from "../log.ts";
import { isFeedback } from "./event.ts";

/** Applies a batch of events. Never throws, because a throw would redeliver acked messages too. */
export async function consumeFeedback(batch: MessageBatch, _env: Env): Promise<void> {
  for (const message of batch.messages) {
    if (isFeedback(message.body)) {
      message.retry({ delaySeconds: 60 });
      continue;
    }
    logError({ at: "feedback", message: message.id, error: "not an event" });
    message.ack();
  }
}
