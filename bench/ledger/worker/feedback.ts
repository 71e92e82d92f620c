import type { FeedbackEvent } from "../../../src/feedback/event.ts";
import type { FeedbackKind } from "../step.ts";
import type { LedgerBench } from "./object.ts";

/** As the queue delivers events, and its consumer groups them. */
const GROUP = 100;
/** Groups of one push at once: `max_concurrency` of the feedback queue. */
const CONSUMERS = 5;

/** Events of one kind for these deliveries, in groups, each its own call, from as many consumers as the queue has. */
export async function returnedTo(
  object: DurableObjectStub<LedgerBench>,
  push: string,
  kind: FeedbackKind,
  ids: readonly number[],
): Promise<null> {
  let next = 0;
  const consumer = async () => {
    while (next < ids.length) {
      const group = ids.slice(next, next + GROUP);
      next += GROUP;
      await object.feedback(group.map((id) => eventOf(push, kind, id)));
      await scheduler.wait(0);
    }
  };
  await Promise.all(Array.from({ length: CONSUMERS }, consumer));
  return null;
}

function eventOf(push: string, kind: FeedbackKind, recipient: number): FeedbackEvent {
  const known = { id: `mail:${kind}:${push}:${recipient}:0`, at: Date.now(), source: "dsn", push, recipient };
  const event = { ...known, address: null };
  const words = `550 5.1.1 <reader${recipient}@area.example>: Recipient address rejected: User unknown`;
  switch (kind) {
    case "bounced":
      return {
        ...event,
        kind,
        status: "5.1.1",
        words,
        class: "no-such-user",
        permanent: true,
        suppress: "no-such-user",
      };
    case "full":
      return {
        ...event,
        kind: "bounced",
        status: "5.2.2",
        words: "552 5.2.2 Mailbox full",
        class: "mailbox-full",
        permanent: true,
        suppress: null,
      };
    case "complained":
      return { ...event, kind, words: "abuse" };
    case "unsubscribed":
      return { ...event, kind, words: null };
    case "delivered":
      return { ...event, kind };
    case "delayed":
      return { ...event, kind, status: "4.4.1", words: "451 4.4.1 timed out" };
  }
}
