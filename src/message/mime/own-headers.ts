/** Longest rendered value, in characters; as long as a subject's source. It is folded. */
export const MAX_HEADER_CHARACTERS = 998;
export const MAX_HEADERS = 20;
const MAX_NAME_CHARACTERS = 64;

const EXTENSION = /^X-[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*$/i;
/**
 * Others whose value is text (RFC 5322 section 3.6.5, RFC 2156 section 2.3, RFC 1036). A header whose value is made of
 * addresses, links or message ids is not among them: the text of a header is encoded and folded anywhere.
 */
const TEXTS: readonly string[] = ["organization", "comments", "keywords", "importance", "priority", "sensitivity"];

/**
 * Not for a person to set, by the start of their names: those that direct a provider (Amazon SES, Postmark, SendGrid,
 * Mailgun, Mandrill, Mailjet, SparkPost, Brevo, Elastic Email, Postal, PowerMTA, Cloudflare), our own, and those by which
 * servers record where a mail has been, what a filter found, or that it came back.
 */
const RESERVED: readonly string[] = [
  ...["x-ses-", "x-pm-", "x-smtpapi", "x-sg-", "x-mailgun-", "x-mc-", "x-mj-", "x-mailjet-", "x-msys-", "x-sib-"],
  ...["x-mailin-", "x-elasticemail-", "x-postal-", "x-virtual-mta", "x-envid", "x-job", "x-cf-", "x-cfemail"],
  "x-mailpush",
  ...[
    "x-ms-exchange-",
    "x-microsoft-antispam",
    "x-forefront-",
    "x-spam",
    "x-virus",
    "x-google-",
    "x-gm-",
    "x-received",
  ],
  ...[
    "x-original-to",
    "x-original-from",
    "x-originating-",
    "x-envelope-",
    "x-delivered-",
    "x-failed-recipients",
    "x-loop",
  ],
  ...["x-bcc", "x-cc", "x-to", "x-from", "x-sender", "x-return-path", "x-authentication-", "x-complaints-to"],
];

/** Why a push cannot have a header of this name; null: it can. */
export function checkHeaderName(name: string): string | null {
  const lower = name.toLowerCase();
  if (name.length > MAX_NAME_CHARACTERS) return `is longer than ${MAX_NAME_CHARACTERS} characters`;
  if (TEXTS.includes(lower)) return null;
  if (!EXTENSION.test(name)) {
    return "is not among the headers of one's own: expected X-…, Organization, Comments, Keywords, Importance, Priority or Sensitivity";
  }
  const reserved = RESERVED.find((start) => lower === start || lower.startsWith(start));
  return reserved === undefined ? null : "is set by servers or directs a provider";
}
