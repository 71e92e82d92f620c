import { err, ok, type Result } from "../core/result.ts";
import { checkAddress } from "../recipients/address.ts";
import { parseMailbox } from "../recipients/mailbox.ts";
import type { Recipient } from "../recipients/recipient.ts";
import type { Outgoing } from "../transport/transport.ts";
import type { Content } from "./content.ts";
import { mailboxHeader, textHeader } from "./header.ts";
import { macOf, messageId } from "./message-id.ts";
import type { Rendered } from "./template.ts";
import { type EncodedBody, encodeBody } from "./transfer-encoding.ts";

const ASCII = /^[\0-\x7f]*$/;
const utf8 = new TextEncoder();

/** What all mails of a push have in common, encoded once. */
export interface MimePlan {
  readonly push: string;
  readonly signingKey: string;
  /** The envelope sender. */
  readonly sender: string;
  /** Its domain. */
  readonly domain: string;
  /** Headers that are the same for everybody, CRLF included, at the two places where they stand. */
  readonly from: string;
  readonly list: string;
  readonly boundary: string;
  /** The last bodies encoded: those that say the same to everybody are encoded once. */
  readonly latest: { text: KnownBody; html: KnownBody };
}

interface KnownBody {
  readonly source: string;
  readonly encoded: EncodedBody;
}

/** Who a mail is for. */
export type Addressee = Pick<Recipient, "id" | "address" | "username">;

/** Prepares composing the mails of a push. The error says which of its fields can't stand in a mail. */
export function prepareMime(
  content: Pick<Content, "push" | "from" | "replyTo">,
  settings: { readonly signingKey: string },
): Result<MimePlan> {
  const { push, from, replyTo } = content;
  if (!/^[\w-]+$/.test(push)) throw new Error(`a push id that can't be part of a Message-ID: ${JSON.stringify(push)}`);
  const sender = parseMailbox(from);
  if (!sender.ok) return err(`from: ${sender.error}`);
  const answers = replyTo === null ? null : parseMailbox(replyTo);
  if (answers && !answers.ok) return err(`replyTo: ${answers.error}`);
  const { name, address } = sender.value;
  const domain = address.slice(address.lastIndexOf("@") + 1);
  const boundary = `=_${macOf(settings.signingKey, "boundary", push)}`;
  const empty = { source: "", encoded: encodeBody("", boundary) };
  return ok({
    push,
    signingKey: settings.signingKey,
    sender: address,
    domain,
    from:
      mailboxHeader("From", name, address) +
      (answers ? mailboxHeader("Reply-To", answers.value.name, answers.value.address) : ""),
    // List-Id: RFC 2919. Feedback-ID: Gmail's, its last field names the sender. Auto-Submitted: RFC 3834.
    list: [
      "MIME-Version: 1.0",
      `List-Id: <mailpush.${domain}>`,
      `Feedback-ID: ${push}:mailpush`,
      "Precedence: bulk",
      "Auto-Submitted: auto-generated",
      "",
    ].join("\r\n"),
    boundary,
    latest: { text: empty, html: empty },
  });
}

/**
 * One mail, ready for the transport: headers and, in multipart/alternative, text before html. It is ASCII throughout
 * unless an address is not (RFC 6532). The error says why this recipient can't be written to.
 * @param now epoch milliseconds, for the Date header
 * @param headers of this recipient's own, as the functions of header.ts write them
 */
export function compose(
  plan: MimePlan,
  recipient: Addressee,
  rendered: Rendered,
  now: number,
  headers = "",
): Result<Outgoing> {
  const address = checkAddress(recipient.address);
  if (!address.ok) return err(address.error);
  const personal =
    mailboxHeader("To", recipient.username, address.value) +
    textHeader("Subject", rendered.subject) +
    `Date: ${new Date(now).toUTCString().replace("GMT", "+0000")}\r\n` +
    `Message-ID: ${messageId(plan.signingKey, plan.push, recipient.id, plan.domain)}\r\n`;
  const head = plan.from + personal + headers + plan.list;
  const content = utf8.encode(head + bodyOf(plan, rendered));
  return ok({ id: recipient.id, from: plan.sender, to: address.value, content, eightBit: !ASCII.test(head) });
}

/** From the Content-Type to the end. Without a text, the html is the only part. */
function bodyOf(plan: MimePlan, { text, html }: Rendered): string {
  const htmlPart = partOf("html", html, plan);
  if (text.trim() === "") return `${htmlPart}\r\n`;
  const delimiter = `--${plan.boundary}`;
  return (
    `Content-Type: multipart/alternative; boundary="${plan.boundary}"\r\n\r\n` +
    `${delimiter}\r\n${partOf("text", text, plan)}\r\n${delimiter}\r\n${htmlPart}\r\n${delimiter}--\r\n`
  );
}

/** A part with its headers, without a CRLF at its end. */
function partOf(kind: "text" | "html", source: string, plan: MimePlan): string {
  if (plan.latest[kind].source !== source) plan.latest[kind] = { source, encoded: encodeBody(source, plan.boundary) };
  const { encoding, body } = plan.latest[kind].encoded;
  const type = kind === "text" ? "text/plain" : "text/html";
  return `Content-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${body}`;
}
