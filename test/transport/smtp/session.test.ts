import { describe, expect, it } from "vitest";
import { type SmtpOptions, smtp } from "../../../src/transport/smtp/index.ts";
import type { SessionLimits } from "../../../src/transport/transport.ts";
import type { RelayScript } from "../../relay/script.ts";
import { ListFeed, mail, mails, NO_LIMITS, relayAt, withRelay } from "./list-feed.ts";

const CONVERSATIONS: Record<string, string[]> = {
  "one by one": [],
  pipelined: ["PIPELINING"],
  chunked: ["PIPELINING", "CHUNKING"],
};

describe.each(Object.entries(CONVERSATIONS))("a session, %s,", (_, capabilities) => {
  /** What becomes of this feed in one session with a relay of this script. */
  const deliver = (script: RelayScript, feed: ListFeed, options: SmtpOptions = {}, limits: SessionLimits = NO_LIMITS) =>
    withRelay({ capabilities, ...script }, async (relay) => {
      const end = await smtp(relayAt(relay.port), options).deliver(feed, limits);
      const taken = (await relay.mails()).flatMap(({ to }) => to.map((address) => Number(/\d+/.exec(address)?.[0])));
      return { end, taken, summary: await relay.summary(), sessions: await relay.sessions() };
    });

  it.each([1, 2, 7, 25, Infinity])("delivers all, with room for %s in flight", async (room) => {
    const feed = new ListFeed(mails(100), room);
    const { end, summary, sessions } = await deliver({}, feed);
    expect(end).toEqual({ kind: "done" });
    expect(feed.counts).toEqual({ sent: 100 });
    expect(summary).toMatchObject({ sessions: 1, mails: 100, addresses: 100, doubled: 0, violations: [] });
    expect(sessions[0]?.quit).toBe(true);
  });

  it("delivers all from a feed that is always asynchronous", async () => {
    const feed = new ListFeed(mails(30));
    const next = feed.next.bind(feed);
    feed.next = async () => next();
    await deliver({}, feed);
    expect(feed.counts).toEqual({ sent: 30 });
  });

  it("tells each refusal with its stage, and it does not touch the others", async () => {
    const feed = new ListFeed(mails(20));
    const { end, summary, taken } = await deliver(
      {
        rules: [
          { stage: "mail", nth: 1, reply: "451 4.3.0 later" },
          { stage: "rcpt", recipient: "^user9@", reply: ["550-5.1.1 no such", "550 5.1.1 user"] },
          { stage: "content", recipient: "^user14@", reply: "554 5.7.1 spam" },
        ],
      },
      feed,
    );
    expect(end).toEqual({ kind: "done" });
    expect(feed.counts).toEqual({ sent: 17, "451 mail": 1, "550 rcpt": 1, "554 content": 1 });
    expect(feed.outcomes.get(9)).toMatchObject({
      stage: "rcpt",
      reply: { code: 550, enhanced: "5.1.1", text: "no such\nuser" },
    });
    expect(summary.violations).toEqual([]);
    expect(taken).toHaveLength(17);
    expect(taken).not.toContain(9);
  });

  it("sends nothing to nobody when RCPT is refused and DATA is not", async () => {
    const feed = new ListFeed(mails(10));
    const rules = [{ stage: "rcpt" as const, every: 5, reply: "550 5.1.1 no such user" }];
    const { summary, taken } = await deliver({ dataWithoutRecipients: true, rules }, feed);
    expect(feed.counts).toEqual({ sent: 8, "550 rcpt": 2 });
    expect(taken).toEqual([1, 2, 3, 4, 6, 7, 8, 9]);
    expect(summary).toMatchObject({ mails: 8, violations: [] });
  });

  it("asks to be renewed after four refusals, and says goodbye", async () => {
    const feed = new ListFeed(mails(40), 5);
    const rules = [{ stage: "rcpt" as const, every: 3, reply: "550 5.1.1 no such user" }];
    const { end, sessions } = await deliver({ rules }, feed);
    expect(end).toEqual({ kind: "renew" });
    expect(feed.left).toBeGreaterThan(20);
    expect(feed.outcomes.size).toBe(40 - feed.left);
    expect(feed.counts["550 rcpt"]).toBeGreaterThanOrEqual(4);
    expect(sessions[0]?.quit).toBe(true);
  });

  it("asks to be renewed after as many messages as a session may have", async () => {
    const feed = new ListFeed(mails(10));
    const { end, summary } = await deliver({}, feed, { maxMessages: 6 });
    expect(end).toEqual({ kind: "renew" });
    expect(feed.counts).toEqual({ sent: 6 });
    expect(summary.mails).toBe(6);
  });

  it("takes a 421 after the content as the answer, and what was written behind it as untried", async () => {
    const feed = new ListFeed(mails(20), 10);
    const rules = [{ stage: "content" as const, nth: 5, reply: "421 4.7.0 closing" }];
    const { end } = await deliver({ rules }, feed);
    expect(end).toMatchObject({ kind: "fault", fault: { stage: "content", reply: { code: 421 }, answered: 5 } });
    expect(feed.summary).toMatchObject({ 4: "sent", 5: "421 content" });
    expect(feed.counts.in_doubt).toBeUndefined();
  });

  it.each(["mail", "rcpt"] as const)("takes what a 421 after %s was about as untried", async (stage) => {
    const feed = new ListFeed(mails(20), 10);
    const rules = [{ stage, nth: 3, reply: "421 4.7.0 closing" }];
    const { end } = await deliver({ rules }, feed);
    const fault = { kind: "fault", fault: { stage, reply: { code: 421 }, answered: 2 } };
    expect(end).toMatchObject(stage === "mail" ? { kind: "renew" } : fault);
    expect(feed.counts.sent).toBe(2);
    expect(feed.summary[3]).toBe("untried");
    expect(feed.counts.in_doubt).toBeUndefined();
  });

  it.each(["drop", "reset"] as const)("is in doubt of what was handed over when the line ends (%s)", async (how) => {
    const feed = new ListFeed(mails(50), 10);
    const { end, taken } = await deliver({ rules: [{ stage: "content", nth: 20, end: how, taken: true }] }, feed);
    expect(end).toMatchObject({ kind: "fault", fault: { reply: null } });
    expect(feed.outcomes.size).toBe(50 - feed.left);
    expect(feed.summary[20]).toBe("in_doubt");
    expect(feed.counts.in_doubt).toBeLessThanOrEqual(10);
    for (const [id, words] of Object.entries(feed.summary)) {
      if (words === "sent") expect(taken).toContain(Number(id));
      if (words === "untried") expect(taken).not.toContain(Number(id));
    }
  });

  it("is in doubt when no reply to the content comes in time", async () => {
    const feed = new ListFeed(mails(3), 1);
    const { end } = await deliver({ rules: [{ stage: "content", nth: 2, stall: true }] }, feed, {
      timeouts: { contentMs: 100 },
    });
    const error = "no reply to the content within 0.1 s";
    expect(end).toEqual({ kind: "fault", fault: { stage: "content", error, reply: null, answered: 1 } });
    expect(feed.outcomes.get(2)).toEqual({ id: 2, kind: "in_doubt", reason: error });
    expect(feed.outcomes.size).toBe(3 - feed.left);
  });

  it("gives a message no more time than it may take", async () => {
    const feed = new ListFeed(mails(1));
    const limits = { beginBefore: Infinity, messageTimeoutMs: 100 };
    const { end } = await deliver({ rules: [{ stage: "mail", stall: true }] }, feed, {}, limits);
    const error = "no reply to MAIL within the last 0.1 s of this mail's time";
    expect(end).toMatchObject({ kind: "fault", fault: { stage: "mail", error } });
    expect(feed.outcomes.size).toBe(1);
  });

  it("begins no message when the time is over", async () => {
    const feed = new ListFeed(mails(3));
    const limits = { beginBefore: Date.now(), messageTimeoutMs: 1000 };
    const { end, summary } = await deliver({}, feed, {}, limits);
    expect(end).toEqual({ kind: "done" });
    expect(feed.left).toBe(3);
    expect(summary.mails).toBe(0);
  });

  it("passes by what this server can't be sent", async () => {
    const feed = new ListFeed([
      mail(1),
      mail(2, { to: "安@example.net" }),
      mail(3, { content: new Uint8Array(20_000).fill(97) }),
      mail(4, { to: "a@b>\r\nRCPT TO:<eve@example.net" }),
      mail(5),
    ]);
    const { summary, taken } = await deliver({ capabilities: [...capabilities, "SIZE 10000"] }, feed);
    expect(feed.counts).toEqual({ sent: 2, unsendable: 3 });
    expect(taken).toEqual([1, 5]);
    expect(summary.violations).toEqual([]);
  });

  it("sends what the server offers to take: SMTPUTF8, 8BITMIME, SIZE", async () => {
    const content = new TextEncoder().encode("Subject: 8\r\n\r\n中文\r\n");
    const feed = new ListFeed([mail(1, { to: "安1@example.net", content, eightBit: true })]);
    const offered = [...capabilities, "SIZE 10000", "8BITMIME", "SMTPUTF8"];
    const { sessions, summary } = await deliver({ capabilities: offered }, feed);
    expect(feed.counts).toEqual({ sent: 1 });
    expect(sessions[0]?.commands).toContain(
      `MAIL FROM:<news@example.com> SIZE=${content.length} BODY=8BITMIME SMTPUTF8`,
    );
    expect(summary.violations).toEqual([]);
  });

  it("sends large messages between small ones", async () => {
    const line = new TextEncoder().encode(`.${"x".repeat(76)}\r\n`);
    const content = new Uint8Array(line.length * 20_000);
    for (let n = 0; n < 20_000; n++) content.set(line, n * line.length);
    const feed = new ListFeed([mail(1), mail(2, { content }), mail(3)]);
    await withRelay({ capabilities }, async (relay) => {
      await smtp(relayAt(relay.port)).deliver(feed, NO_LIMITS);
      expect((await relay.mails()).map(({ size }) => size)).toEqual([
        mail(1).content.length,
        content.length,
        mail(3).content.length,
      ]);
      expect((await relay.summary()).violations).toEqual([]);
    });
    expect(feed.counts).toEqual({ sent: 3 });
  });
});

