import { claimRetryDelaySeconds } from "../core/backoff.ts";
import { settleDelaySeconds } from "../delivery/settle/settle-job.ts";
import { type EraseJob, erase, isErase } from "../erasure/job.ts";
import { logError } from "../log.ts";
import { callPush } from "../push/call.ts";
import { addSuppressions } from "../recipients/suppressions.ts";
import { type FeedbackEvent, isFeedback } from "./event.ts";
import { returnedBy } from "./suppressions.ts";

/**
 * Applies a batch of events: for each push one call, in which its object writes the suppressions to D1 and then the
 * ledger. A message is acked after both. Never throws, because a throw would redeliver acked messages too.
 */
export async function consumeFeedback(batch: MessageBatch, env: Env): Promise<void> {
  await Promise.all(batch.messages.map((message) => isErase(message.body) && eraseNext(message, message.body, env)));
  const byPush = Map.groupBy(eventsIn(batch), (message) => message.body.push);
  await Promise.all([...byPush].map(([push, messages]) => applyGroup(push, messages, env)));
}

async function eraseNext(message: Message, job: EraseJob, env: Env): Promise<void> {
  try {
    await erase(job, env, Date.now());
    message.ack();
  } catch (error) {
    logError({ at: "erasure", recipient: job.erase, error: String(error) });
    message.retry({ delaySeconds: claimRetryDelaySeconds(message.attempts) });
  }
}

async function applyGroup(push: string | null, messages: readonly Message<FeedbackEvent>[], env: Env): Promise<void> {
  const events = messages.map(({ body }) => body);
  try {
    const later = new Set(push === null ? await suppressOnly(events, env) : await apply(push, events, env));
    for (const message of messages) {
      if (later.has(message.body.id)) message.retry({ delaySeconds: settleDelaySeconds(env) });
      else message.ack();
    }
  } catch (error) {
    logError({ at: "feedback", push, messages: messages.length, error: String(error) });
    for (const message of messages) message.retry({ delaySeconds: claimRetryDelaySeconds(message.attempts) });
  }
}

async function apply(push: string, events: readonly FeedbackEvent[], env: Env): Promise<readonly string[]> {
  return (await callPush(env, push, (object) => object.feedback(events))).later;
}

/** Events of no push that we know of. */
async function suppressOnly(events: readonly FeedbackEvent[], env: Env): Promise<readonly string[]> {
  const entries = events.flatMap((event) => returnedBy(event));
  await addSuppressions(env.DB, entries, Date.now());
  return [];
}

/** The messages that are events. Others are logged and acked: a retry would not help. */
function eventsIn(batch: MessageBatch): Message<FeedbackEvent>[] {
  for (const message of batch.messages) {
    if (isFeedback(message.body) || isErase(message.body)) continue;
    logError({ at: "feedback", message: message.id, error: "not an event" });
    message.ack();
  }
  return batch.messages.filter((message): message is Message<FeedbackEvent> => isFeedback(message.body));
}
