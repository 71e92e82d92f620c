import { logError } from "../../log.ts";
import { callPush } from "../../push/call.ts";
import { isSettle, type Job, jobsOf } from "../../push/job.ts";
import type { DeadLetter } from "../../push/ledger/dead-letters.ts";
import { applySettle, retryDelaySeconds } from "./settle-job.ts";

/** Reports dead letters to their pushes; settle messages among them are applied, although late. */
export async function consumeDeadLetters(batch: MessageBatch, env: Env): Promise<void> {
  const byPush = Map.groupBy(jobsOf(batch), (message) => message.body.push);
  await Promise.all([...byPush].map(([push, messages]) => returnDeadLetters(push, messages, env)));
}

async function returnDeadLetters(push: string, messages: readonly Message<Job>[], env: Env): Promise<void> {
  const letters: DeadLetter[] = [];
  try {
    for (const { body } of messages) {
      if (isSettle(body)) {
        await applySettle(body, env);
      } else {
        letters.push({ id: body.id, release: body.release });
      }
    }
    if (letters.length > 0) await callPush(env, push, (object) => object.deadLetters(letters));
    for (const message of messages) message.ack();
  } catch (error) {
    logError({ at: "dead letters", push, messages: messages.length, error: String(error) });
    for (const message of messages) message.retry({ delaySeconds: retryDelaySeconds(message, env) });
  }
}
