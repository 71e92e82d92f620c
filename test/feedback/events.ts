import type { Bounced, FeedbackEvent } from "../../src/feedback/event.ts";

let ids = 0;

/** An event about a delivery, unlike any before it. */
export function event<Kind extends FeedbackEvent["kind"]>(
  kind: Kind,
  recipient: number | null,
  more: Partial<Bounced> = {},
): FeedbackEvent {
  const known = { kind, id: `e${++ids}`, at: 1_000_000_000_000, source: "dsn", push: "p", recipient, address: null };
  const bounced = { status: "5.1.1", words: `no such user, says ${recipient}`, class: "no-such-user", permanent: true };
  const words = kind === "delivered" ? {} : { words: `words about ${recipient}` };
  const rest =
    kind === "bounced" ? { ...bounced, suppress: "no-such-user" } : kind === "delayed" ? { status: "4.4.1" } : {};
  return { ...known, ...words, ...rest, ...more } as FeedbackEvent;
}
