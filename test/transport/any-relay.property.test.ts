import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { smtp } from "../../src/transport/smtp/index.ts";
import { workerMailer } from "../../src/transport/worker-mailer.ts";
import type { Action, RelayStage, Rule } from "../relay/script.ts";
import { type Circumstances, type MakeTransport, mail, mails, OFFERS, Trial } from "./conformance/trial.ts";

const MESSAGES = 40;
const IMPATIENT = { greetingMs: 400, commandMs: 400, contentMs: 400 };
const LIMITS = { messageTimeoutMs: 1_000 };

/** What a relay may do in place of its usual reply. */
const action = fc.constantFrom<Action>(
  { reply: "550 5.1.1 no such user" },
  { reply: ["450-4.2.0 not", "450 4.2.0 now"] },
  { reply: "550 5.1.1 no such user", delayMs: 30 },
  { reply: "421 4.3.2 closing", end: "drop" },
  { reply: "421 4.3.2 closing", end: "drop", delayMs: 40 },
  { reply: "550 5.7.1 go", end: "drop" },
  { raw: "25", stall: true },
  { raw: "blah\r\n", end: "drop" },
  { delayMs: 50 },
  { stall: true },
  { end: "drop" },
  { end: "reset" },
);

const rule = fc
  .record({
    stage: fc.constantFrom<RelayStage>("mail", "rcpt", "rcpt", "data", "content", "content", "rset"),
    action,
    when: fc.oneof(
      fc.record({ nth: fc.integer({ min: 1, max: 45 }) }),
      fc.record({ every: fc.integer({ min: 2, max: 12 }) }),
      fc.record({ recipient: fc.integer({ min: 1, max: MESSAGES }).map((id) => `^r${id}@`) }),
    ),
    taken: fc.boolean(),
  })
  .map(({ stage, action: does, when, taken }): Rule => {
    const silent = does.reply === undefined;
    return { stage, ...does, ...when, ...(stage === "content" && silent && taken ? { taken } : {}) };
  });

/** Lines of which some begin with a dot, larger than what is gathered for one write. */
const LARGE = `${`.${"a".repeat(70)}\r\n${"b".repeat(72)}\r\n`.repeat(2_500)}`;

const circumstances = fc
  .record({
    rules: fc.array(rule, { minLength: 1, maxLength: 3 }),
    coalesceMs: fc.constantFrom(0, 0, 10),
    dataWithoutRecipients: fc.boolean(),
    large: fc.integer({ min: 1, max: 80 }),
    room: fc.constantFrom(Infinity, 25, 8, 2),
    pauseMs: fc.constantFrom(0, 0, 3),
  })
  .map(
    ({ large, room, pauseMs, ...script }): Circumstances => ({
      script,
      room,
      pauseMs,
      messages: mails(MESSAGES).map((one) => (one.id === large ? mail({ id: large, content: LARGE }) : one)),
      timeouts: IMPATIENT,
      limits: LIMITS,
      // DATA for nobody, where a relay takes that.
      tolerates: ["order"],
    }),
  );

/** Most of the time they wait, so they do it side by side. */
const AT_ONCE = 8;

const shortSessions: MakeTransport = (relay, timeouts) => smtp(relay, { timeouts, maxMessages: 7 });

describe("whatever the relay does, a transport comes back and says of each message once what is so:", () => {
  it.each<[string, keyof typeof OFFERS, number, MakeTransport]>([
    ["smtp", "one command at a time", 2, (relay, timeouts) => smtp(relay, { timeouts })],
    ["smtp", "pipelining", 5, (relay, timeouts) => smtp(relay, { timeouts })],
    ["smtp", "chunking", 10, (relay, timeouts) => smtp(relay, { timeouts })],
    ["smtp in short sessions", "pipelining", 2, shortSessions],
    ["smtp in short sessions", "chunking", 3, shortSessions],
    ["worker-mailer", "one command at a time", 2, (relay, timeouts) => workerMailer(relay, { timeouts })],
  ])("%s, %s", async (_, offer, numRuns, make) => {
    const trial = new Trial(make, OFFERS[offer], true);
    const some = fc.array(circumstances, { minLength: AT_ONCE, maxLength: AT_ONCE });
    const property = fc.asyncProperty(some, async (several) => {
      const seen = await Promise.all(several.map((one) => trial.run(one)));
      for (const { end, outcomes } of seen) if (end.kind === "done") expect(outcomes.length).toBe(MESSAGES);
    });
    await fc.assert(property, { numRuns });
  });
});
