import { expect } from "vitest";
import { type Case, expectFault, inShort, mails } from "./trial.ts";

const CREDENTIALS = { username: "postbote@example.org", password: 'Grüße: 密码 \\ "' };
const SENT = ["sent", "sent", "sent"];

/** From the connection to the first MAIL. */
export const handshakes: readonly Case[] = [
  {
    title: "sends, and says goodbye",
    async run(trial) {
      const seen = await trial.run();
      expect(seen.end).toEqual({ kind: "done" });
      expect(inShort(seen.outcomes)).toEqual(SENT);
      expect(seen.sessions).toMatchObject([{ quit: true, mails: 3 }]);
      expect(seen.sessions[0]?.commands[0]).toBe("EHLO mailpush.test");
    },
  },
  {
    title: "a feed with nothing in it sends nothing",
    any: true,
    async run(trial) {
      const seen = await trial.run({ messages: [] });
      expect(seen.end).toEqual({ kind: "done" });
      expect(seen.summary.commands.MAIL).toBeUndefined();
    },
  },
  {
    title: "nothing is begun when it is too late to begin",
    any: true,
    async run(trial) {
      const seen = await trial.run({ limits: { beginBefore: Date.now() - 1 } });
      expect(seen.end).toEqual({ kind: "done" });
      expect(inShort(seen.outcomes).filter((outcome) => outcome !== "untried")).toEqual([]);
      expect(seen.summary.mails).toBe(0);
    },
  },
  {
    title: "HELO where EHLO is not known",
    async run(trial) {
      const script = { rules: [{ stage: "ehlo" as const, reply: "502 5.5.1 what?" }] };
      expect(inShort((await trial.run({ script })).outcomes)).toEqual(SENT);
    },
  },
  {
    title: "EHLO and HELO refused",
    async run(trial) {
      const reply = "550 5.7.0 go away";
      const { end } = await trial.run({ script: { rules: [rule("ehlo", reply), rule("helo", reply)] } });
      expectFault(end, "ehlo", { code: 550, enhanced: "5.7.0", text: "go away" });
    },
  },
  ...["421 4.3.2 closing", "450 4.3.2 later", "554 5.7.1 you are blocked"].map((reply) => ({
    title: `a greeting of ${reply}`,
    async run(trial: Parameters<Case["run"]>[0]) {
      const { end, summary } = await trial.run({ script: { rules: [rule("greeting", reply)] } });
      expectFault(end, "greeting", { code: Number(reply.slice(0, 3)), enhanced: reply.slice(4, 9) });
      expect(summary.commands.MAIL).toBeUndefined();
    },
  })),
  {
    title: "EHLO answered with 4xx",
    async run(trial) {
      const { end } = await trial.run({ script: { rules: [rule("ehlo", "451 4.3.0 later")] } });
      expectFault(end, "ehlo", { code: 451, enhanced: "4.3.0", text: "later" });
    },
  },
  ...["AUTH PLAIN", "AUTH LOGIN", "AUTH LOGIN PLAIN"].map((offer) => ({
    title: `${offer}, with a password in UTF-8`,
    async run(trial: Parameters<Case["run"]>[0]) {
      const script = { credentials: CREDENTIALS, requireAuth: true };
      const seen = await trial.run({ offers: [offer], script, relay: CREDENTIALS });
      expect(inShort(seen.outcomes)).toEqual(SENT);
      expect(seen.sessions).toMatchObject([CREDENTIALS]);
    },
  })),
  {
    title: "AUTH refused",
    async run(trial) {
      const relay = { ...CREDENTIALS, password: "wrong" };
      const seen = await trial.run({ offers: ["AUTH PLAIN"], script: { credentials: CREDENTIALS }, relay });
      expectFault(seen.end, "auth", { code: 535, enhanced: "5.7.8" });
      expect(seen.summary.commands.MAIL).toBeUndefined();
    },
  },
  {
    title: "AUTH wanted and not offered",
    async run(trial) {
      const { end, summary } = await trial.run({ relay: CREDENTIALS });
      expectFault(end, "auth", null);
      expect(summary.commands.MAIL).toBeUndefined();
    },
  },
  {
    title: "AUTH offered and not wanted",
    async run(trial) {
      const seen = await trial.run({ offers: ["AUTH PLAIN LOGIN"] });
      expect(inShort(seen.outcomes)).toEqual(SENT);
      expect(seen.summary.commands.AUTH).toBeUndefined();
    },
  },
  {
    title: "no credentials in clear where TLS is required and not offered",
    async run(trial) {
      const relay = { ...CREDENTIALS, security: "starttls" as const };
      const seen = await trial.run({ offers: ["AUTH PLAIN LOGIN"], relay });
      expectFault(seen.end, "starttls", null);
      expect(Object.keys(seen.summary.commands).filter((verb) => /AUTH|MAIL/i.test(verb))).toEqual([]);
    },
  },
  {
    title: "no credentials in clear where STARTTLS is refused",
    async run(trial) {
      const relay = { ...CREDENTIALS, security: "starttls" as const };
      const seen = await trial.run({ offers: ["STARTTLS", "AUTH PLAIN LOGIN"], relay });
      expectFault(seen.end, "starttls", { code: 454, enhanced: "4.7.0", text: "TLS not available" });
      expect(Object.keys(seen.summary.commands).filter((verb) => /AUTH|MAIL/i.test(verb))).toEqual([]);
    },
  },
  {
    title: "no credentials in clear where the server says it goes to TLS and does not",
    async run(trial) {
      const relay = { ...CREDENTIALS, security: "starttls" as const };
      const script = { rules: [rule("starttls", "220 go ahead")] };
      const offers = ["STARTTLS", "AUTH PLAIN LOGIN"];
      // The relay reads the TLS handshake as commands.
      const tolerates = ["unknown-command", "bare-lf", "bare-cr", "long-command", "pipelining"] as const;
      const timeouts = { commandMs: 500 };
      const seen = await trial.run({ offers, relay, script, tolerates, timeouts });
      expect(seen.end.kind).toBe("fault");
      expect(Object.keys(seen.summary.commands).filter((verb) => /AUTH|MAIL/i.test(verb))).toEqual([]);
    },
  },
  {
    title: "a server without TLS where TLS is wanted from the start",
    async run(trial) {
      const tolerates = ["unknown-command", "bare-lf", "bare-cr", "long-command", "pipelining"] as const;
      const relay = { security: "tls" as const };
      const { end } = await trial.run({ relay, tolerates, timeouts: { connectMs: 500, greetingMs: 500 } });
      expect(end.kind).toBe("fault");
    },
  },
  {
    title: "nobody listens",
    async run(trial) {
      const { end } = await trial.run({ relay: { port: 1 }, messages: mails(1) });
      expectFault(end, "connect", null);
    },
  },
];

function rule(stage: "greeting" | "ehlo" | "helo" | "starttls", reply: string) {
  return { stage, reply };
}
