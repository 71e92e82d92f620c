import { expect, it } from "vitest";
import { BOUNCE_HEADERS, bounced, bytes, dsn, read } from "./mails.ts";

const ANN = "Final-Recipient: rfc822; ann@example.org";

it("a report gives each recipient's own outcome, with line ends of either kind", async () => {
  const groups = [
    [ANN, "Action: failed", "Status: 5.1.1", "Diagnostic-Code: smtp; 550 5.1.1 <ann@example.org>: User unknown"],
    ["Final-Recipient: rfc822; bob@example.org", "Action: delayed", "Status: 4.4.1"],
    ["Final-Recipient: rfc822; eve@example.org", "Action: relayed", "Status: 2.0.0"],
  ];
  for (const ends of ["\r\n", "\n"] as const) {
    expect(await bounced(bytes(dsn(groups), ends))).toMatchObject([
      { recipient: "ann@example.org", outcome: "failed", status: "5.1.1", permanent: true, class: "no-such-user" },
      { recipient: "bob@example.org", outcome: "delayed", status: "4.4.1", permanent: false },
      { recipient: "eve@example.org", outcome: "relayed", status: "2.0.0", permanent: false, class: "accepted" },
    ]);
  }
});

it("a generic status yields to the server's code, and a summary to the reply that it sums up", async () => {
  const cases: [status: string, diagnostic: string, expected: string][] = [
    ["5.0.0", "smtp; 550 5.7.1 Rejected by policy", "5.7.1"],
    ["5.0.0 (permanent failure)", "smtp; 550-5.2.2 Mailbox full", "5.2.2"],
    ["4.4.7", "smtp; 450 4.7.1 Client host rejected", "4.7.1"],
    ["5.1.1", "smtp; 552 5.2.2 Over quota", "5.2.2"],
    ["5.0.0", "X-Postfix; host mx[192.0.2.1] said: 501 validation failed: 5.7.1 no relaying", "5.7.1"],
    // The relay went on trying; the server's last word was permanent all the same.
    ["4.5.0", "smtp; 550 5.1.1 User unknown", "5.1.1"],
    ["4.0.0", "smtp; 554 Blocked", "4.0.0"],
    ["5.4.7", "smtp; 450 4.7.1 Try later", "5.4.7"],
    ["5.0.0", "smtp; 550 User unknown", "5.0.0"],
    // Neither a version nor an IP address is a status.
    ["5.0.0", "smtp; host 5.1.1.7 running 5.4.3beta said no", "5.0.0"],
  ];
  for (const [status, diagnostic, expected] of cases) {
    const group = [ANN, "Action: failed", `Status: ${status}`, `Diagnostic-Code: ${diagnostic}`];
    const [recipient] = await bounced(bytes(dsn([group])));
    expect({ diagnostic, status: recipient?.status }).toEqual({ diagnostic, status: expected });
  }
});

it("what a report's fields lack comes from its text, for the recipient that the text is about", async () => {
  const notice = [
    "<ann@example.org>: host mx.example.org said: 550 5.7.25 no reverse DNS",
    "<bob@example.org>: host mx.example.org said: 552 5.2.2 mailbox full",
  ].join("\n");
  const groups = [
    [ANN, "Action: failed", "Status: 5.0.0"],
    ["Final-Recipient: rfc822; bob@example.org", "Action: failed"],
  ];
  expect((await bounced(bytes(dsn(groups, { notice })))).map(({ status }) => status)).toEqual(["5.7.25", "5.2.2"]);
});

it("fields are found without an action, without a status, and with folded lines", async () => {
  const [failed, full, late] = await bounced(
    bytes(
      dsn([
        [ANN, "Status: 5.1.1"],
        [
          "Final-recipient: RFC822;bob@example.org",
          "action: FAILED",
          "diagnostic-code: SMTP; 552 5.2.2",
          "\tMailbox",
          " full",
        ],
        ["Original-Recipient: rfc822;eve@example.org", "Status: 4.2.2"],
      ]),
    ),
  );
  expect(failed).toMatchObject({ outcome: "failed", permanent: true });
  expect(full).toMatchObject({
    outcome: "failed",
    status: "5.2.2",
    class: "mailbox-full",
    words: "552 5.2.2 Mailbox full",
  });
  // A temporary status without an action proves no failure.
  expect(late).toMatchObject({ recipient: "eve@example.org", outcome: "delayed", permanent: false });
});

it("a report whose boundary never comes is read all the same", async () => {
  const lines = dsn([[ANN, "Action: failed", "Status: 5.1.1"]]).map((line) =>
    line.startsWith("Content-Type: multipart") ? line.replace("b1", "another") : line,
  );
  expect(await bounced(bytes(lines))).toMatchObject([
    { recipient: "ann@example.org", status: "5.1.1", outcome: "failed" },
  ]);
});

it("a report within the text, as some mail systems write it, is read", async () => {
  const text = [
    "An error occurred.",
    "Technical report:",
    "Reporting-MTA: dns; mx",
    "Action: failed",
    ANN,
    "Status: 5.2.2",
  ];
  expect(await bounced(bytes([...BOUNCE_HEADERS, "", ...text]))).toMatchObject([
    { status: "5.2.2", outcome: "failed" },
  ]);
});

it("an internationalised report (RFC 6533) is read as UTF-8", async () => {
  const group = ["Final-Recipient: utf-8; δοκιμή@παράδειγμα.δοκιμή", "Action: failed", "Status: 5.1.1"];
  const raw = bytes(dsn([group], { type: "message/global-delivery-status" }));
  expect(await bounced(raw)).toMatchObject([{ recipient: "δοκιμή@παράδειγμα.δοκιμή", status: "5.1.1" }]);
});

