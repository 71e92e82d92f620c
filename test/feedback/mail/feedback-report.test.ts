import { expect, it } from "vitest";
import { bytes, read } from "./mails.ts";

function arf(fields: readonly string[]): Uint8Array {
  return bytes([
    "From: feedback@isp.example.net",
    "Subject: FW: news",
    'Content-Type: multipart/report; report-type=feedback-report; boundary="b1"',
    "",
    "--b1",
    "Content-Type: text/plain",
    "",
    "This is an email abuse report for a message received from 192.0.2.1.",
    "--b1",
    "Content-Type: message/feedback-report",
    "",
    ...fields,
    "",
    "--b1",
    "Content-Type: message/rfc822",
    "",
    "Return-Path: <bounce+token@bounces.example.com>",
    "Message-ID: <p.1.mac@example.com>",
    "To: <redacted>",
    "",
    "Hello",
    "--b1--",
  ]);
}

it("each registered type is known, and any other is unknown", async () => {
  for (const type of ["abuse", "fraud", "virus", "opt-out", "not-spam", "auth-failure", "dmarc"]) {
    expect(await read(arf([`Feedback-Type: ${type.toUpperCase()}`, "Version: 1"]))).toMatchObject({
      kind: "feedback",
      type,
    });
  }
  expect(await read(arf(["Feedback-Type: (button) abuse (spam)"]))).toMatchObject({ kind: "feedback", type: "abuse" });
  for (const fields of [["Feedback-Type: other"], ["Feedback-Type: (abuse) other"], ["Version: 1"]]) {
    expect(await read(arf(fields))).toMatchObject({ kind: "feedback", type: "unknown" });
  }
});

it("a redacted report still names the returned message, its return path, and Original-Mail-From", async () => {
  const report = await read(arf(["Feedback-Type: abuse", "Original-Mail-From: <bounce+other@bounces.example.com>"]));
  expect(report).toMatchObject({
    evidence: {
      messageIds: ["p.1.mac@example.com"],
      returnPaths: ["bounce+other@bounces.example.com", "bounce+token@bounces.example.com"],
    },
  });
});

it("a complaint in the form of Microsoft's Junk Mail Reporting Program is one of abuse", async () => {
  const forwarded = [
    "From: staff@hotmail.com",
    "Subject: complaint about message from 192.0.2.1",
    'Content-Type: multipart/mixed; boundary="b1"',
    "",
    "--b1",
    "Content-Type: message/rfc822",
    "",
    "X-HmXmrOriginalRecipient: ann@hotmail.example",
    "Message-ID: <p.1.mac@example.com>",
    "",
    "Hello",
    "--b1--",
  ];
  expect(await read(bytes(forwarded))).toMatchObject({
    type: "abuse",
    recipients: ["ann@hotmail.example"],
    evidence: { messageIds: ["p.1.mac@example.com"] },
  });
});

it("an unsubscribe that a mail program sends is an opt-out; a mail about one is not", async () => {
  const head = ["From: ann@example.org", "Subject: unsubscribe"];
  expect(await read(bytes([...head, "", "Sent to unsubscribe from the list."]))).toMatchObject({ type: "opt-out" });
  expect(await read(bytes([...head, "", "Please tell me how. ".repeat(40)]))).toEqual({ kind: "other" });
  expect(await read(bytes(["From: ann@example.org", "Subject: Re: unsubscribe", "", "?"]))).toEqual({ kind: "other" });
});
