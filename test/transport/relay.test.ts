import { connect } from "cloudflare:sockets";
import { expect, inject, it } from "vitest";
import { RemoteRelay } from "../relay/remote.ts";
import type { RelayScript, Violation } from "../relay/script.ts";

const MAIL = "MAIL FROM:<a@b.c>\r\nRCPT TO:<d@e.f>\r\n";
const OFFERS = ["PIPELINING", "CHUNKING", "SIZE 1000"];

/** Says it a line at a time or, `atOnce`, in one write: the last line of each reply, and what the relay thinks. */
async function say(script: RelayScript, text: string, atOnce = false) {
  const relay = await RemoteRelay.start(inject("relayControl"), script);
  try {
    const replies = await converse(relay.port, atOnce ? [text] : text.split(/(?<=\n)/));
    return { replies, summary: await relay.summary(), mails: await relay.mails() };
  } finally {
    await relay.stop();
  }
}

/** Writes a piece for each reply that came, until the server has closed. */
async function converse(port: number, pieces: string[]): Promise<string[]> {
  const socket = connect({ hostname: "127.0.0.1", port });
  const writer = socket.writable.getWriter();
  const reader = socket.readable.pipeThrough(new TextDecoderStream()).getReader();
  let heard = "";
  let content = false;
  for (;;) {
    const { done, value } = await reader.read().catch(() => ({ done: true, value: "" }));
    if (done) break;
    heard += value;
    if (!/^\d{3} .*\r\n$/m.test(value ?? "")) continue;
    content = /^354/m.test(value ?? "");
    do {
      const piece = pieces.shift();
      if (piece === undefined) break;
      if (piece === ".\r\n") content = false;
      await writer.write(new TextEncoder().encode(piece)).catch(() => {});
    } while (content);
  }
  socket.close().catch(() => {});
  return heard.split("\r\n").filter((line) => /^\d{3} /.test(line));
}

/** What a client must not do, and as what the relay sees it. */
const FAULTS: [string, Violation["kind"], string, boolean?][] = [
  ["a bare LF after a command", "bare-lf", "EHLO a\nQUIT\r\n"],
  ["a bare CR in a command", "bare-cr", "EHLO a\rb\r\nQUIT\r\n"],
  ["a bare LF in the content", "bare-lf", `EHLO a\r\n${MAIL}DATA\r\none\ntwo\r\n.\r\nQUIT\r\n`],
  ["a bare CR in the content", "bare-cr", `EHLO a\r\n${MAIL}DATA\r\none\rtwo\r\n.\r\nQUIT\r\n`],
  ["a dot that is not stuffed", "dot-stuffing", `EHLO a\r\n${MAIL}DATA\r\n.one\r\n.\r\nQUIT\r\n`],
  ["a line over 998 bytes", "long-line", `EHLO a\r\n${MAIL}DATA\r\n${"x".repeat(999)}\r\n.\r\nQUIT\r\n`],
  ["a space before the path", "syntax", "EHLO a\r\nMAIL FROM: <a@b.c>\r\nQUIT\r\n"],
  ["MAIL before EHLO", "order", `${MAIL}QUIT\r\n`],
  ["MAIL in an open transaction", "order", `EHLO a\r\n${MAIL}MAIL FROM:<a@b.c>\r\nQUIT\r\n`],
  ["DATA without RCPT", "order", "EHLO a\r\nDATA\r\nQUIT\r\n"],
  ["what was not offered", "parameter", "EHLO a\r\nMAIL FROM:<a@b.c> SMTPUTF8\r\nQUIT\r\n"],
  ["no command", "unknown-command", "EHLO a\r\nHELLO\r\nQUIT\r\n"],
  ["a chunk that is longer than it said", "unknown-command", `EHLO a\r\n${MAIL}BDAT 3 LAST\r\nabcde\r\nQUIT\r\n`, true],
  ["more behind DATA before its reply", "pipelining", `EHLO a\r\n${MAIL}DATA\r\none\r\n.\r\nQUIT\r\n`, true],
];

it.each(FAULTS)("complains of %s", async (_, kind, text, atOnce) => {
  const { summary } = await say({ capabilities: OFFERS }, text, atOnce);
  expect(summary.violations.map((violation) => violation.kind)).toContain(kind);
});

it("complains of pipelining that it did not offer", async () => {
  const { summary } = await say({}, `EHLO a\r\n${MAIL}QUIT\r\n`, true);
  expect(new Set(summary.violations.map(({ kind }) => kind))).toEqual(new Set(["pipelining"]));
});

it("has nothing to say against a client that does it right", async () => {
  const text = `EHLO a\r\n${MAIL}DATA\r\n..one\r\n.\r\n${MAIL}RSET\r\n${MAIL}DATA\r\ntwo\r\n.\r\nQUIT\r\n`;
  const { summary, mails } = await say({ capabilities: OFFERS }, text);
  expect(summary).toMatchObject({ mails: 2, addresses: 1, doubled: 1, violations: [] });
  expect(mails.map(({ content }) => content)).toEqual([".one\r\n", "two\r\n"]);
});

it("greylists an address until it has waited", async () => {
  const again = `EHLO a\r\n${MAIL}RSET\r\n${MAIL}QUIT\r\n`;
  const { replies } = await say({ greylist: { afterMs: 60_000 } }, again);
  expect(replies.filter((reply) => reply.startsWith("451 4.7.1")).length).toBe(2);
  const patient = await say({ greylist: { afterMs: 1 }, rttMs: 20 }, again);
  expect(patient.replies.filter((reply) => reply.startsWith("451 4.7.1")).length).toBe(1);
});

it("takes no more than its rate", async () => {
  const rateLimit = { perSecond: 0.001, burst: 2 };
  const { replies } = await say({ rateLimit }, `EHLO a\r\n${`${MAIL}RSET\r\n`.repeat(4)}QUIT\r\n`);
  expect(replies.filter((reply) => reply.startsWith("450 4.7.1")).length).toBe(2);
});

it("turns away whom it has no room for, and who was refused too often", async () => {
  expect((await say({ maxSessions: 0 }, "EHLO a\r\n")).replies).toEqual(["421 4.7.0 too many connections"]);
  const rules = [{ stage: "rcpt" as const, reply: "550 5.1.1 no" }];
  const { replies } = await say(
    { rules, maxRefusalsPerSession: 2 },
    `EHLO a\r\n${`${MAIL}RSET\r\n`.repeat(4)}QUIT\r\n`,
  );
  expect(replies.at(-1)).toBe("421 4.7.0 too many errors");
  expect(replies.filter((reply) => reply.startsWith("550")).length).toBe(2);
});

it("lets rules count: the nth, every nth, from the nth on, and by address", async () => {
  const said = async (rule: object) => {
    const rules = [{ stage: "rcpt" as const, reply: "550 no", ...rule }];
    const rcpt = [1, 2, 3, 4].map((id) => `RCPT TO:<r${id}@e.f>\r\n`).join("");
    const { replies } = await say({ rules }, `EHLO a\r\nMAIL FROM:<a@b.c>\r\n${rcpt}QUIT\r\n`);
    return replies.slice(3, 7).map((reply) => reply.slice(0, 3));
  };
  expect(await said({ nth: 2 })).toEqual(["250", "550", "250", "250"]);
  expect(await said({ every: 2 })).toEqual(["250", "550", "250", "550"]);
  expect(await said({ from: 3 })).toEqual(["250", "250", "550", "550"]);
  expect(await said({ recipient: "^r[14]@" })).toEqual(["550", "250", "250", "550"]);
  expect(await said({ probability: 0 })).toEqual(["250", "250", "250", "250"]);
});
