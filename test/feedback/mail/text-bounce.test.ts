import { expect, it } from "vitest";
import { BOUNCE_HEADERS, bounced, bytes, read, told } from "./mails.ts";

const COPY =
  "\n\nReturn-Path: <news@example.com>\nReceived: from x by y; Thu, 1 Jan 2026\nMessage-ID: <p.1.mac@example.com>\n\nHello 550 5.9.9\n";

const FORMATS: Record<string, { text: string; expected: object[] }> = {
  Exim: {
    text: `This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  ann@example.org
    host mx.example.org [192.0.2.9]
    SMTP error from remote mail server after RCPT TO:<ann@example.org>:
    550 5.1.1 <ann@example.org>: User unknown
  bob@example.org
    mailbox is full: retry timeout exceeded

------ This is a copy of the message, including all the headers. ------`,
    expected: [
      { recipient: "ann@example.org", status: "5.1.1", class: "no-such-user", permanent: true },
      { recipient: "bob@example.org", status: null, class: "mailbox-full", permanent: false },
    ],
  },
  qmail: {
    text: `Hi. This is the qmail-send program at example.net.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<ann@example.org>:
192.0.2.1 does not like recipient.
Remote host said: 550 sorry, no mailbox here by that name (#5.1.1)
Giving up on 192.0.2.1.

<bob@example.org>:
Connected to 192.0.2.1 but sender was rejected.
Remote host said: 421 4.3.2 try later
I'm not going to try again; this message has been in the queue too long.

--- Below this line is a copy of the message.`,
    expected: [
      { recipient: "ann@example.org", status: "5.1.1", class: "no-such-user", permanent: true },
      { recipient: "bob@example.org", status: "4.3.2", permanent: false, outcome: "failed" },
    ],
  },
  "Postfix without a report": {
    text: `This is the Postfix program at host mx.example.net.

I'm sorry to have to inform you that the message returned
below could not be delivered to one or more destinations.

<ann@example.org>: host mx.example.org[192.0.2.9] said: 552 5.2.2 Mailbox
    full (in reply to RCPT TO command)`,
    expected: [{ recipient: "ann@example.org", status: "5.2.2", class: "mailbox-full", permanent: true }],
  },
  "Sendmail's transcript": {
    text: `   ----- The following addresses had permanent fatal errors -----
<ann@example.org>

   ----- Transcript of session follows -----
... while talking to mx.example.org.:
>>> RCPT To:<ann@example.org>
<<< 553 5.3.0 <ann@example.org>... No such user here
550 5.1.1 <ann@example.org>... User unknown

   ----- Original message follows -----`,
    expected: [{ recipient: "ann@example.org", status: "5.3.0", class: "no-such-user", permanent: true }],
  },
  "Gmail of old": {
    text: `Delivery to the following recipient failed permanently:

     ann@example.org

Technical details of permanent failure:
Google tried to deliver your message, but it was rejected by the recipient domain. The error that the other server
returned was: 550 550 5.1.1 unknown user (state 14).

----- Original message -----`,
    expected: [{ recipient: "ann@example.org", status: "5.1.1", class: "no-such-user", permanent: true }],
  },
  OpenSMTPD: {
    text: `    Hi!

    This is the MAILER-DAEMON, please DO NOT REPLY to this e-mail.

    An error has occurred while attempting to deliver a message for
    the following list of recipients:

ann@example.org: 550 5.7.1 Rejected as spam

    Below is a copy of the original message:`,
    expected: [{ recipient: "ann@example.org", status: "5.7.1", class: "blocked-as-spam", permanent: true }],
  },
  "old Exchange": {
    text: `Your message

      To:      somebody@example.com
      Subject: Hello

did not reach the following recipient(s):

ann@example.org on Thu, 1 Jan 2026 00:00:00 -0000
    The recipient name is not recognized
    MSEXCH:IMS:Example:Site:SERVER 0 (000C05A6) Unknown Recipient`,
    expected: [{ recipient: "ann@example.org", status: null, class: "no-such-user", permanent: true }],
  },
  Courier: {
    text: `This is a delivery status notification from mx.example.net,
running the Courier mail server, version 0.65.2.

                           UNDELIVERABLE MAIL

Your message to the following recipients cannot be delivered:

<ann@example.org>:
    mx.example.org [192.0.2.9]:
>>> RCPT TO:<ann@example.org>
<<< 550 5.1.1 <ann@example.org>... User Unknown`,
    expected: [{ recipient: "ann@example.org", status: "5.1.1", class: "no-such-user", permanent: true }],
  },
  "Exchange 5.5, with its X.400 address": {
    text: `Your message

  To:      somebody@example.com
  Cc:      others@example.com
  Subject: Release 2.0.12 of the program
  Sent:    Thu, 1 Jan 2026 00:00:00 -0300

did not reach the following recipient(s):

c=US;a= ;p=Example;o=Site;dda:SMTP=ann@example.org; on Thu, 1 Jan 2026
00:00:00 -0400
    The recipient name is not recognized`,
    expected: [{ recipient: "ann@example.org", status: null, class: "no-such-user", permanent: true }],
  },
  "Notes, with the reason above the address": {
    text: `
------- Failure Reasons  --------

User not listed in public Name & Address Book
ann@example.org

------- Returned Message --------`,
    expected: [{ recipient: "ann@example.org", status: null, class: "no-such-user", permanent: true }],
  },
  MDaemon: {
    text: `The attached message could not be delivered to one or more recipients.

Session Transcript
Thu 2026-01-01: --> RCPT To:<ann@example.org>
Thu 2026-01-01: <-- 550 <ann@example.org>, Recipient unknown`,
    expected: [{ recipient: "ann@example.org", code: 550, class: "no-such-user", permanent: true }],
  },
  "QQ, with Chinese punctuation around the address": {
    text: `抱歉，您的邮件被退回来了……
主 题：Hello
收件人：ann@example.org
退信原因：
收件人邮件地址（ann@example.org）不存在，邮件无法送达。
host mx.example.org said: 550 Mailbox not found.`,
    expected: [{ recipient: "ann@example.org", code: 550, class: "no-such-user", permanent: true }],
  },
  "a gateway to telephones, which quotes the header": {
    text: `Error:
No valid recipients for this MM. It was not delivered.

Message Headers:
From: other@example.com
To: ann@example.org
Subject: Hello`,
    expected: [{ recipient: "ann@example.org", outcome: "failed", permanent: true }],
  },
  "an unknown user id": {
    text: "Invalid final delivery userid: ann@example.org\n\nOriginal message follows.",
    expected: [{ recipient: "ann@example.org", outcome: "failed", permanent: true }],
  },
  "a mail that waits for room": {
    text: `Delivery of email to this address
"ann@example.org"
has been postponed due to a full mailbox.
We will continue to try to deliver your message over the next few days.`,
    expected: [{ recipient: "ann@example.org", outcome: "delayed", permanent: false }],
  },
  "a gateway that tries on": {
    text: `Your message could not be delivered to the following recipients:

ann@example.org

Please do not resend your original message.
Delivery attempts will continue to be made for 5 day(s).`,
    expected: [{ recipient: "ann@example.org", outcome: "delayed", permanent: false }],
  },
  "a warning": {
    text: `THIS IS A WARNING MESSAGE ONLY. YOU DO NOT NEED TO RESEND YOUR MESSAGE.

Delivery to the following recipient has been delayed:

     ann@example.org

The error was: 450 4.2.2 Mailbox full. Message will be retried for 2 more day(s)`,
    expected: [{ recipient: "ann@example.org", status: "4.2.2", outcome: "delayed", permanent: false }],
  },
  MailMarshal: {
    text: `Your message:
   From:    news@example.com
   Subject: Hello

Could not be delivered because of

The mail box of this person is full.

The following recipients were affected:
    ann@example.org

Additional Information
======================

Original Sender:    <news@example.com>
Sender-MTA:         <192.0.2.12>`,
    expected: [{ recipient: "ann@example.org", class: "mailbox-full", words: "The mail box of this person is full." }],
  },
  "Smail, as T-Online has it": {
    text: `|------------------------- Message log follows: -------------------------|
 no valid recipients were found for this message
|------------------------- Failed addresses follow: ---------------------|
 <ann@example.org>
   552 5.2.2 <ann@example.org> Quota exceeded
 bob@example.org ... unknown host
|------------------------- Message text follows: ------------------------|
550 5.1.1 Hello`,
    expected: [
      { recipient: "ann@example.org", status: "5.2.2", class: "mailbox-full" },
      { recipient: "bob@example.org", status: null, words: "... unknown host" },
    ],
  },
  "Apache James": {
    text: `Error message below:
550 - Requested action not taken: no such user here

Message details:
  Subject: Hello
  MAIL FROM: news@example.com
  RCPT TO: ann@example.org
  Size (in bytes): 1024`,
    expected: [{ recipient: "ann@example.org", code: 550, class: "no-such-user" }],
  },
  "InterScan in Japanese": {
    text: `メッセージを配信できません。

送信 >>> RCPT TO:<ann@example.org>
受信 <<< 550 5.1.1 <ann@example.org>... user unknown`,
    expected: [{ recipient: "ann@example.org", status: "5.1.1", class: "no-such-user" }],
  },
  "a multipart whose header was lost": {
    text: `------_=_NextPart_000_01
Content-Type: text/plain

Your message did not reach the following recipient(s):

ann@example.org on Thu, 1 Jan 2026 09:13:24 -0600
    The recipient name is not recognized

------_=_NextPart_000_01
Content-Type: message/rfc822

From: news@example.com

550 5.7.1 spam ------_=_NextPart_000_01--`,
    expected: [{ recipient: "ann@example.org", status: null, class: "no-such-user" }],
  },
};

