import { addressIn, isSameAddress } from "../addresses.ts";
import { codesIn, NO_CODES } from "../codes.ts";
import { evidenceIn, NO_EVIDENCE } from "../evidence.ts";
import { type FieldGroup, field, parseFieldGroups, withoutType } from "../fields.ts";
import type { InboundMail } from "../inbound-mail.ts";
import { reportOf } from "../outcome.ts";
import type { MailReport, RecipientReport } from "../report.ts";
import { entriesOf, essenceOf, isBare, type NoticeEntry, replyIn, withoutFooter } from "./notice.ts";
import { sendersOf } from "./senders.ts";
import { isDelayed } from "./signs.ts";

/**
 * Reads a delivery status notification (RFC 3464, RFC 6533), also with fields missing, or with its fields in the text
 * of a mail whose MIME is broken; null: the mail is none.
 */
export function readDsn(mail: InboundMail): MailReport | null {
  const fields = mail.deliveryStatus ?? fieldsInText(mail.notice) ?? fieldsInForwarded(mail);
  if (fields === null) return null;
  // What failed is a report's delivery, whatever mail that report was about.
  if (mail.deliveryStatus !== null && isReport(mail.returned)) {
    return { kind: "bounce", format: "dsn", recipients: [], evidence: NO_EVIDENCE };
  }
  const groups = byRecipient(parseFieldGroups(fields).filter(isAboutRecipient));
  const notice = mail.deliveryStatus === null ? beforeFields(mail.notice) : mail.notice;
  if (groups.length === 0 && mail.deliveryStatus === null) return null;
  const named = groups.map(recipientOf).filter((address) => address !== null);
  const entries = entriesOf(notice, named, sendersOf(mail));
  const recipients =
    groups.length > 0
      ? groups.map((group) => recipientReport(group, mail, notice, entries, groups.length === 1))
      : withoutFields(mail, notice, entries);
  return { kind: "bounce", format: "dsn", recipients, evidence: evidenceIn(fields, mail.returned) };
}

const FIELDS_BEGIN =
  /^[ \t]*(reporting-mta|final-recipient|original-recipient|action|arrival-date|original-envelope-id):/im;

/**
 * The fields of a report that stands in the text itself (Amazon WorkMail, a wrong boundary, a forwarded bounce), quoted or
 * indented.
 */
function fieldsInText(notice: string): string | null {
  const text = notice.replace(/^(> ?)+/gm, "");
  const begin = text.search(FIELDS_BEGIN);
  if (begin < 0) return null;
  const indent = /^[ \t]*/.exec(text.slice(begin))?.[0] ?? "";
  const fields = text
    .slice(begin)
    .split("\n")
    .map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line))
    .join("\n");
  return /^(final|original)-recipient:/im.test(fields) && /^(action|status):/im.test(fields) ? fields : null;
}

/** The header of a report (RFC 3464), as another mail holds it. */
const REPORT_HEADER =
  /^content-type:\s*multipart\/(report|mixed);[^\n]*(\n[ \t][^\n]*)*report-type="?delivery-status/im;

/** The fields of a report that a gateway or list wrapped in a mail of its own, which quotes no server itself. */
function fieldsInForwarded({ notice, returned }: InboundMail): string | null {
  if (returned === null || !isReport(returned) || codesIn(notice).status !== null) return null;
  return fieldsInText(returned);
}

function isReport(returned: string | null): boolean {
  return REPORT_HEADER.test(returned?.split("\n\n", 1)[0] ?? "");
}

function beforeFields(notice: string): string {
  const begin = notice.search(FIELDS_BEGIN);
  return begin < 0 ? notice : notice.slice(0, begin);
}

function isAboutRecipient(group: FieldGroup): boolean {
  return ["final-recipient", "original-recipient", "action", "status", "diagnostic-code"].some((name) =>
    group.has(name),
  );
}

const NAMES = ["final-recipient", "original-recipient", "x-actual-recipient"] as const;

/**
 * One group a recipient: fields that an empty line cuts off from their recipient belong to the one before, or to the
 * first if they stand before all.
 */