it("the returned header and the envelope id are kept as evidence, and a report without them has none", async () => {
  const group = ["Original-Envelope-Id: env-1", "", ANN, "Action: failed", "Status: 5.1.1"];
  const returned = ["Return-Path: <bounce+token@bounces.example.com>", "Message-Id:", " <p.1.mac@example.com>"];
  expect(await read(bytes(dsn([group], { returned })))).toMatchObject({
    evidence: {
      envelopeIds: ["env-1"],
      messageIds: ["p.1.mac@example.com"],
      returnPaths: ["bounce+token@bounces.example.com"],
    },
  });
  expect(await read(bytes(dsn([[ANN, "Action: failed", "Status: 5.1.1"]], { returned: null })))).toMatchObject({
    evidence: { envelopeIds: [], messageIds: [], returnPaths: [] },
  });
});

it("fields that an empty line cuts off from their recipient stay that recipient's", async () => {
  const bob = "Final-Recipient: rfc822; bob@example.org";
  const groups = [
    [ANN, "", "Action: failed", "Status: 5.1.1"],
    ["", bob, "Action: failed", "", "Diagnostic-Code: smtp; 552 5.2.2 Mailbox full", "", "Status: 5.2.2"],
  ];
  expect(await bounced(bytes(dsn(groups)))).toMatchObject([
    { recipient: "ann@example.org", status: "5.1.1", outcome: "failed" },
    { recipient: "bob@example.org", status: "5.2.2", outcome: "failed", words: "552 5.2.2 Mailbox full" },
  ]);
  const above = [["Action: failed", "Status: 5.1.1", "", ANN]];
  expect(await bounced(bytes(dsn(above)))).toMatchObject([{ recipient: "ann@example.org", status: "5.1.1" }]);
});

it("an indented or quoted report within the text is read", async () => {
  for (const indent of ["    ", "\t", "> "]) {
    const fields = ["Reporting-MTA: dns; mx", "", ANN, "Action: failed", "Status: 5.2.2"];
    const text = ["An error occurred.", ...fields.map((line) => indent + line)];
    expect(await bounced(bytes([...BOUNCE_HEADERS, "", ...text]))).toMatchObject([
      { recipient: "ann@example.org", status: "5.2.2", outcome: "failed" },
    ]);
  }
});

it("a report that a gateway wrapped in a mail of its own is read, and its inner mail is evidence", async () => {
  const inner = dsn([[ANN, "Action: failed", "Status: 5.1.1"]], { returned: ["Message-ID: <p.1.mac@example.com>"] });
  const wrapped = [
    "From: postmaster@mx.example.net",
    "Subject: Delivery Status Notification (Failure)",
    'Content-Type: multipart/mixed; boundary="outer"',
    "",
    "--outer",
    "Content-Type: text/plain",
    "",
    "This e-mail may hold confidential information.",
    "--outer",
    "Content-Type: message/rfc822",
    "",
    ...inner,
    "--outer--",
  ];
  expect(await read(bytes(wrapped))).toMatchObject({
    kind: "bounce",
    format: "dsn",
    recipients: [{ recipient: "ann@example.org", status: "5.1.1" }],
    evidence: { messageIds: expect.arrayContaining(["p.1.mac@example.com"]) },
  });
});

it("a footer that a gateway adds below the recipients is none of the server's words", async () => {
  for (const rule of ["_".repeat(72), "~~~~~~~~~~", "*****", "-- "]) {
    const notice = `Delivery to the following recipients failed.\n\n   ann@example.org\n\n${rule}\nThis e-mail was scanned for viruses and prohibited content.`;
    const raw = dsn([["Final-Recipient: rfc822; ann@example.org", "Action: failed", "Status: 5.1.1"]], { notice });
    expect(await bounced(bytes(raw)), rule).toMatchObject([{ status: "5.1.1", class: "no-such-user", words: null }]);
  }
});

it("words between rules stay the server's where no footer is all there is", async () => {
  const notice =
    "It failed for:\n\nann@example.org\nThe user's mailbox is full.\n_________________\nScanned for viruses.";
  const raw = dsn([["Final-Recipient: rfc822; ann@example.org", "Action: failed", "Status: 5.0.0"]], { notice });
  const [report] = await bounced(bytes(raw));
  expect(report).toMatchObject({ status: "5.0.0", class: "mailbox-full" });
});

it("the recipient is the address, where another field names an account or an X.400 name", async () => {
  for (const final of ["system;<ann>", "x400; /S=ann/OU=example/ADMD= /C=GB/"]) {
    const group = [
      `Final-Recipient: ${final}`,
      "Original-Recipient: rfc822;<ann@example.org>",
      "Action: failed",
      "Status: 5.1.1",
    ];
    expect(await bounced(bytes(dsn([group])))).toMatchObject([{ recipient: "ann@example.org", status: "5.1.1" }]);
  }
});

it("a reply in the status field is read as a reply", async () => {
  const reportOf = (status: string): string[] => ["Final-Recipient: rfc822; ann@example.org", "Action: failed", status];
  const raw = dsn([reportOf("Status: 452 Mailbox over quota")]);
  expect(await bounced(bytes(raw))).toMatchObject([{ code: 452, permanent: false, class: "mailbox-full" }]);
  expect(await bounced(bytes(dsn([reportOf("Status: 5.2.2 (full)")])))).toMatchObject([
    { code: null, status: "5.2.2" },
  ]);
});
