import { addressIn } from "../addresses.ts";
import { evidenceIn } from "../evidence.ts";
import { field, parseFieldGroups, withoutType } from "../fields.ts";
import type { InboundMail } from "../inbound-mail.ts";
import { FEEDBACK_TYPES, type FeedbackType, type MailReport } from "../report.ts";

const MAX_RECIPIENTS = 200;

/** Reads a feedback report (RFC 5965); null: the mail is none. */
export function readFeedbackReport(mail: InboundMail): MailReport | null {
  const fields = mail.feedbackReport ?? fieldsInText(mail);
  if (fields === null) return readOlderComplaint(mail);
  const groups = parseFieldGroups(fields);
  const named = groups.map((group) => field(group, "feedback-type")).find((value) => value !== null) ?? "";
  const recipients = groups
    .flatMap((group) => [...(group.get("original-rcpt-to") ?? []), ...(group.get("removal-recipient") ?? [])])
    .map((value) => addressIn(withoutType(value)))
    .filter((address) => address !== null)
    .slice(0, MAX_RECIPIENTS);
  return { kind: "feedback", type: feedbackType(named), recipients, evidence: evidenceIn(fields, mail.returned) };
}

/**
 * Reports that mailbox providers send in a form of their own: Microsoft's Junk Mail Reporting Program forwards the mail,
 * with a field for the recipient in it.
 */
function readOlderComplaint(mail: InboundMail): MailReport | null {
  const recipient = /^x-hmxmroriginalrecipient:(.*)$/im.exec(mail.returned ?? "")?.[1];
  const isComplaint = /^\s*complaint about message from\b/i.test(mail.subject) && mail.returned !== null;
  if (recipient === undefined && !isComplaint) return null;
  const address = recipient === undefined ? null : addressIn(recipient);
  return {
    kind: "feedback",
    type: "abuse",
    recipients: address === null ? [] : [address],
    evidence: evidenceIn(mail.returned),
  };
}

/** For a report whose MIME is broken. */
function fieldsInText({ notice }: InboundMail): string | null {
  const begin = notice.search(/^feedback-type:/im);
  return begin >= 0 && /^(user-agent|version):/im.test(notice) ? notice.slice(begin) : null;
}

/** The registered type of that name, whatever its case and comments (RFC 5965 section 3.5), or `unknown`. */
export function feedbackType(value: string): FeedbackType {
  const name = value
    .replace(/\([^()]*\)/g, "")
    .trim()
    .toLowerCase();
  return FEEDBACK_TYPES.find((type) => type === name) ?? (/^opt-out/.test(name) ? "opt-out" : "unknown");
}