function byRecipient(groups: readonly FieldGroup[]): FieldGroup[] {
  const joined: FieldGroup[] = [];
  for (const group of groups) {
    const last = joined.at(-1);
    const namesLast = last !== undefined && field(last, ...NAMES) !== null;
    if (last === undefined || (namesLast && field(group, ...NAMES) !== null)) joined.push(group);
    else joined[joined.length - 1] = namesLast ? new Map([...group, ...last]) : new Map([...last, ...group]);
  }
  return joined;
}

/** CommuniGate names the account in Final-Recipient and the address in Original-Recipient. */
function recipientOf(group: FieldGroup): string | null {
  const values = NAMES.map((name) => field(group, name)).filter((value) => value !== null);
  const addresses = values.map((value) => addressIn(withoutType(value))).filter((address) => address !== null);
  return addresses[0] ?? (withoutType(values[0] ?? "").slice(0, 320) || null);
}

/** An exit code alone ("X-Unix; 255") does not. */
const SAYS_SOMETHING = /\p{L}{3}/u;
const REPLY = /^[245]\d\d\s+\p{L}/u;
const STATUS = /\b([245]\.\d{1,3}\.\d{1,3})\b/;

function recipientReport(
  group: FieldGroup,
  mail: InboundMail,
  notice: string,
  entries: readonly NoticeEntry[],
  isOnly: boolean,
): RecipientReport {
  const recipient = recipientOf(group);
  const statusField = field(group, "status") ?? "";
  const reported = STATUS.exec(statusField)?.[1] ?? null;
  // Some write their server's reply into Status: "553 Message too large".
  const diagnostic = field(group, "diagnostic-code") ?? (REPLY.test(statusField) ? statusField : null);
  const original = field(group, "original-recipient");
  const entry =
    entries.find((each) => isSameAddress(each.recipient, recipient)) ??
    entries.find((each) => original !== null && isSameAddress(each.recipient, addressIn(withoutType(original))));
  const spoken = spokenOf(entry?.words || (isOnly ? essenceOf(notice) : ""));
  const quoted = diagnostic === null ? NO_CODES : codesIn(withoutType(diagnostic));
  const told = codesIn(isOnly && codesIn(spoken).status === null ? notice : spoken);
  const outcome = outcomeOf(field(group, "action"), reported ?? quoted.status, mail);
  return reportOf({
    recipient,
    outcome,
    reported,
    quoted,
    told: outcome === "failed" ? told : NO_CODES,
    words:
      (diagnostic !== null && SAYS_SOMETHING.test(withoutType(diagnostic))
        ? withoutType(diagnostic)
        : replyIn(spoken)) || null,
  });
}

/** A recipient's words in the notice; none where only a footer follows the address. */
function spokenOf(words: string): string {
  return isBare(withoutFooter(words)) ? "" : words;
}

/**
 * RFC 3464 section 2.3.3. Of an action that it does not know ("deliverable" of a verification), the status decides. A
 * temporary status without an action proves no failure.
 */
function outcomeOf(action: string | null, status: string | null, mail: InboundMail): RecipientReport["outcome"] {
  const named = /^[a-z]+/.exec((action ?? "").trim().toLowerCase())?.[0];
  if (named === "failed" || named === "failure" || named === "fail") return "failed";
  if (named === "delayed") return "delayed";
  if (named === "delivered" || named === "expanded") return "delivered";
  if (named === "relayed") return "relayed";
  if (status?.startsWith("2")) return "delivered";
  if (status?.startsWith("5")) return "failed";
  return status === null && !isDelayed(mail) ? "failed" : "delayed";
}

/** "Delivery report unavailable": a report with fields about the message alone. */
function withoutFields(mail: InboundMail, notice: string, entries: readonly NoticeEntry[]): RecipientReport[] {
  const outcome = isDelayed(mail) ? "delayed" : "failed";
  const about = entries.length > 0 ? entries : [{ recipient: null, words: essenceOf(notice) }];
  return about.map(({ recipient, words }) =>
    reportOf({
      recipient,
      outcome,
      reported: null,
      quoted: NO_CODES,
      told: codesIn(words),
      words: replyIn(words) || null,
    }),
  );
}
