import * as z from "zod";
import { checkHeaderName, MAX_HEADER_CHARACTERS, MAX_HEADERS } from "../../message/mime/own-headers.ts";
import { isBlankHtml, isBlankText } from "../../message/template/blank.ts";
import { checkTemplate } from "../../message/template/template-source.ts";
import { textProblem } from "../../recipients/attributes.ts";
import { filterSchema } from "../../recipients/filter/schema.ts";
import { formatMailboxes, MAX_MAILBOXES, parseMailboxes } from "../../recipients/mailbox.ts";
import { attachments } from "./attachment-fields.ts";

// RFC 5322 section 2.1.1: the longest header line.
const MAX_SUBJECT_CHARACTERS = 998;
const DAY_SECONDS = 86_400;
const MAX_EXPIRY_SECONDS = 30 * DAY_SECONDS;
const MAX_CANARY = 10_000;
const MAX_CANARY_WAIT_SECONDS = 7 * DAY_SECONDS;
const MAX_RATE = 100_000;
export const RATE = z
  .number()
  .min(1)
  .max(MAX_RATE)
  .nullable()
  .meta({ description: "Mails per second; null: no limit." });
const HAS_LIQUID = /\{[{%]/;
const ASCII = /^[\x20-\x7e]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern refuses them
const LINE_BREAKERS = /[\x00-\x1f\x7f-\x9f\u2028\u2029]/;

/** What a mail shows: of a push, and of a stored template. */
export const CONTENT = {
  subject: template()
    .max(MAX_SUBJECT_CHARACTERS, `is longer than ${MAX_SUBJECT_CHARACTERS} characters`)
    .refine((subject) => !LINE_BREAKERS.test(subject), "holds a line break or another control character")
    .refine((subject) => !isBlankText(subject), "is empty"),
  html: template().refine(
    (html) => HAS_LIQUID.test(html) || !isBlankHtml(html),
    "is empty: it has neither text nor an image",
  ),
  text: template().nullish().meta({ description: "null: made from `html`." }),
};

/** What a person has seen of a held push. */
export const CONTENT_VERSION = z
  .int()
  .min(1)
  .meta({ description: "The push's version that you have seen: if it has a newer one, this is a 409." });

/** The stored parts that a push may name; each stands for the fields that it fills. */
export const REFERENCES = {
  /** A template's id, for its newest version, or one version. */
  template: z
    .union([z.string(), z.strictObject({ id: z.string(), version: z.int().min(1).optional() })], {
      error: 'expected the id of a template, or {"id", "version"}',
    })
    .transform((given) => (typeof given === "string" ? { id: given } : given))
    .meta({
      description:
        "In place of `subject`, `html` and `text`: the id of a template, for its newest version, or one version.",
    }),
  segment: z.string().meta({ description: "In place of `filter`: the id of a segment." }),
};

/** How a push sends. */
const OPTIONS = {
  from: mailboxes(1).nullish().meta({ description: "`Name <address>`; null: `MAIL_FROM`." }),
  // RFC 6532: a non-ASCII address in a header requires SMTPUTF8 of every server on the way, for every mail.
  replyTo: mailboxes(MAX_MAILBOXES)
    .refine(hasAsciiAddresses, "the part before the @ has letters beyond ASCII")
    .nullish()
    .meta({ description: `Up to ${MAX_MAILBOXES} mailboxes with commas between.` }),
  headers: headers().meta({
    description: "Headers of your own, `X-…` and a few others, by name; templates as `subject`.",
  }),
  attachments: attachments.meta({ description: "Files that each mail carries, 5 MB together." }),
  sendAt: z.iso
    .datetime({ offset: true, error: "expected a time in ISO 8601 with its zone: 2026-05-01T08:00:00Z" })
    .nullish()
    .meta({ description: "At most a year ahead; null: at once." }),
  expiresIn: z
    .int()
    .min(1)
    .max(MAX_EXPIRY_SECONDS)
    .meta({ description: "Seconds from the start until unsent deliveries fail." }),
  rate: RATE.optional(),
  inDoubt: z
    .enum(["resend", "hold"])
    .meta({ description: "Send a mail whose outcome is unknown once more, or hold it for a person." }),
  list: z.boolean().meta({
    description:
      "False: not bulk mail but, say, a receipt. It has no unsubscribe headers, and an unsubscribe does not stop it; " +
      "suppressions for other reasons do.",
  }),
  relays: z
    .array(z.string().min(1).max(32))
    .min(1)
    .max(20)
    .nullish()
    .meta({ description: "Ids of the relays it may use; null: all." }),
  canary: z
    .strictObject({
      count: z.int().min(1).max(MAX_CANARY).meta({ description: "Mails that go first, spread over all recipients." }),
      waitSeconds: z
        .int()
        .min(0)
        .max(MAX_CANARY_WAIT_SECONDS)
        .meta({ description: "Until they are judged, from when all have gone out." }),
      maxFailureShare: z
        .number()
        .min(0)
        .max(1)
        .meta({
          description:
            "If more of them failed, bounced, were reported as abuse or are in doubt, of those that are neither deferred nor " +
            "skipped, the push pauses.",
        }),
    })
    .nullish()
    .meta({ description: "Send a few mails first, and the others if these do well; null: all at once." }),
  priority: z
    .enum(["high", "normal", "low"])
    .meta({ description: "Of its relays' shares: high gets four mails where normal gets one, and low a quarter." }),
};

/**
 * The body of `POST /api/pushes` for the action mailpush: one mail to each recipient that the filter selects. Stored
 * parts are filled in before.
 */
export const mailpush = z.strictObject({
  action: z.literal("mailpush"),
  segment: REFERENCES.segment.optional(),
  filter: filterSchema,
  template: REFERENCES.template.optional(),
  ...CONTENT,
  ...OPTIONS,
  expiresIn: OPTIONS.expiresIn.default(DAY_SECONDS),
  inDoubt: OPTIONS.inDoubt.default("resend"),
  list: OPTIONS.list.default(true),
  headers: OPTIONS.headers.default({}),
  attachments: OPTIONS.attachments.default([]),
  priority: OPTIONS.priority.default("normal"),
  hold: z.boolean().default(false).meta({
    description: "Send nothing before somebody approves it. Such a push may be made with the scope `write`.",
  }),
  onceKey: z
    .string()
    .max(100)
    // Nothing invisible, no line breaks, no change of direction.
    .regex(/^(?! )[^\p{C}\p{Zl}\p{Zp}]+(?<! )$/u, "is empty, or holds a line break or another control character")
    .normalize("NFC")
    .nullish()
    .meta({
      description: "Of all pushes under one key, one alone mails each person: the first that comes to send to them.",
    }),
  strict: z.boolean().default(false).meta({ description: "Refuse the push where it would be accepted with warnings." }),
});

/** The body of `PATCH /api/pushes/:id`: what is left out stays as it is. */
export const mailpushChange = z
  .strictObject({ template: REFERENCES.template, ...CONTENT, ...OPTIONS, contentVersion: CONTENT_VERSION })
  .partial();

const WITHOUT_CONTENT = mailpush.omit({ subject: true, html: true, text: true }).required({ template: true });

/** The forms that a body of `POST /api/pushes` has before its stored parts are filled in, for descriptions. */
export const MAILPUSH_FORMS = [
  mailpush,
  mailpush.omit({ filter: true }).required({ segment: true }),
  WITHOUT_CONTENT,
  WITHOUT_CONTENT.omit({ filter: true }).required({ segment: true }),
] as const;

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

/** Templates by the name of a header; one that is empty is left out of a mail. */
function headers() {
  return z.record(z.string(), template()).superRefine((given, context) => {
    const names = Object.keys(given);
    if (names.length > MAX_HEADERS) context.addIssue(`holds ${names.length} headers: expected at most ${MAX_HEADERS}`);
    const lower = names.map((name) => name.toLowerCase());
    names.forEach((name, at) => {
      const value = given[name] ?? "";
      const isRepeat = lower.indexOf(name.toLowerCase()) !== at;
      const problem = isRepeat ? "stands there twice" : (checkHeaderName(name) ?? headerProblem(value));
      if (problem !== null) context.addIssue({ code: "custom", path: [name], message: problem });
    });
  });
}

function headerProblem(value: string): string | null {
  if (LINE_BREAKERS.test(value)) return "holds a line break or another control character";
  return value.length > MAX_HEADER_CHARACTERS ? `is longer than ${MAX_HEADER_CHARACTERS} characters` : null;
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