describe("a feed that makes the session wait", () => {
  it.each([[["PIPELINING"]], [["PIPELINING", "CHUNKING"]]])(
    "gives back a message that it gave after the line was lost: %j",
    async (capabilities) => {
      const feed = new ListFeed(mails(5));
      const lost = Promise.withResolvers<void>();
      const next = feed.next.bind(feed);
      feed.next = () => (feed.left > 3 ? next() : lost.promise.then(next));
      const report = feed.report.bind(feed);
      feed.report = (outcome) => {
        report(outcome);
        if (outcome.kind === "in_doubt") lost.resolve();
      };
      await withRelay({ capabilities, rules: [{ stage: "content", nth: 2, end: "drop" }] }, async (relay) => {
        const end = await smtp(relayAt(relay.port)).deliver(feed, NO_LIMITS);
        expect(end.kind).toBe("fault");
      });
      expect(feed.summary).toEqual({ 1: "sent", 2: "in_doubt", 3: "untried" });
    },
  );
});

describe("a server that lies", () => {
  const commands = (capabilities: string[], options: SmtpOptions) =>
    withRelay({ capabilities, rules: [{ stage: "rcpt", nth: 1, reply: "550 no" }] }, async (relay) => {
      await smtp(relayAt(relay.port), options).deliver(new ListFeed(mails(2)), NO_LIMITS);
      return (await relay.sessions())[0]?.commands.map((line) => line.split(" ")[0]);
    });

  it("about CHUNKING is not sent BDAT when that is off", async () => {
    const pipelined = ["EHLO", "MAIL", "RCPT", "DATA", "RSET", "MAIL", "RCPT", "DATA", "QUIT"];
    expect(await commands(["PIPELINING", "CHUNKING"], { chunking: "off" })).toEqual(pipelined);
  });

  it("about PIPELINING is sent one command at a time when that is off", async () => {
    const oneByOne = ["EHLO", "MAIL", "RCPT", "RSET", "MAIL", "RCPT", "DATA", "QUIT"];
    expect(await commands(["PIPELINING", "CHUNKING"], { pipelining: "off" })).toEqual(oneByOne);
  });

  it.each([{ capabilities: [] }, { capabilities: ["PIPELINING"] }])(
    "about having taken what it has not got is not believed: $capabilities",
    async ({ capabilities }) => {
      // It reads no more, so that the content cannot be written to its end before the reply is read.
      const rules = [{ stage: "body" as const, reply: "250 2.0.0 taken", stall: true }];
      await withRelay({ capabilities, rules, keep: "digest" }, async (relay) => {
        const feed = new ListFeed(mails(1, { content: new Uint8Array(30 * 1024 * 1024).fill(65) }));
        const end = await smtp(relayAt(relay.port)).deliver(feed, NO_LIMITS);
        expect(end).toMatchObject({
          kind: "fault",
          fault: { stage: "content", error: expect.stringContaining("out of place") },
        });
        expect(feed.counts).toEqual({ untried: 1 });
      });
    },
  );

  it("about the order of its replies ends the session", async () => {
    await withRelay({ rules: [{ stage: "rcpt", reply: "354 not yet" }] }, async (relay) => {
      const feed = new ListFeed(mails(1));
      const end = await smtp(relayAt(relay.port)).deliver(feed, NO_LIMITS);
      expect(end).toMatchObject({
        kind: "fault",
        fault: { stage: "rcpt", error: "a reply out of place: 354 not yet" },
      });
      expect(feed.counts).toEqual({ untried: 1 });
    });
  });
});
