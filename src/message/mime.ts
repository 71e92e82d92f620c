import { err, ok, type Result } from "../core/result.ts";
import { checkAddress } from "../recipients/address.ts";
import { parseMailbox, parseMailboxes } from "../recipients/mailbox.ts";
import type { Recipient } from "../recipients/recipient.ts";
import type { Outgoing } from "../transport/transport.ts";
import type { Content } from "./content.ts";
import { addressListHeader, mailboxHeader, textHeader } from "./header.ts";
import { macOf } from "./mac.ts";
import { messageId } from "./message-id.ts";
import type { Rendered } from "./template.ts";
import { type EncodedBody, encodeBody } from "./transfer-encoding.ts";

const ASCII = /^[\0-\x7f]*$/;
const utf8 = new TextEncoder();

/** The parts that all mails of a push share, encoded once. */
export interface MimePlan {
  readonly push: string;
  readonly signingKey: string;
  /** The envelope sender. */
  readonly sender: string;
  /** The domain of `sender`. */
  readonly domain: string;
  /** Shared headers before (`from`) and after (`list`) the personal ones, with CRLF. */
  readonly from: string;
  readonly list: string;
  readonly boundary: string;
  /** The last encoded bodies: a body without personal data is encoded once. */
  readonly latest: { text: KnownBody; html: KnownBody };
}

interface KnownBody {
  readonly source: string;
  readonly encoded: EncodedBody;
}

/** The recipient fields that the headers need. */
export type Addressee = Pick<Recipient, "id" | "address" | "username">;

/** Encodes the shared parts of a push's mails. The error names the invalid field: `from` or `replyTo`. */
export function prepareMime(
  content: Pick<Content, "push" | "from" | "replyTo">,
  settings: { readonly signingKey: string },
): Result<MimePlan> {
  const { push, from, replyTo } = content;
  if (!/^[\w-]+$/.test(push)) throw new Error(`a push id that can't be part of a Message-ID: ${JSON.stringify(push)}`);
  const sender = parseMailbox(from);
  if (!sender.ok) return err(`from: ${sender.error}`);
  const replyMailboxes = replyTo === null ? ok([]) : parseMailboxes(replyTo);
  if (!replyMailboxes.ok) return err(`replyTo: ${replyMailboxes.error}`);
  const { address } = sender.value;
  const domain = address.slice(address.lastIndexOf("@") + 1);
  const boundary = `=_${macOf(settings.signingKey, "boundary", push)}`;
  const empty = { source: "", encoded: encodeBody("", boundary) };
  return ok({
    push,
    signingKey: settings.signingKey,
    sender: address,
    domain,
    from:
      mailboxHeader("From", sender.value) +
      (replyMailboxes.value.length > 0 ? addressListHeader("Reply-To", replyMailboxes.value) : ""),
    // List-Id: RFC 2919. Feedback-ID: Gmail's; the last field names the sender. Auto-Submitted: RFC 3834.
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
 * Composes one mail: headers and a multipart/alternative body, text before html. All ASCII unless an address is not
 * (RFC 6532). The error says why the recipient's address is invalid.
 * @param now epoch milliseconds, for the Date header
 * @param headers further headers of this recipient, as written by header.ts
 */
export function compose(
  plan: MimePlan,
  recipient: Addressee,
  rendered: Omit<Rendered, "work">,
  now: number,
  headers = "",
): Result<Outgoing> {
  const address = checkAddress(recipient.address);
  if (!address.ok) return err(address.error);
  const personal =
    mailboxHeader("To", { name: recipient.username, address: address.value }) +
    textHeader("Subject", rendered.subject) +
    `Date: ${new Date(now).toUTCString().replace("GMT", "+0000")}\r\n` +
    `Message-ID: ${messageId(plan.signingKey, plan.push, recipient.id, plan.domain)}\r\n`;
  const head = plan.from + personal + headers + plan.list;
  const content = utf8.encode(head + bodyOf(plan, rendered));
  return ok({ id: recipient.id, from: plan.sender, to: address.value, content, eightBit: !ASCII.test(head) });
}

/** Content-Type and body. With an empty text, the html is the only part. */
function bodyOf(plan: MimePlan, { text, html }: Pick<Rendered, "text" | "html">): string {
  const htmlPart = partOf("html", html, plan);
  if (text.trim() === "") return `${htmlPart}\r\n`;
  const delimiter = `--${plan.boundary}`;
  return (
    `Content-Type: multipart/alternative; boundary="${plan.boundary}"\r\n\r\n` +
    `${delimiter}\r\n${partOf("text", text, plan)}\r\n${delimiter}\r\n${htmlPart}\r\n${delimiter}--\r\n`
  );
}

/** A part with its headers, without a final CRLF. */
function partOf(kind: "text" | "html", source: string, plan: MimePlan): string {
  if (plan.latest[kind].source !== source) plan.latest[kind] = { source, encoded: encodeBody(source, plan.boundary) };
  const { encoding, body } = plan.latest[kind].encoded;
  const type = kind === "text" ? "text/plain" : "text/html";
  return `Content-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${body}`;
}