it.each(Object.entries(FORMATS))("%s: recipients, status and class are read", async (_name, { text, expected }) => {
  for (const ends of ["\r\n", "\n"] as const) {
    expect(await bounced(bytes(told(text + COPY), ends))).toMatchObject(expected);
  }
});

it("the sender and the postmaster, whom notices name too, are not taken for recipients", async () => {
  const texts = [
    `A message sent by

  <news@example.com>

could not be delivered to one or more of its recipients. The following
address(es) failed:

  ann@example.org
    all hosts have been failing for a long time and were last tried after this message arrived

------ This is a copy of the message, including all the headers. ------`,
    `User mailbox exceeds allowed size: ann@example.org
Please turn to postmaster@example.net.

Original message follows.`,
  ];
  for (const text of texts) {
    const recipients = await bounced(bytes(told(text + COPY)));
    expect(recipients.map(({ recipient }) => recipient)).toEqual(["ann@example.org"]);
  }
});

it("a reply above the recipient's address is that recipient's", async () => {
  const text = `Your message could not be delivered because of

550 5.1.1 User unknown

The following recipients were affected:
    ann@example.org`;
  expect(await bounced(bytes(told(text)))).toMatchObject([{ recipient: "ann@example.org", status: "5.1.1" }]);
});

it("a text part with a broken content type is read", async () => {
  const lines = [
    ...BOUNCE_HEADERS,
    'Content-Type: multipart/mixed; boundary="b1"',
    "",
    "--b1",
    "Content-Type: text/plain",
    '   charset="utf-8"',
    "",
    "---The following addresses had delivery errors---",
    "ann@example.org [User unknown]",
    "--b1",
    "Received: from somewhere",
    "",
    "Hello",
    "--b1--",
  ];
  expect(await bounced(bytes(lines))).toMatchObject([{ recipient: "ann@example.org", class: "no-such-user" }]);
});

