import { expect, it } from "vitest";
import { type FeedbackEvent, isFeedback, sendFeedback } from "../../src/feedback/event.ts";

const BOUNCED: FeedbackEvent = {
  kind: "bounced",
  id: "dsn-1",
  at: 1_000,
  source: "dsn",
  push: "p",
  recipient: 1,
  address: null,
  status: "5.1.1",
  words: "no such user",
  class: "no-such-user",
  permanent: true,
  suppress: "no-such-user",
};

async function sent(events: readonly FeedbackEvent[], refuses = false): Promise<FeedbackEvent[][]> {
  const batches: FeedbackEvent[][] = [];
  const FEEDBACK = {
    sendBatch: async (messages: MessageSendRequest<FeedbackEvent>[]) => {
      if (refuses) throw new Error("the queue is down");
      batches.push(messages.map(({ body }) => body));
    },
  } as unknown as Env["FEEDBACK"];
  await sendFeedback({ FEEDBACK }, events);
  return batches;
}

it("words from outside are one clean line of at most 500 characters, and a status is one of RFC 3463", async () => {
  const words = `550\r\n no\u0000such\u202euser ${"x".repeat(1_000)}`;
  const [[event]] = (await sent([{ ...BOUNCED, words, status: "5.1.1\nX" }])) as [[FeedbackEvent]];
  expect(event).toMatchObject({ status: null, words: expect.stringMatching(/^550 no suchuser x{484}$/) });
  expect(isFeedback(event)).toBe(true);
});

it("a batch of the largest events is within the queue's limits, and all are sent", async () => {
  const large = { ...BOUNCED, words: "王".repeat(600), id: "王".repeat(300), address: "a".repeat(320) };
  const batches = await sent(Array(120).fill(large));
  expect(batches.map((batch) => batch.length)).toEqual([50, 50, 20]);
  for (const batch of batches) expect(new TextEncoder().encode(JSON.stringify(batch)).length).toBeLessThan(256_000);
});

it("a queue that refuses is an error to the caller", async () => {
  await expect(sent([BOUNCED], true)).rejects.toThrow("the queue is down");
});

it("a body that is no event is told from one", () => {
  for (const body of [
    null,
    1,
    {},
    { ...BOUNCED, kind: "sold" },
    { ...BOUNCED, recipient: "1" },
    { ...BOUNCED, push: "" },
  ]) {
    expect(isFeedback(body)).toBe(false);
  }
});
