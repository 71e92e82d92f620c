import type { InboundMail } from "../inbound-mail.ts";
import type { MailReport } from "../report.ts";
import { readAutoReply, readUnsubscribeRequest } from "./auto-reply.ts";
import { readDsn } from "./dsn.ts";
import { readFeedbackReport } from "./feedback-report.ts";
import { readSesNotification } from "./ses-notification.ts";
import { readTextBounce } from "./text-bounce.ts";

/**
 * By content; the first match wins. A header that calls the mail an auto-reply decides only after all formats of
 * bounces: most of Exim's bounces have it too.
 */
const READERS: readonly ((mail: InboundMail) => MailReport | null)[] = [
  readDsn,
  readFeedbackReport,
  readSesNotification,
  readUnsubscribeRequest,
  readTextBounce,
  readAutoReply,
];

/** What a mail that came back is, and what it says. */
export function readReport(mail: InboundMail): MailReport {
  for (const read of READERS) {
    const report = read(mail);
    if (report !== null) return report;
  }
  return { kind: "other" };
}
