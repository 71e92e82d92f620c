import { describe, expect, it } from "vitest";
import { type SmtpOptions, smtp } from "../../../src/transport/smtp/index.ts";
import { RelayMemory } from "../../../src/transport/smtp/relay-memory.ts";
import type { RelayConfig, SessionEnd } from "../../../src/transport/transport.ts";
import type { RelayScript } from "../../relay/script.ts";
import { ListFeed, mails, NO_LIMITS, relayAt, withRelay } from "./list-feed.ts";

const PIPELINING = ["PIPELINING"];
const CHUNKING = ["PIPELINING", "CHUNKING"];
/** No test here takes as many sessions that end well. */
const MOST_SESSIONS = 40;

/** Sessions one after the other, as long as they ask to be renewed; what is untried goes into the next one. */
const sendAll = (script: RelayScript, count: number, options: SmtpOptions = {}, config: Partial<RelayConfig> = {}) =>
  withRelay(script, async (relay) => {
    const transport = smtp(relayAt(relay.port, config), options);
    const ends: SessionEnd[] = [];
    const counts: Record<string, number> = {};
    let left = mails(count);
    let end: SessionEnd = { kind: "renew" };
    while (end.kind === "renew" && ends.length < MOST_SESSIONS) {
      const feed = new ListFeed(left, 25);
      end = await transport.deliver(feed, NO_LIMITS);
      ends.push(end);
      for (const [kind, n] of Object.entries(feed.counts)) counts[kind] = (counts[kind] ?? 0) + n;
      left = left.filter(({ id }) => (feed.summary[id] ?? "untried") === "untried");
    }
    return { ends, counts, end, summary: await relay.summary(), sessions: await relay.sessions() };
  });

describe("a relay that does not take MAIL in one write with a content", () => {
  it.each(["refuse", "swallow"] as const)("is sent each mail once, and learned after the first (%s)", async (how) => {
    const script: RelayScript = { capabilities: PIPELINING, behindContent: how };
    const seen = await sendAll(script, 30, { timeouts: { joinedMs: 200 } });
    expect(seen.end).toEqual({ kind: "done" });
    expect(seen.counts).toEqual({ sent: 30, untried: 1 });
    expect(seen.summary).toMatchObject({ mails: 30, addresses: 30, doubled: 0 });
    expect(seen.sessions.map(({ mails }) => mails)).toEqual([1, 29]);
  });

  it.each([
    "503 5.5.1 Error: nested MAIL command",
    "500 5.5.1 Command unrecognized",
    "502 5.5.1 Error: command not implemented",
    "554 SMTP synchronization error",
    "550 5.5.1 Protocol error",
    "421 4.5.0 Protocol error: pipelining not allowed",
  ])("is learned whatever its words: %s", async (behindContentReply) => {
    const script: RelayScript = { capabilities: PIPELINING, behindContent: "refuse", behindContentReply };
    const seen = await sendAll(script, 30);
    expect(seen.end).toEqual({ kind: "done" });
    expect(seen.counts).toEqual({ sent: 30, untried: 1 });
    expect(seen.sessions.map(({ mails }) => mails)).toEqual([1, 29]);
  });

  it("is not tried out where that is said beforehand", async () => {
    const script: RelayScript = { capabilities: CHUNKING, behindContent: "swallow" };
    const seen = await sendAll(script, 30, { pipelining: "separate" });
    expect(seen.counts).toEqual({ sent: 30 });
    expect(seen.sessions).toHaveLength(1);
    expect(seen.summary.commands.BDAT).toBeUndefined();
  });

  it("is learned when a recipient was refused before, too", async () => {
    const rules = [{ stage: "rcpt" as const, nth: 1, reply: "550 5.1.1 no" }];
    const script: RelayScript = {
      capabilities: PIPELINING,
      behindContent: "refuse",
      dataWithoutRecipients: true,
      rules,
    };
    const seen = await sendAll(script, 10);
    expect(seen.counts).toEqual({ sent: 9, "550 rcpt": 1, untried: 1 });
    expect(seen.summary).toMatchObject({ mails: 9, doubled: 0 });
  });

  it("one that is only slow after it took some is waited for", async () => {
    const rules = [{ stage: "mail" as const, nth: 5, delayMs: 400 }];
    const seen = await sendAll({ capabilities: PIPELINING, rules }, 10, { timeouts: { joinedMs: 100 } });
    expect(seen.counts).toEqual({ sent: 10 });
    expect(seen.sessions).toHaveLength(1);
  });
});