it("a notification of SES that SNS sent to a mailbox is read, alone and within SNS's own JSON", async () => {
  const bounce = {
    notificationType: "Bounce",
    bounce: {
      bounceType: "Permanent",
      bouncedRecipients: [
        { emailAddress: "ann@example.org", status: "5.1.1", diagnosticCode: "smtp; 550 5.1.1 user unknown" },
      ],
    },
  };
  for (const json of [
    JSON.stringify(bounce),
    JSON.stringify({ Type: "Notification", Message: JSON.stringify(bounce) }, null, 2),
  ]) {
    const raw = bytes(told(json, ["From: no-reply@sns.amazonaws.com", "Subject: AWS Notification Message"]));
    expect(await bounced(raw)).toMatchObject([
      { recipient: "ann@example.org", status: "5.1.1", class: "no-such-user" },
    ]);
  }
  const complaint = {
    notificationType: "Complaint",
    complaint: { complaintFeedbackType: "nonsense", complainedRecipients: [] },
  };
  expect(await read(bytes(told(JSON.stringify(complaint))))).toMatchObject({ kind: "feedback", type: "unknown" });
});

it("the returned message after the text is evidence, and none of its words are the server's", async () => {
  const report = await read(bytes(told((FORMATS.qmail?.text ?? "") + COPY)));
  expect(report).toMatchObject({
    evidence: { messageIds: ["p.1.mac@example.com"], returnPaths: ["news@example.com"] },
  });
});

