import { parseMail } from "../../../src/feedback/mail/inbound-mail.ts";
import { readReport } from "../../../src/feedback/mail/readers/read-report.ts";
import type { MailReport, RecipientReport } from "../../../src/feedback/mail/report.ts";

/** A mail of lines; `ends` is "\n" for what Email Routing never sends but files hold. */
export function bytes(lines: readonly string[] | string, ends: "\r\n" | "\n" = "\r\n"): Uint8Array {
  const text = typeof lines === "string" ? lines : lines.join("\n");
  return new TextEncoder().encode(text.replaceAll("\n", ends));
}

export async function read(raw: Uint8Array): Promise<MailReport> {
  return readReport(await parseMail(raw));
}

/** The recipients of what has to be a bounce. */
export async function bounced(raw: Uint8Array): Promise<readonly RecipientReport[]> {
  const report = await read(raw);
  if (report.kind !== "bounce") throw new Error(`not a bounce, but ${report.kind}`);
  return report.recipients;
}

export const BOUNCE_HEADERS = [
  "Return-Path: <>",
  "From: Mail Delivery System <MAILER-DAEMON@mx.example.net>",
  "To: bounce@bounces.example.com",
  "Subject: Undelivered Mail Returned to Sender",
  "Message-ID: <report-1@mx.example.net>",
  "Date: Thu, 01 Jan 2026 00:00:00 +0000",
];

/** A delivery status notification (RFC 3464): groups of fields, and the header of the returned message. */
export function dsn(
  groups: readonly (readonly string[])[],
  options: { readonly returned?: readonly string[] | null; readonly notice?: string; readonly type?: string } = {},
): string[] {
  const { returned = ["Message-ID: <none@example.com>"], notice = "It could not be delivered.", type } = options;
  return [
    ...BOUNCE_HEADERS,
    "MIME-Version: 1.0",
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b1"',
    "",
    "--b1",
    "Content-Type: text/plain; charset=utf-8",
    "",
    notice,
    "",
    "--b1",
    `Content-Type: ${type ?? "message/delivery-status"}`,
    "",
    "Reporting-MTA: dns; mx.example.net",
    ...groups.flatMap((group) => ["", ...group]),
    "",
    ...(returned === null ? [] : ["--b1", "Content-Type: text/rfc822-headers", "", ...returned, ""]),
    "--b1--",
  ];
}

/** A bounce that is told to people: one text. */
export function told(text: string, headers: readonly string[] = BOUNCE_HEADERS): string[] {
  return [...headers, "", ...text.split("\n")];
}
