import { env } from "cloudflare:workers";
import { beforeEach, expect, it, vi } from "vitest";
import { receiveEmail } from "../../src/feedback/email.ts";
import type { FeedbackEvent } from "../../src/feedback/event.ts";
import { signToken } from "../../src/message/signed/delivery-token.ts";
import { bytes, dsn, told } from "./mail/mails.ts";

const INBOUND = "bounce@bounces.example.com";
const KEY = env.SIGNING_KEY;
const [PUSH, RECIPIENT] = ["abcdefghijklmnop", 7];
const RETURN_PATH = addressed(signToken("return-path", PUSH, RECIPIENT, KEY));
const UNSUBSCRIBE = addressed(signToken("unsubscribe", PUSH, RECIPIENT, KEY));
const MESSAGE_ID = `Message-ID: <${signToken("message-id", PUSH, RECIPIENT, KEY)}@example.com>`;
const FAILED = ["Final-Recipient: rfc822; ann@example.org", "Action: failed", "Status: 5.1.1"];

beforeEach(() => {
  vi.spyOn(console, "log").mockImplementation(() => undefined);
  vi.spyOn(console, "error").mockImplementation(() => undefined);
});

function addressed(token: string): string {
  return INBOUND.replace("@", `+${token}@`);
}

interface Received {
  readonly events: FeedbackEvent[];
  readonly forwarded: string[];
}

/** Hands a mail to the Worker, and gives what it put on the queue and forwarded. */
async function receive(
  to: string,
  raw: Uint8Array,
  options: { readonly queueIsDown?: boolean; readonly forwardFails?: boolean; readonly variables?: object } = {},
): Promise<Received> {
  const received: Received = { events: [], forwarded: [] };
  const FEEDBACK = {
    sendBatch: async (messages: MessageSendRequest<FeedbackEvent>[]) => {
      if (options.queueIsDown) throw new Error("the queue is down");
      received.events.push(...messages.map(({ body }) => body));
    },
  };
  const message = {
    to,
    raw: new Blob([raw]).stream(),
    forward: async (address: string) => {
      if (options.forwardFails) throw new Error("destination address not verified");
      received.forwarded.push(address);
      return { messageId: "" };
    },
  };
  const variables = { ...env, FEEDBACK, RETURN_PATH: INBOUND, FORWARD_TO: "people@example.com", ...options.variables };
  await receiveEmail(message, variables as unknown as Env);
  return received;
}

function arf(type: string, returned: string, field = ""): Uint8Array {
  const report = dsn([[]], { type: "message/feedback-report", returned: [returned] });
  const at = report.indexOf("Reporting-MTA: dns; mx.example.net");
  return bytes(report.toSpliced(at, 1, `Feedback-Type: ${type}`, "Version: 1", ...(field === "" ? [] : [field])));
}

it("a bounce to the return path of a delivery is that delivery's, whatever the report says of itself", async () => {
  const { events } = await receive(RETURN_PATH.toUpperCase(), bytes(dsn([FAILED])));
  expect(events).toMatchObject([
    {
      kind: "bounced",
      push: PUSH,
      recipient: RECIPIENT,
      status: "5.1.1",
      permanent: true,
      suppress: "no-such-user",
      address: null,
      source: "dsn",
    },
  ]);
});

it("the delivery is found by the envelope id, the Message-ID or the return path in what came back", async () => {
  const envelopeId = `Original-Envelope-Id: ${signToken("return-path", PUSH, RECIPIENT, KEY)}`;
  for (const raw of [
    bytes(dsn([[envelopeId], FAILED], { returned: null })),
    bytes(dsn([FAILED], { returned: [MESSAGE_ID] })),
    bytes(dsn([FAILED], { returned: [`Return-Path: <${RETURN_PATH}>`] })),
  ]) {
    expect((await receive(INBOUND, raw)).events).toMatchObject([{ kind: "bounced", push: PUSH, recipient: RECIPIENT }]);
  }
});

it("without a signature of ours nothing happens: a bare id, one changed bit, another key, another purpose", async () => {
  const token = signToken("return-path", PUSH, RECIPIENT, KEY);
  const changed = `${token.slice(0, -1)}${token.endsWith("0") ? "1" : "0"}`;
  const foreign = signToken("return-path", PUSH, RECIPIENT, "another-signing-key-of-32-bytes!!");
  const attempts: [to: string, returned: readonly string[] | null][] = [
    [addressed(changed), null],
    [addressed(foreign), null],
    [addressed(`${PUSH}.7`), null],
    [addressed(signToken("message-id", PUSH, RECIPIENT, KEY)), null],
    [RETURN_PATH.replace("bounces.", "other."), null],
    [INBOUND, [`Message-ID: <${PUSH}.7@example.com>`]],
    [INBOUND, [`Message-ID: <${PUSH}.7.${"0".repeat(24)}@example.com>`]],
    [INBOUND, [`Return-Path: <${UNSUBSCRIBE}>`]],
    // About a mail of somebody else's, or about a report of our own: no token.
    [INBOUND, ["Message-ID: <x@example.net>", "Return-Path: <>"]],
    [INBOUND, null],
  ];
  for (const [to, returned] of attempts) {
    const received = await receive(to, bytes(dsn([FAILED], { returned })));
    expect({ to, returned, ...received }).toEqual({ to, returned, events: [], forwarded: [] });
  }
});