it("a bounce marked as an auto-reply is a bounce, and an auto-reply is none", async () => {
  const marked = [...BOUNCE_HEADERS, "Auto-Submitted: auto-replied"];
  expect(await bounced(bytes(told((FORMATS.Exim?.text ?? "") + COPY, marked)))).toHaveLength(2);
  const away = [
    "Return-Path: <>",
    "From: Ann <ann@example.org>",
    "Subject: Out of office: news",
    "In-Reply-To: <p.1.mac@example.com>",
    "Auto-Submitted: auto-replied (vacation)",
  ];
  expect(await read(bytes(told("I am away until Monday. Write to bob@example.org.", away)))).toEqual({
    kind: "auto-reply",
    words: "Out of office: news",
    evidence: { envelopeIds: [], messageIds: ["p.1.mac@example.com"], returnPaths: [] },
  });
});

it("people who are away write like mail systems: their replies are no bounces", async () => {
  const subjects = ["Re: Hello", "Out of office: Undeliverable? Hello", "Automatic reply: News"];
  const texts = [
    "I could not be reached until Monday. Please write to bob@example.org.",
    "My mailbox is full.\n-----Original Message-----\nFrom: News <news@example.com>",
    "Ann is no longer with us; your message will not be delivered to anybody. Unknown user!",
  ];
  for (const subject of subjects) {
    for (const text of texts) {
      const head = [
        "Return-Path: <>",
        "From: Ann <ann@example.org>",
        `Subject: ${subject}`,
        "Auto-Submitted: auto-replied",
      ];
      expect(await read(bytes(told(text, head)))).toMatchObject({ kind: "auto-reply" });
    }
  }
});

it("a person's answer that quotes the mail is no bounce, whatever words it has", async () => {
  const head = ["From: Ann <ann@example.org>", "Subject: RE: Hello", "In-Reply-To: <p.1.mac@example.com>"];
  const quoted = "\n\n-----Original Message-----\nFrom: News <news@example.com>\nSubject: Hello\n\nHello";
  for (const text of ["I was not able to send the form.", "My mailbox is full until Monday; it has been delayed."]) {
    expect(await read(bytes(told(text + quoted, head))), text).toEqual({ kind: "other" });
  }
});

it("a person's mail is neither a bounce nor an auto-reply", async () => {
  const from = ["From: Ann <ann@example.org>", "Subject: Your news", "Auto-Submitted: no"];
  for (const text of ["Thank you! I read it at 5.30.", "Could you send it to bob@example.org too? 550 people asked."]) {
    expect(await read(bytes(told(text, from)))).toEqual({ kind: "other" });
  }
});

it("a bounce from nobody's address is a mail system's, though it is marked as an auto-reply", async () => {
  const nobody = ["Return-Path: <>", "From: <>", "Subject: Re: Hello", "Auto-Submitted: auto-replied"];
  const raw = bytes(told("You sent mail to ann@example.org. That's not a valid user here.", nobody));
  expect(await bounced(raw)).toMatchObject([{ recipient: "ann@example.org", class: "no-such-user" }]);
});

it("an answer that a program made is an auto-reply, and a bounce that a program made is a bounce", async () => {
  const made = ["From: Ann <ann@example.org>", "In-Reply-To: <p.1.mac@example.com>", "Auto-Submitted: auto-generated"];
  const away = bytes(told("I am back on Monday.", [...made, "Subject: Thank you"]));
  expect(await read(away)).toMatchObject({ kind: "auto-reply", evidence: { messageIds: ["p.1.mac@example.com"] } });
  const gone = bytes(told("It could not be delivered to ann@example.org.", [...made, "Subject: Undeliverable: Hello"]));
  expect(await bounced(gone)).toMatchObject([{ recipient: "ann@example.org" }]);
});

it("an auto-reply is known by its subject where no header tells", async () => {
  for (const subject of ["AUTO: Ann is out of the office", "[Automatyczna odpowiedź] Hello", "(Auto-Reply) Hello"]) {
    const head = ["From: Ann <ann@example.org>", `Subject: ${subject}`];
    expect(await read(bytes(told("I am back on Monday.", head))), subject).toMatchObject({ kind: "auto-reply" });
  }
});
