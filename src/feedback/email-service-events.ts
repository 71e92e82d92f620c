import { logError, logEvent } from "../log.ts";
import { type FeedbackEvent, sendFeedback } from "./event.ts";
import { type EmailServiceEvent, parseEmailService, readEmailService } from "./providers/email-service.ts";
import { findSent } from "./providers/sent-messages.ts";

/** An event may overtake the settle that tells which delivery it is about. */
const UNKNOWN_FOR_MS = 10 * 60_000;
const RETRY_SECONDS = 30;

/**
 * Takes the events of Cloudflare Email Service from the queue that its event subscription fills, and puts what they say
 * onto the feedback queue. An unknown message id is tried again for ten minutes: then it is no mail of ours. Never throws,
 * because a throw would redeliver acked messages too.
 */
export async function consumeEmailService(batch: MessageBatch, env: Env): Promise<void> {
  const now = Date.now();
  const told: { readonly message: Message; readonly event: EmailServiceEvent }[] = [];
  const ignored: Message[] = [];
  for (const message of batch.messages) {
    const event = parseEmailService(message.body);
    if (event === null) ignored.push(message);
    else told.push({ message, event });
  }
  try {
    const sent = await findSent(
      env.DB,
      told.map(({ event }) => event.messageId),
    );
    const events: FeedbackEvent[] = [];
    const taken: Message[] = [];
    for (const { message, event } of told) {
      const delivery = sent.get(event.messageId);
      if (delivery === undefined) {
        if (now - message.timestamp.getTime() < UNKNOWN_FOR_MS) message.retry({ delaySeconds: RETRY_SECONDS });
        else ignored.push(message);
        continue;
      }
      const read = readEmailService(event, delivery, now);
      if (read === null) ignored.push(message);
      else {
        events.push(read);
        taken.push(message);
      }
    }
    await sendFeedback(env, events);
    for (const message of taken) message.ack();
  } catch (error) {
    logError({ at: "feedback", source: "email-service", messages: told.length, error: String(error) });
    // The first call on a message counts: those already put back stay so.
    for (const { message } of told) message.retry({ delaySeconds: RETRY_SECONDS });
    return;
  }
  for (const message of ignored) message.ack();
  if (ignored.length > 0) logEvent({ at: "feedback", source: "email-service", ignored: ignored.length });
}
