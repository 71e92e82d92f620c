/** The bytes of one mail, headers and all. */
export const MAIL_BYTES = 2_048;

export const SENDER = "news@bench.example";
export const SUBJECT = "Three new books";
const LINE = "The bookshops of the town got three new books this week, and one is kept.\r\n";

/** `bytes` of plain text in lines, without a dot at the start of one. */
export function textOf(bytes: number): string {
  const last = "x".repeat((bytes % LINE.length) + LINE.length - 2);
  return `${LINE.repeat(Math.floor(bytes / LINE.length) - 1)}${last}\r\n`;
}

/** A whole message of MAIL_BYTES. */
export function wholeMessage(): string {
  const header = [
    `From: <${SENDER}>`,
    "To: undisclosed-recipients:;",
    `Subject: ${SUBJECT}`,
    "Message-ID: <1@bench.example>",
    "Date: Sun, 01 Nov 2026 12:00:00 +0000",
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=us-ascii",
    "\r\n",
  ].join("\r\n");
  return header + textOf(MAIL_BYTES - header.length);
}