it("a report about a report changes nothing, whatever mail the inner one is about", async () => {
  for (const action of ["failed", "delayed"]) {
    const inner = dsn([["Final-Recipient: rfc822; ann@example.org", `Action: ${action}`, "Status: 4.4.1"]], {
      returned: [MESSAGE_ID, `Return-Path: <${RETURN_PATH}>`],
    });
    for (const to of [INBOUND, RETURN_PATH]) {
      // With a boundary of its own.
      const returned = inner.map((line) => line.replaceAll("b1", "b2"));
      const raw = bytes(dsn([FAILED], { returned }).join("\n").replace("text/rfc822-headers", "message/rfc822"));
      expect({ to, ...(await receive(to, raw)) }).toEqual({ to, events: [], forwarded: [] });
    }
  }
});

it("a mail to an unsubscribe address is an unsubscribe, whatever is inside, and the previous key still counts", async () => {
  for (const raw of [
    bytes(dsn([FAILED])),
    bytes(told("Hello", ["Subject: hi"])),
    arf("abuse", MESSAGE_ID),
    new Uint8Array(),
  ]) {
    expect((await receive(UNSUBSCRIBE, raw)).events).toMatchObject([
      { kind: "unsubscribed", push: PUSH, recipient: RECIPIENT, source: "mailto" },
    ]);
  }
  const variables = { SIGNING_KEY: "the-key-after-the-rotation-00000", SIGNING_KEY_PREVIOUS: KEY };
  expect((await receive(UNSUBSCRIBE, new Uint8Array(), { variables })).events).toHaveLength(1);
});

it("a warning and a success are notes; of several recipients the one that failed is told", async () => {
  const group = (action: string, status: string) => [
    "Final-Recipient: rfc822; a@example.org",
    `Action: ${action}`,
    `Status: ${status}`,
  ];
  const cases: [groups: string[][], kind: string][] = [
    [[group("delayed", "4.4.1")], "delayed"],
    [[group("delivered", "2.0.0")], "delivered"],
    [[group("relayed", "2.0.0")], "delivered"],
    [[group("delayed", "4.4.1"), group("delivered", "2.0.0"), group("failed", "5.2.2")], "bounced"],
  ];
  for (const [groups, kind] of cases) {
    expect((await receive(RETURN_PATH, bytes(dsn(groups)))).events).toMatchObject([{ kind }]);
  }
});

it("nobody is suppressed for a full mailbox, a policy, or what was given up after temporary refusals", async () => {
  for (const [status, words] of [
    ["5.2.2", "552 5.2.2 Mailbox full"],
    ["5.7.1", "550 5.7.1 Rejected as spam"],
    ["4.1.1", "450 4.1.1 User unknown"],
  ]) {
    const group = [...FAILED.slice(0, 2), `Status: ${status}`, `Diagnostic-Code: smtp; ${words}`];
    expect((await receive(RETURN_PATH, bytes(dsn([group])))).events).toMatchObject([
      { kind: "bounced", suppress: null, permanent: status?.startsWith("5") },
    ]);
  }
});

it("reports of abuse, fraud and viruses are complaints, an opt-out unsubscribes, others change nothing", async () => {
  const kinds = {
    abuse: "complained",
    fraud: "complained",
    virus: "complained",
    "opt-out": "unsubscribed",
    "not-spam": "noted",
    "auth-failure": "noted",
    dmarc: "noted",
    other: "noted",
  };
  for (const [type, kind] of Object.entries(kinds)) {
    const { events } = await receive("fbl@bounces.example.com", arf(type, MESSAGE_ID));
    expect({ type, events }).toMatchObject({
      type,
      events: [{ kind, push: PUSH, recipient: RECIPIENT, source: "arf" }],
    });
  }
  const redacted = arf("abuse", "Subject: redacted", `Original-Mail-From: <${RETURN_PATH}>`);
  expect((await receive("fbl@bounces.example.com", redacted)).events).toMatchObject([{ kind: "complained" }]);
});