describe("a relay that takes a number of mails in a session", () => {
  const LIMITS = [
    "421 4.7.0 too many messages in this session",
    "421 too many messages in this connection",
    "452 4.5.3 Too many messages sent",
    "450 4.3.2 later",
    "554 5.7.0 too many messages per connection",
  ];
  it.each([[[]], [PIPELINING], [CHUNKING]].flatMap(([offer]) => LIMITS.map((reply) => ({ offer, reply }))))(
    "is sent all, and the number is remembered: $offer, $reply",
    async ({ offer, reply }) => {
      const script: RelayScript = { capabilities: offer ?? [], maxMailsPerSession: 7, sessionFullReply: reply };
      const seen = await sendAll(script, 40);
      expect(seen.end).toEqual({ kind: "done" });
      expect(seen.counts).toMatchObject({ sent: 40 });
      expect(Object.keys(seen.counts).filter((kind) => kind !== "untried")).toEqual(["sent"]);
      expect(seen.summary).toMatchObject({ mails: 40, addresses: 40, doubled: 0 });
      // Once it is certain, every session ends before it is refused, and says goodbye.
      const refused = /session|connection/.test(reply) ? 1 : 2;
      expect(seen.sessions.slice(refused).map(({ quit, mails }) => quit && mails)).toEqual(
        [7, 7, 7, 7, 5].slice(refused - 1),
      );
    },
  );

  it("is not told from one refusal: later sessions are as long as before", async () => {
    const rules = [{ stage: "mail" as const, nth: 2, reply: "451 4.3.0 temporary failure" }];
    const { counts, sessions } = await sendAll({ capabilities: PIPELINING, rules }, 40);
    expect(counts).toEqual({ sent: 40, untried: 1 });
    expect(sessions.map(({ mails }) => mails)).toEqual([1, 39]);
  });

  it.each([{ offer: PIPELINING }, { offer: CHUNKING }])(
    "and then a smaller one, is given that: $offer",
    async ({ offer }) => {
      const memory = new RelayMemory();
      const script = { capabilities: offer, sessionFullReply: "450 4.3.2 later" };
      await sendAll({ ...script, maxMailsPerSession: 10 }, 40, { memory });
      expect(memory.traits.sessionLimit).toMatchObject({ begun: 10, certain: true });
      const seen = await sendAll({ ...script, maxMailsPerSession: 1 }, 12, { memory });
      expect(seen.end).toEqual({ kind: "done" });
      expect(memory.traits.sessionLimit).toMatchObject({ begun: 1, certain: true });
      // Until the same was met twice it was no limit of sessions.
      expect(seen.counts["450 mail"]).toBeLessThanOrEqual(4);
      const last = seen.sessions.filter(({ mails }) => mails > 0).slice(-3);
      expect(last.map(({ quit, mails }) => quit && mails)).toEqual([1, 1, 1]);
    },
  );

  it("is told from a rate that is met where a limit is known: a fresh session is refused at once", async () => {
    const memory = new RelayMemory();
    const later = "450 4.3.2 later";
    await sendAll({ capabilities: PIPELINING, sessionFullReply: later, maxMailsPerSession: 10 }, 40, { memory });
    const rules = [{ stage: "mail" as const, from: 4, reply: later }];
    const seen = await sendAll({ capabilities: PIPELINING, rules }, 9, { memory });
    expect(seen.summary.mails).toBe(3);
    expect(seen.counts["450 mail"]).toBeGreaterThan(0);
    expect(memory.traits.sessionLimit?.begun ?? 10).toBe(10);
  });

  it("is told from one that limits the rate: a fresh session is refused at once as well", async () => {
    const rules = [{ stage: "mail" as const, from: 6, reply: "450 4.7.1 Error: too much mail from 127.0.0.1" }];
    const memory = new RelayMemory();
    const seen = await sendAll({ capabilities: PIPELINING, rules }, 9, { memory });
    expect(seen.counts).toMatchObject({ sent: 5, untried: 1 });
    expect(seen.sessions[1]?.mails).toBe(0);
    expect(memory.traits.sessionLimit).toBeNull();
    const [again] = (await sendAll({ capabilities: PIPELINING, rules }, 9, { memory })).ends;
    expect(again?.kind).not.toBe("fault");
    expect(seen.counts["450 mail"]).toBe(4);
  });
});

