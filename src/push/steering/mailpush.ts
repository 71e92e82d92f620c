import * as z from "zod";
import { isBlankHtml, isBlankText } from "../../message/blank.ts";
import { checkTemplate } from "../../message/template-source.ts";
import { textProblem } from "../../recipients/attributes.ts";
import { filterSchema } from "../../recipients/filter-schema.ts";
import { formatMailboxes, MAX_MAILBOXES, parseMailboxes } from "../../recipients/mailbox.ts";

// RFC 5322 section 2.1.1: the longest header line.
const MAX_SUBJECT_CHARACTERS = 998;
const DAY_SECONDS = 86_400;
const MAX_EXPIRY_SECONDS = 30 * DAY_SECONDS;
const MAX_RATE = 100_000;
const HAS_LIQUID = /\{[{%]/;
const ASCII = /^[\x20-\x7e]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern refuses them
const LINE_BREAKERS = /[\x00-\x1f\x7f-\x9f\u2028\u2029]/;

/** The body of `POST /api/pushes` for the action mailpush: one mail to each recipient that the filter selects. */
export const mailpush = z.strictObject({
  action: z.literal("mailpush"),
  filter: filterSchema,
  subject: template()
    .max(MAX_SUBJECT_CHARACTERS, `is longer than ${MAX_SUBJECT_CHARACTERS} characters`)
    .refine((subject) => !LINE_BREAKERS.test(subject), "holds a line break or another control character")
    .refine((subject) => !isBlankText(subject), "is empty"),
  html: template().refine(
    (html) => HAS_LIQUID.test(html) || !isBlankHtml(html),
    "is empty: it has neither text nor an image",
  ),
  text: template().nullish().meta({ description: "null: made from `html`." }),
  from: mailboxes(1).nullish().meta({ description: "`Name <address>`; null: `MAIL_FROM`." }),
  // RFC 6532: a non-ASCII address in a header requires SMTPUTF8 of every server on the way, for every mail.
  replyTo: mailboxes(MAX_MAILBOXES)
    .refine(hasAsciiAddresses, "the part before the @ has letters beyond ASCII")
    .nullish()
    .meta({ description: `Up to ${MAX_MAILBOXES} mailboxes with commas between.` }),
  sendAt: z.iso
    .datetime({ offset: true, error: "expected a time in ISO 8601 with its zone: 2026-05-01T08:00:00Z" })
    .nullish()
    .meta({ description: "At most a year ahead; null: at once." }),
  expiresIn: z
    .int()
    .min(1)
    .max(MAX_EXPIRY_SECONDS)
    .default(DAY_SECONDS)
    .meta({ description: "Seconds from the start until unsent deliveries fail." }),
  rate: z.number().min(1).max(MAX_RATE).nullish().meta({ description: "Mails per second; null: no limit." }),
  inDoubt: z
    .enum(["resend", "hold"])
    .default("resend")
    .meta({ description: "Send a mail whose outcome is unknown once more, or hold it for a person." }),
  list: z
    .boolean()
    .default(true)
    .meta({
      description:
        "False: not bulk mail but, say, a receipt. It has no unsubscribe headers, and an unsubscribe does not stop it; " +
        "suppressions for other reasons do.",
    }),
  strict: z.boolean().default(false).meta({ description: "Refuse the push where it would be accepted with warnings." }),
});

/** A Liquid template; errors give line and column. */
function template() {
  return z.string().superRefine((source, context) => {
    const problem = textProblem(source);
    if (problem !== null) return context.addIssue(problem);
    const parsed = checkTemplate(source);
    if (parsed.ok) return;
    const { message, line, column } = parsed.error;
    context.addIssue(`line ${line}, column ${column}: ${message}`);
  });
}

/** "Name <address>", up to `max` of them with commas between. */
function mailboxes(max: number) {
  return z.string().transform((value, context) => {
    const parsed = parseMailboxes(value);
    if (parsed.ok && parsed.value.length <= max) return formatMailboxes(parsed.value);
    context.addIssue(parsed.ok ? `holds ${parsed.value.length} addresses: expected at most ${max}` : parsed.error);
    return z.NEVER;
  });
}

function hasAsciiAddresses(mailboxes: string): boolean {
  const parsed = parseMailboxes(mailboxes);
  return parsed.ok && parsed.value.every(({ address }) => ASCII.test(address));
}
