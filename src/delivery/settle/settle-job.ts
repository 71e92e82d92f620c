import { readSettings } from "../../config/settings.ts";
import { claimRetryDelaySeconds, queueDelaySeconds, SETTLE_RETRY_SECONDS } from "../../core/backoff.ts";
import { callPush } from "../../push/call.ts";
import { type DeliverJob, isJob, isSettle, type SettleJob } from "../../push/job.ts";

/**
 * Applies the outcomes of a settle that came by the queue. The messages of those that it defers were acked when the
 * settle was queued: makes new ones. A repeat makes them again; a claim drops what is too much.
 */
export async function applySettle({ push, token, settle, sessionsRefused }: SettleJob, env: Env): Promise<void> {
  const { later } = await callPush(env, push, (object) => object.settle({ token, outcomes: settle, sessionsRefused }));
  const messages = later.map(({ id, release, delaySeconds }): MessageSendRequest<DeliverJob> => {
    return { body: { push, id, release }, contentType: "json", delaySeconds };
  });
  if (messages.length > 0) await env.MAIL.sendBatch(messages);
}

/** Delay before the queue brings back a message that could not be handled. */
export function retryDelaySeconds(message: Message, env: Env): number {
  const settles = isJob(message.body) && isSettle(message.body);
  return settles ? settleDelaySeconds(env) : claimRetryDelaySeconds(message.attempts);
}

/** Delay before a queued settle arrives, or arrives again: much shorter than that of a doubt's resend. */
export function settleDelaySeconds(env: Env): number {
  return queueDelaySeconds(SETTLE_RETRY_SECONDS * 1000 * scaleOf(env));
}

/** An invalid configuration must not keep an outcome from its push. */
function scaleOf(env: Env): number {
  try {
    return readSettings(env).backoffScale;
  } catch {
    return 1;
  }
}