describe("a relay that counts RSET", () => {
  it("ends the session, and nothing behind it is in doubt", async () => {
    const rules = [{ stage: "rcpt" as const, reply: "550 5.1.1 no such user" }];
    const { end, counts, summary } = await sendAll({ capabilities: CHUNKING, maxResets: 3, rules }, 25);
    expect(end).toEqual({ kind: "done" });
    expect(counts.in_doubt).toBeUndefined();
    expect(counts["550 rcpt"]).toBe(25);
    expect(summary.mails).toBe(0);
  });

  it("gets none behind a mail that is known to be accepted", async () => {
    await withRelay({ capabilities: CHUNKING }, async (relay) => {
      const feed = new ListFeed(mails(10), 1);
      await smtp(relayAt(relay.port)).deliver(feed, NO_LIMITS);
      expect(feed.counts).toEqual({ sent: 10 });
      expect((await relay.summary()).commands.RSET).toBeUndefined();
    });
  });
});

describe("AUTH", () => {
  const account = { username: "ann", password: "geheim 中" };
  const offer = (mechanisms: string): RelayScript => ({
    capabilities: [`AUTH ${mechanisms}`],
    credentials: account,
    requireAuth: true,
  });
  const verbs = (commands: readonly string[] | undefined) =>
    commands?.filter((line) => line.startsWith("AUTH")).map((line) => line.split(" ")[1]);

  it.each(["502 5.5.1 not implemented", "504 5.7.4 unrecognized", "535 5.7.8 no", "451 auth mode unsupported."])(
    "goes on with the next mechanism when one is refused, and remembers it: %s",
    async (reply) => {
      const memory = new RelayMemory();
      const script = { ...offer("PLAIN LOGIN"), refusedMechanisms: { mechanisms: ["PLAIN"], reply } };
      const first = await sendAll(script, 1, { memory }, account);
      expect(first.counts).toEqual({ sent: 1 });
      expect(verbs(first.sessions[0]?.commands)).toEqual(["PLAIN", "LOGIN"]);
      const second = await sendAll(script, 1, { memory }, account);
      expect(verbs(second.sessions[0]?.commands)).toEqual(["LOGIN"]);
    },
  );

  it("by CRAM-MD5 where nothing else is offered", async () => {
    const { counts, sessions } = await sendAll(offer("CRAM-MD5"), 1, {}, account);
    expect(counts).toEqual({ sent: 1 });
    expect(JSON.stringify(sessions[0]?.commands)).not.toContain(account.password);
  });

  it("with wrong credentials ends with the server's words, after two tries", async () => {
    const { end, sessions } = await sendAll(offer("PLAIN LOGIN CRAM-MD5"), 1, {}, { ...account, password: "wrong" });
    expect(end).toMatchObject({ kind: "fault", fault: { stage: "auth", reply: { code: 535 } } });
    expect(verbs(sessions[0]?.commands)).toEqual(["PLAIN", "LOGIN"]);
  });

  it.each([
    ["no AUTH", { capabilities: [] }, {}, "no AUTH"],
    ["no common mechanism", { capabilities: ["AUTH GSSAPI NTLM"] }, {}, "only AUTH GSSAPI, NTLM"],
    ["no STARTTLS", { capabilities: ["AUTH PLAIN"] }, { security: "starttls" as const }, "STARTTLS"],
  ])("%s is no outage: waiting does not help", async (_, script, config, words) => {
    const { end } = await sendAll(script, 1, {}, { ...account, ...config });
    expect(end).toMatchObject({ fault: { incompatible: true, error: expect.stringContaining(words) } });
  });
});
