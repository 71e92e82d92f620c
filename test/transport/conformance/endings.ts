import { expect } from "vitest";
import type { Stage } from "../../../src/core/reply.ts";
import type { SessionEnd, Timeouts } from "../../../src/transport/transport.ts";
import type { Action, RelayStage, Rule } from "../../relay/script.ts";
import { type Case, expectFault, inShort, mail, mails, type Trial } from "./trial.ts";

/** Before the envelope, and at it: nothing was handed over. */
const BEFORE: readonly { at: RelayStage & Stage; only?: string[] }[] = [
  { at: "greeting" },
  { at: "ehlo" },
  { at: "auth" },
  { at: "mail" },
  { at: "rcpt" },
  { at: "data", only: ["one command at a time", "pipelining"] },
];
const WAYS: Readonly<Record<string, Action>> = {
  "hangs up": { end: "drop" },
  resets: { end: "reset" },
  "falls silent": { stall: true },
  "falls silent in the middle of a reply": { raw: "25", stall: true },
  "hangs up in the middle of a reply": { raw: "25", end: "drop" },
};
const IMPATIENT: Partial<Timeouts> = { greetingMs: 1_000, commandMs: 1_000, contentMs: 1_000 };
/** Larger than what the sockets on the way keep. */
const LARGE = new Uint8Array(25 * 1024 * 1024).fill(65);

/** Lines that go dead. A doubt is only where the final dot was written. */
export const endings: readonly Case[] = [
  ...Object.entries(WAYS).flatMap(([way, action]) =>
    BEFORE.map(({ at, only }) => ({
      title: `the server ${way} at ${at}: nobody has an answer`,
      ...(only ? { only } : {}),
      waits: true,
      async run(trial: Trial) {
        const relay = at === "auth" ? { username: "u", password: "p" } : {};
        const script = { rules: [{ stage: at, ...action }] };
        const offers = ["AUTH PLAIN LOGIN"];
        const { end, outcomes } = await trial.run({ script, relay, offers, timeouts: IMPATIENT });
        // A reset may come so fast that there never was a connection.
        expectFault(end, at === "greeting" && neverWas(end) ? "connect" : at, null);
        trial.expectUnanswered(outcomes);
      },
    })),
  ),
  ...Object.entries(WAYS).flatMap(([way, action]) =>
    [false, true].map((taken) => ({
      title: `the server ${way} after the content, ${taken ? "which it took" : "and did not take it"}: a doubt`,
      waits: true,
      any: true,
      async run(trial: Trial) {
        const rules: Rule[] = [{ stage: "content", nth: 2, ...action, taken }];
        const seen = await trial.run({ script: { rules }, messages: mails(5), timeouts: IMPATIENT });
        const fault = expectFault(seen.end, "content", null);
        expect(fault.answered).toBe(1);
        expect(inShort(seen.outcomes).slice(0, 2)).toEqual(["sent", "in_doubt"]);
        expect(seen.summary.mails).toBe(taken ? 2 : 1);
      },
    })),
  ),
  ...(["hangs up", "resets", "falls silent"] as const).map((way) => ({
    title: `the server ${way} in the middle of a large content: nothing was tried`,
    async run(trial: Trial) {
      const script = { rules: [{ stage: "body" as const, ...WAYS[way] }], keep: "digest" as const };
      const messages = [mail({ id: 1, content: LARGE })];
      const { end, outcomes } = await trial.run({ script, messages, timeouts: IMPATIENT, tolerates: ["long-line"] });
      expect(end.kind).toBe("fault");
      expect(inShort(outcomes)).toEqual(["untried"]);
    },
  })),
  {
    title: "the server hangs up between two messages",
    async run(trial) {
      const rules: Rule[] = [{ stage: "content", nth: 1, reply: "250 taken", end: "drop" }];
      const seen = await trial.run({ script: { rules }, messages: mails(2), pauseMs: 100 });
      const fault = expectFault(seen.end, "mail", null);
      expect(fault.answered).toBe(1);
      expect(inShort(seen.outcomes)[0]).toBe("sent");
      trial.expectUnanswered(seen.outcomes.slice(1));
    },
  },
  {
    title: "the server refuses a recipient and hangs up: the refusal stands",
    async run(trial) {
      const rules: Rule[] = [{ stage: "rcpt", nth: 2, reply: "550 5.1.1 no such user", end: "drop" }];
      const seen = await trial.run({ script: { rules } });
      expect(seen.end.kind).toBe("fault");
      expect(inShort(seen.outcomes).slice(0, 2)).toEqual(["sent", "rcpt 550"]);
      trial.expectUnanswered(seen.outcomes.slice(2));
    },
  },
  {
    title: "a server that is slow at every step of one message runs out of that message's time",
    async run(trial) {
      const slow = (stage: RelayStage): Rule => ({ stage, delayMs: 400 });
      const script = { rules: [slow("mail"), slow("rcpt"), slow("data"), slow("content")] };
      const seen = await trial.run({ script, messages: mails(1), limits: { messageTimeoutMs: 700 } });
      expect(seen.end.kind).toBe("fault");
      expect(["untried", "in_doubt"]).toContain(inShort(seen.outcomes)[0]);
    },
  },
  {
    title: "a greeting that trickles in runs out of its time",
    waits: true,
    async run(trial) {
      const raw = `220-${"x".repeat(5_000)}\r\n220 at last\r\n`;
      const script = { rules: [{ stage: "greeting" as const, raw, bytewise: true }] };
      const { end, outcomes } = await trial.run({ script, timeouts: { greetingMs: 300 } });
      expectFault(end, "greeting", null);
      expect(outcomes).toEqual([]);
    },
  },
  {
    title: "the goodbye is not waited for",
    async run(trial) {
      const seen = await trial.run({ script: { rules: [{ stage: "quit", stall: true }] }, messages: mails(2) });
      expect(seen.end).toEqual({ kind: "done" });
      expect(inShort(seen.outcomes)).toEqual(["sent", "sent"]);
    },
  },
];

function neverWas(end: SessionEnd): boolean {
  return end.kind === "fault" && end.fault.stage === "connect";
}
