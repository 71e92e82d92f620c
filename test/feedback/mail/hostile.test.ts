import * as fc from "fast-check";
import { expect, it } from "vitest";
import { parseMail } from "../../../src/feedback/mail/inbound-mail.ts";
import { MAX_RAW_BYTES, readStart } from "../../../src/feedback/mail/raw.ts";
import { bounced, bytes, dsn, read, told } from "./mails.ts";

it("of a mail of 25 MB one megabyte is read, and the rest is cancelled", async () => {
  let made = 0;
  let cancelled = false;
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        made += 65_536;
        controller.enqueue(new Uint8Array(65_536).fill(0x61));
        if (made >= 25 * MAX_RAW_BYTES) controller.close();
      },
      cancel() {
        cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  expect((await readStart(stream)).length).toBe(MAX_RAW_BYTES);
  expect({ cancelled, made }).toEqual({ cancelled: true, made: MAX_RAW_BYTES });
});

it("a shorter mail is read whole, whatever its pieces", async () => {
  for (const pieces of [[], [3], [1, 65_536, 7]]) {
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const size of pieces) controller.enqueue(new Uint8Array(size));
        controller.close();
      },
    });
    expect((await readStart(stream)).length).toBe(pieces.reduce((sum, size) => sum + size, 0));
  }
});

it("a report whose returned message was cut off is read", async () => {
  const raw = bytes(dsn([["Final-Recipient: rfc822; ann@example.org", "Action: failed", "Status: 5.1.1"]]));
  const huge = new Uint8Array(MAX_RAW_BYTES).fill(0x41);
  huge.set(raw.subarray(0, raw.length - "--b1--\r\n".length));
  expect(await bounced(huge)).toMatchObject([{ recipient: "ann@example.org", status: "5.1.1" }]);
});

it("a hundred levels of multiparts and of messages in messages are read without an error", async () => {
  const head = ["From: MAILER-DAEMON@mx.example.net", "Subject: failure notice", "Return-Path: <>"];
  const parts = Array.from({ length: 100 }, (_, i) => [
    `Content-Type: multipart/mixed; boundary="b${i}"`,
    "",
    `--b${i}`,
  ]);
  const words = ["", "Delivery failed: could not be delivered to", "<ann@example.org>: 550 5.1.1 User unknown"];
  expect(await bounced(bytes([...head, ...parts.flat(), ...words]))).toMatchObject([{ status: "5.1.1" }]);
  const messages = Array.from({ length: 100 }, () => ["Content-Type: message/rfc822", ""]).flat();
  expect((await read(bytes(["From: ann@example.org", ...messages, "Hello"]))).kind).toBe("other");
});

it("wrong charsets and broken encodings lose characters, and no codes", async () => {
  const headers = [
    "From: MAILER-DAEMON@mx.example.net",
    "Subject: =?x-nonsense?Q?failure?= =?utf-8?B?%%%?= failure notice",
    "Return-Path: <>",
    "Content-Type: text/plain; charset=x-nonsense",
  ];
  for (const encoding of ["8bit", "nonsense", "quoted-printable"]) {
    const lines = [...headers, `Content-Transfer-Encoding: ${encoding}`];
    const raw = bytes(
      told("It could not be delivered:\n<ann@example.org>:\n550 5.1.1 =Unknown \u00e9\ufffd user", lines),
    );
    expect(await bounced(raw)).toMatchObject([{ recipient: "ann@example.org", status: "5.1.1" }]);
  }
});

it("any bytes, and any damage to a report, are read without an error", async () => {
  const report = bytes(dsn([["Final-Recipient: rfc822; ann@example.org", "Action: failed", "Status: 5.1.1"]]));
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), fc.nat(report.length), async (noise, at) => {
      await read(noise);
      await read(new Uint8Array([...report.subarray(0, at), ...noise, ...report.subarray(at)]));
    }),
    { numRuns: 200 },
  );
});

it("texts made to be slow are cut: lines without an end, @ without an address, thousands of groups", async () => {
  const texts = [
    "a".repeat(900_000),
    "@".repeat(900_000),
    "a@".repeat(450_000),
    "<a@b.c>:\n".repeat(100_000),
    "550 5.1.1 ".repeat(90_000),
    `${"\n".repeat(400_000)}x`,
    " ".repeat(900_000),
    ">".repeat(900_000),
  ];
  for (const text of texts) {
    await read(bytes(told(text)));
    await read(bytes(dsn([[text]])));
  }
  const groups = Array.from({ length: 20_000 }, (_, i) => [
    `Final-Recipient: rfc822; a${i}@example.org`,
    "Action: failed",
  ]);
  expect((await bounced(bytes(dsn(groups)))).length).toBeLessThanOrEqual(200);
});

it("a header without an end is read as far as it goes", async () => {
  const mail = await parseMail(bytes(`Subject: ${"x".repeat(600_000)}`));
  expect(mail.headers("nothing")).toEqual([]);
});