it("an auto-reply is a note; an Exim bounce marked as one is a bounce", async () => {
  const marked = ["Return-Path: <>", "From: Ann <ann@example.org>", "Subject: Away", "Auto-Submitted: auto-replied"];
  expect((await receive(RETURN_PATH, bytes(told("Back on Monday.", marked)))).events).toMatchObject([
    { kind: "noted" },
  ]);
  const text =
    "This message was created automatically by mail delivery software.\n\n  ann@example.org\n    550 5.1.1 User unknown";
  const exim = ["From: Mailer-Daemon@mx.example.net", "Auto-Submitted: auto-replied"];
  expect((await receive(RETURN_PATH, bytes(told(text, exim)))).events).toMatchObject([
    { kind: "bounced", source: "bounce-mail" },
  ]);
});

it("the same mail gives the same event again, and another mail another", async () => {
  const raw = bytes(dsn([FAILED]));
  const once = await receive(RETURN_PATH, raw);
  const again = await receive(RETURN_PATH, raw);
  const other = await receive(RETURN_PATH, bytes(dsn([FAILED]).map((line) => line.replace("report-1", "report-2"))));
  expect(again.events[0]?.id).toBe(once.events[0]?.id);
  expect(other.events[0]?.id).not.toBe(once.events[0]?.id);
});

it("an event has the time at which the report was written, if that can be believed", async () => {
  const at = async (date: string): Promise<number | undefined> => {
    const lines = dsn([FAILED]).map((line) => line.replace(/^Date: .*/, `Date: ${date}`));
    return (await receive(RETURN_PATH, bytes(lines))).events[0]?.at;
  };
  const now = Date.now();
  const hourAgo = new Date(now - 3_600_000).toUTCString();
  expect(await at(hourAgo)).toBe(Date.parse(hourAgo));
  for (const date of [new Date(now + 3_600_000).toUTCString(), "Thu, 01 Jan 1970 00:00:00 +0000", "yesterday"]) {
    expect(await at(date)).toBeGreaterThanOrEqual(now);
  }
});

it("if the queue refuses, the error goes to the sending server, which tries again", async () => {
  for (const to of [RETURN_PATH, UNSUBSCRIBE]) {
    await expect(receive(to, bytes(dsn([FAILED])), { queueIsDown: true })).rejects.toThrow("the queue is down");
  }
});

it("what is no report is forwarded once, and a refusal to forward is no error", async () => {
  const mail = bytes(told("How are you?", ["From: Ann <ann@example.org>", "Subject: Hello"]));
  expect(await receive(RETURN_PATH, mail)).toEqual({ events: [], forwarded: ["people@example.com"] });
  expect(await receive(INBOUND, mail, { forwardFails: true })).toEqual({ events: [], forwarded: [] });
  expect(await receive(INBOUND, mail, { variables: { FORWARD_TO: "" } })).toEqual({ events: [], forwarded: [] });
});

it("no log line of an inbound mail holds an address or a token", async () => {
  const logged: unknown[] = [];
  vi.spyOn(console, "log").mockImplementation((line) => logged.push(line));
  vi.spyOn(console, "error").mockImplementation((line) => logged.push(line));
  await receive(RETURN_PATH, bytes(dsn([FAILED])));
  await receive(INBOUND, bytes(dsn([FAILED], { returned: ["Message-ID: <secret@example.net>"] })));
  await receive(INBOUND, bytes(told("Hello")), { forwardFails: true });
  const lines = logged.join("\n");
  expect(logged).toHaveLength(3);
  expect(lines).not.toMatch(/@|bounce\+|secret/);
  expect(lines).not.toContain(signToken("return-path", PUSH, RECIPIENT, KEY));
});

it("without RETURN_PATH a delivery is still found by its Message-ID, and FORWARD_TO may not be an address of ours", async () => {
  const variables = { RETURN_PATH: "" };
  const raw = bytes(dsn([FAILED], { returned: [MESSAGE_ID] }));
  expect((await receive("abuse@example.com", raw, { variables })).events).toMatchObject([{ kind: "bounced" }]);
  for (const FORWARD_TO of [INBOUND, INBOUND.toUpperCase(), RETURN_PATH]) {
    await expect(receive(INBOUND, raw, { variables: { FORWARD_TO } })).rejects.toThrow("FORWARD_TO");
  }
});

it("a thousand bounces at once give a thousand events", async () => {
  const raw = bytes(dsn([FAILED]));
  const received = await Promise.all(
    Array.from({ length: 1_000 }, (_, i) => receive(addressed(signToken("return-path", PUSH, i + 1, KEY)), raw)),
  );
  const recipients = new Set(received.flatMap(({ events }) => events.map(({ recipient }) => recipient)));
  expect(recipients.size).toBe(1_000);
});
