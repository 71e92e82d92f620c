import { expect } from "vitest";
import type { RelayStage, Rule } from "../../relay/script.ts";
import { type Case, expectFault, inShort, mail, mails, type Seen, type Trial } from "./trial.ts";

/** Where a message can be refused. DATA is not said where there is BDAT. */
type Refusing = { stage: "mail" | "rcpt" | "data" | "content"; nth: number; only?: string[] };
const REFUSING: readonly Refusing[] = [
  // Behind accepted mails it may be the session's limit.
  { stage: "mail", nth: 1 },
  { stage: "rcpt", nth: 2 },
  { stage: "data", nth: 2, only: ["one command at a time", "pipelining"] },
  { stage: "content", nth: 2 },
];
const EACH_STAGE: readonly RelayStage[] = ["greeting", "ehlo", "mail", "rcpt", "data", "content", "quit"];

/** What servers say, and in what pieces. */
export const replies: readonly Case[] = [
  ...REFUSING.flatMap(({ stage, nth, only }) =>
    ["450 4.2.0 not now", "550 5.7.1 not you"].map((reply) => ({
      title: `${reply.slice(0, 3)} at ${stage} is that message's answer, and the next ones go on in the session`,
      ...(only ? { only } : {}),
      any: stage === "content",
      async run(trial: Trial) {
        const seen = await trial.run({ script: { rules: [{ stage, nth, reply }] }, messages: mails(4) });
        const code = Number(reply.slice(0, 3));
        expect(seen.end).toEqual({ kind: "done" });
        expect(inShort(seen.outcomes)).toEqual(["sent", "sent", "sent"].toSpliced(nth - 1, 0, `${stage} ${code}`));
        expect(seen.outcomes[nth - 1]).toMatchObject({
          reply: { code, enhanced: reply.slice(4, 9), text: reply.slice(10) },
        });
        trial.expectOneSession(seen);
      },
    })),
  ),
  {
    title: "a recipient refused though DATA is accepted",
    async run(trial) {
      const rules: Rule[] = [{ stage: "rcpt", nth: 2, reply: "550 5.1.1 no such user" }];
      const seen = await trial.run({ script: { rules, dataWithoutRecipients: true }, messages: mails(4) });
      expect(inShort(seen.outcomes)).toEqual(["sent", "rcpt 550", "sent", "sent"]);
      expect(seen.summary.mails).toBe(3);
    },
  },
  {
    title: "many refusals: each has its own answer",
    async run(trial) {
      const rules: Rule[] = [{ stage: "rcpt", recipient: "^r\\d*[13579]@", reply: "550 5.1.1 no such user" }];
      // As Postfix does: cut at the eleventh.
      const seen = await trial.run({ script: { rules, maxRefusalsPerSession: 11 }, messages: mails(40) });
      const expected = mails(40).map(({ id }) => (id % 2 === 1 ? "rcpt 550" : "sent"));
      expect(seen.end).toEqual({ kind: "done" });
      expect(inShort(seen.outcomes)).toEqual(expected);
    },
  },
  {
    title: "replies in packets of one byte",
    run: async (trial) => sends(trial, await trial.run({ script: { bytewise: true } })),
  },
  {
    title: "several replies in one packet",
    run: async (trial) => sends(trial, await trial.run({ script: { coalesceMs: 30 } })),
  },
  {
    title: "a refusal in packets of one byte, over several lines",
    async run(trial) {
      const reply = ["550-5.1.1 no such", "550-5.1.1 user here:", "550 5.1.1 r1"];
      const seen = await trial.run({ script: { bytewise: true, rules: [{ stage: "rcpt", nth: 1, reply }] } });
      const expected = { code: 550, enhanced: "5.1.1", text: "no such\nuser here:\nr1" };
      expect(seen.outcomes[0]).toMatchObject({ kind: "answered", stage: "rcpt", reply: expected });
      expect(inShort(seen.outcomes.slice(1))).toEqual(["sent", "sent"]);
    },
  },
  ...(
    [
      ["codes that differ by line", "550-5.7.1 Blocked\r\n554 5.7.1 see example.org\r\n", undefined, 554],
      ["a line without a code", "550-5.7.1 Blocked\r\nsee example.org\r\n550 5.7.1 bye\r\n", undefined, 550],
      ["a line without a code behind it", "550 5.7.1 Blocked\r\nsee example.org\r\n", undefined, 550],
      ["an end of the line within it", "550-5.7.1 Blocked\r\n550-5.7.1 see exam", "drop", 550],
    ] as const
  ).flatMap(([what, raw, end, code]) =>
    (["rcpt", "content"] as const).map((stage) => ({
      title: `a refusal with ${what} at ${stage} is that message's answer`,
      async run(trial: Trial) {
        const rule: Rule = { stage, nth: 2, raw, ...(end === undefined ? {} : { end }) };
        const seen = await trial.run({ script: { rules: [rule] } });
        expect(inShort(seen.outcomes)[1]).toBe(`${stage} ${code}`);
        expect(seen.outcomes[1]).toMatchObject({
          reply: { enhanced: "5.7.1", text: expect.stringMatching(/^Blocked/) },
        });
        if (end === undefined) expect(inShort(seen.outcomes)).toEqual(["sent", `${stage} ${code}`, "sent"]);
      },
    })),
  ),
  {
    title: "replies of several lines at each stage",
    async run(trial) {
      const rules = EACH_STAGE.map((stage): Rule => {
        const code = stage === "greeting" ? 220 : stage === "data" ? 354 : stage === "quit" ? 221 : 250;
        return { stage, reply: [`${code}-one`, `${code}-`, `${code}-8BITMIME`, `${code} four`] };
      });
      sends(trial, await trial.run({ script: { rules }, tolerates: ["parameter"] }));
    },
  },
  {
    title: "a reply of a code alone",
    run: async (trial) => sends(trial, await trial.run({ script: { rules: [{ stage: "rcpt", reply: "250" }] } })),
  },
  {
    title: "a line of 4,000 characters",
    async run(trial) {
      const words = "x".repeat(4_000);
      const seen = await trial.run({ script: { rules: [{ stage: "rcpt", nth: 1, reply: `550 5.1.1 ${words}` }] } });
      expect(seen.outcomes[0]).toMatchObject({ reply: { code: 550, enhanced: "5.1.1", text: words } });
    },
  },
  ...(["line", "reply"] as const).flatMap((endless) =>
    (["greeting", "ehlo", "mail", "rcpt"] as const).map((stage) => ({
      title: `a ${endless} without end at ${stage}`,
      async run(trial: Trial) {
        const { end, outcomes } = await trial.run({ script: { rules: [{ stage, endless }] } });
        expectFault(end, stage);
        trial.expectUnanswered(outcomes);
      },
    })),
  ),
  ...(["greeting", "ehlo", "mail", "rcpt"] as const).map((stage) => ({
    title: `garbage in place of a reply at ${stage}`,
    async run(trial: Trial) {
      const raw = "\x00\xff\xfeHTTP/1.1 400 Bad Request\r\n\r\n<html>\r\n";
      const { end, outcomes } = await trial.run({ script: { rules: [{ stage, raw }] } });
      expectFault(end, stage);
      trial.expectUnanswered(outcomes);
    },
  })),
  {
    title: "garbage in place of the reply to the content is a doubt",
    async run(trial) {
      const rules: Rule[] = [{ stage: "content", raw: "\x00\xffwhat?\r\n" }];
      const { end, outcomes } = await trial.run({ script: { rules }, messages: mails(1) });
      expectFault(end, "content", null);
      expect(inShort(outcomes)).toEqual(["in_doubt"]);
    },
  },
  {
    title: "a positive reply in the wrong place is never success",
    only: ["one command at a time", "pipelining"],
    async run(trial) {
      const seen = await trial.run({ script: { rules: [{ stage: "data", reply: "250 ok" }] }, messages: mails(1) });
      expectFault(seen.end, "data");
      expect(inShort(seen.outcomes)).toEqual(["untried"]);
    },
  },
  {
    title: "354 to a recipient is no reply to it, and the recipient is not blamed",
    async run(trial) {
      const seen = await trial.run({ script: { rules: [{ stage: "rcpt", reply: "354 go on" }] }, messages: mails(1) });
      expectFault(seen.end, "rcpt");
      trial.expectUnanswered(seen.outcomes);
    },
  },
  {
    title: "421 in the middle: it ends the session, and blames no recipient",
    async run(trial) {
      // A transport may renew the session, or end with a fault.
      const seen = await trial.run({ script: { maxMailsPerSession: 2 }, messages: mails(4) });
      expect(inShort(seen.outcomes).slice(0, 2)).toEqual(["sent", "sent"]);
      expect(inShort(seen.outcomes.slice(2)).filter((outcome) => !["untried", "sent"].includes(outcome))).toEqual([]);
    },
  },
  {
    title: "421 after the content: that message has its answer, and the session ends",
    async run(trial) {
      const rules: Rule[] = [{ stage: "content", nth: 2, reply: "421 4.3.0 out of disk", end: "drop" }];
      const seen = await trial.run({ script: { rules }, messages: mails(4) });
      expectFault(seen.end, "content", { code: 421 });
      expect(inShort(seen.outcomes).slice(0, 2)).toEqual(["sent", "content 421"]);
      expect(inShort(seen.outcomes.slice(2)).filter((outcome) => outcome !== "untried")).toEqual([]);
    },
  },
  {
    title: "1,000 messages over one session",
    any: true,
    async run(trial) {
      const seen = await trial.run({ messages: mails(1_000), script: { keep: "digest" } });
      expect(seen.end).toEqual({ kind: "done" });
      expect(seen.summary).toMatchObject({ mails: 1_000, addresses: 1_000, doubled: 0 });
      trial.expectOneSession(seen);
      expect(new Set(inShort(seen.outcomes))).toEqual(new Set(["sent"]));
    },
  },
  {
    title: "a feed that makes it wait",
    any: true,
    run: async (trial) => sends(trial, await trial.run({ pauseMs: 30 })),
  },
  {
    title: "an envelope that is more than an address is not sent, and the others are",
    any: true,
    async run(trial) {
      const hostile = ["a@b.c>\r\nRCPT TO:<x@y.z", "a@b.c\nDATA", "a\0@b.c", "a@b.c\r", "a b@c.d", "<a@b.c>", ""];
      const messages = [
        ...hostile.map((to, at) => mail({ id: at + 1, to })),
        ...hostile.slice(0, -1).map((from, at) => mail({ id: at + 11, from })),
        mail({ id: 99 }),
      ];
      const seen = await trial.run({ messages });
      expect(inShort(seen.outcomes)).toEqual([...messages.slice(1).map(() => "unsendable"), "sent"]);
      expect(seen.summary).toMatchObject({ commands: { MAIL: 1, RCPT: 1 }, mails: 1 });
    },
  },
  {
    title: "an address that needs SMTPUTF8 and a server without it",
    async run(trial) {
      const seen = await trial.run({ messages: [mail({ id: 1, to: "用户@example.com" }), mail({ id: 2 })] });
      expect(inShort(seen.outcomes)).toEqual(["unsendable", "sent"]);
    },
  },
  {
    title: "an address that needs SMTPUTF8 and a server that has it",
    any: true,
    async run(trial) {
      const seen = await trial.run({ messages: [mail({ id: 1, to: "用户@example.com" })], offers: ["SMTPUTF8"] });
      expect(inShort(seen.outcomes)).toEqual(["sent"]);
      expect(seen.mails[0]?.to).toEqual(["用户@example.com"]);
    },
  },
  {
    title: "a server with DSN is not told to keep bounces to itself",
    async run(trial) {
      const seen = await trial.run({ offers: ["DSN"] });
      expect(inShort(seen.outcomes)).toEqual(["sent", "sent", "sent"]);
      expect(seen.sessions[0]?.commands.filter((line) => line.includes("NEVER"))).toEqual([]);
    },
  },
];

function sends(trial: Trial, seen: Seen): void {
  expect(seen.end).toEqual({ kind: "done" });
  expect(inShort(seen.outcomes)).toEqual(["sent", "sent", "sent"]);
  trial.expectOneSession(seen);
}
