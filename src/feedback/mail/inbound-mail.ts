import PostalMime, { type Attachment, type Email } from "postal-mime";
import { htmlToText } from "../../message/template/plain-text.ts";
import { cutAtReturned } from "./readers/returned-text.ts";

/** A mail as the readers of bounces, reports and auto-replies need it. All texts are untrusted; lines end in "\n". */
export interface InboundMail {
  /** The values of a header field, unfolded, in order; `name` in lower case. */
  headers(name: string): readonly string[];
  /** Decoded. */
  readonly subject: string;
  /** The text written for people, up to the returned message. */
  readonly notice: string;
  /** The fields of a delivery report (RFC 3464, RFC 6533); null: there is none. */
  readonly deliveryStatus: string | null;
  /** The fields of a feedback report (RFC 5965). */
  readonly feedbackReport: string | null;
  /** The message that was sent, or as much as came back: its header fields first. */
  readonly returned: string | null;
}

/** Lines of text are searched for addresses and codes; a report says all it has to say long before. */
const MAX_TEXT_CHARS = 64 * 1024;
/** Real reports have three levels; what is deeper is read as text. */
const MAX_NESTING_DEPTH = 20;
const MAX_HEADER_BYTES = 256 * 1024;
/** The parser takes some 20 µs a line, however short: a megabyte of empty lines would take ten seconds. */
const MAX_LINES = 10_000;

/** Parses the raw bytes of a mail. Never throws: a mail whose MIME is broken is read as one text. */
export async function parseMail(whole: Uint8Array): Promise<InboundMail> {
  const raw = firstLines(whole);
  try {
    const email = await PostalMime.parse(raw, {
      forceRfc822Attachments: true,
      maxNestingDepth: MAX_NESTING_DEPTH,
      maxHeadersSize: MAX_HEADER_BYTES,
    });
    const isEmpty = !email.text && !email.html && email.attachments.length === 0;
    return isEmpty ? fromText(email.headers, raw) : fromParts(email);
  } catch {
    // Too deep, or too many header fields.
    return fromText(headersOf(raw), raw);
  }
}

function firstLines(raw: Uint8Array): Uint8Array {
  let end = -1;
  for (let line = 0; line < MAX_LINES; line++) {
    end = raw.indexOf(0x0a, end + 1);
    if (end < 0) return raw;
  }
  return raw.subarray(0, end);
}

type Headers = readonly { readonly key: string; readonly value: string }[];

function fromParts(email: Email): InboundMail {
  const written = [partsOf(email, PLAIN), email.text || (email.html ? htmlToText(email.html) : "")].join("\n");
  const { notice, returned } = cutAtReturned(clean(written));
  return {
    ...common(email.headers),
    subject: email.subject ?? "",
    notice,
    deliveryStatus: partsOf(email, DELIVERY_STATUS),
    feedbackReport: partsOf(email, FEEDBACK_REPORT),
    returned: partsOf(email, RETURNED) ?? returned,
  };
}

/** For a multipart whose boundary never comes: the parts are found by their fields, not by their borders. */
function fromText(headers: Headers, raw: Uint8Array): InboundMail {
  const text = decode(raw.subarray(0, 4 * MAX_TEXT_CHARS));
  const { notice, returned } = cutAtReturned(clean(text.replace(/^[\s\S]*?\r?\n\r?\n/, "")));
  return {
    ...common(headers),
    subject: headers.find(({ key }) => key === "subject")?.value ?? "",
    notice,
    deliveryStatus: null,
    feedbackReport: null,
    returned,
  };
}

function common(headers: Headers): Pick<InboundMail, "headers"> {
  return { headers: (name) => headers.filter(({ key }) => key === name).map(({ value }) => value.trim()) };
}

/** A text whose Content-Type is broken ("text/plain charset=…") comes out as an attachment. */
const PLAIN = /^text\/plain[^;]*\s/;
const DELIVERY_STATUS = /^message\/(global-)?delivery-status\b/;
const FEEDBACK_REPORT = /^message\/feedback-report\b/;
const RETURNED = /^(message\/(rfc822|global|partial)|text\/rfc822-headers|message\/(rfc822|global)-headers)\b/;

/** The text of all parts of a type, one after another with an empty line between them; null: there is none. */
function partsOf(email: Email, type: RegExp): string | null {
  const parts = email.attachments.filter(({ mimeType }) => type.test(mimeType.toLowerCase()));
  return parts.length === 0 ? null : clean(parts.map(textOf).join("\n\n"));
}

function textOf({ content }: Attachment): string {
  if (typeof content === "string") return content;
  return decode((content instanceof Uint8Array ? content : new Uint8Array(content)).subarray(0, 4 * MAX_TEXT_CHARS));
}

/** UTF-8 (RFC 6533); bytes that are none come out as U+FFFD. */
function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function clean(text: string): string {
  return text.replaceAll("\0", "").replace(/\r\n?/g, "\n").slice(0, MAX_TEXT_CHARS);
}

/** The header fields of a mail that was not parsed. */
function headersOf(raw: Uint8Array): Headers {
  const text = decode(raw.subarray(0, MAX_TEXT_CHARS)).replace(/\r\n?/g, "\n");
  return unfold(text.split("\n\n", 1)[0] ?? "").flatMap((line) => {
    const field = /^([!-9;-~]+):(.*)$/.exec(line);
    return field === null ? [] : [{ key: (field[1] ?? "").toLowerCase(), value: (field[2] ?? "").trim() }];
  });
}

/** The lines of a header, each with its continuation lines (RFC 5322 section 2.2.3). */
export function unfold(header: string): string[] {
  return header.replace(/\n[ \t]+/g, " ").split("\n");
}
