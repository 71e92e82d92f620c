import { err, ok, type Result } from "../../core/result.ts";
import { checkAddress } from "../../recipients/address.ts";
import { parseMailbox, parseMailboxes } from "../../recipients/mailbox.ts";
import type { Recipient } from "../../recipients/recipient.ts";
import type { Outgoing } from "../../transport/transport.ts";
import { type Boundaries, boundariesOf, type Tail } from "../attachments/tail.ts";
import type { Content } from "../content.ts";
import { signToken } from "../signed/delivery-token.ts";
import { macOf } from "../signed/mac.ts";
import { messageId } from "../signed/message-id.ts";
import { subaddress } from "../signed/return-path.ts";
import type { Rendered } from "../template/template.ts";
import { addressListHeader, mailboxHeader, textHeader } from "./header.ts";
import { type EncodedBody, encodeBody } from "./transfer-encoding.ts";

const ASCII = /^[\0-\x7f]*$/;
const utf8 = new TextEncoder();

/** The parts that all mails of a push share, encoded once. */
export interface MimePlan {
  readonly push: string;
  readonly signing: MimeSettings;
  /** Mail of a list: with unsubscribe headers. */
  readonly list: boolean;
  /** The envelope sender, unless there is a return path for each delivery. */
  readonly sender: string;
  /** The domain of `sender`. */
  readonly domain: string;
  /** Shared headers before (`from`) and after (`common`) the personal ones, with CRLF. */
  readonly from: string;
  readonly common: string;
  readonly boundaries: Boundaries;
  /** The files that each mail ends with; null: none. */
  readonly tail: Tail | null;
  /** The last encoded bodies: a body without personal data is encoded once. */
  readonly latest: { text: KnownBody; html: KnownBody };
}

interface KnownBody {
  readonly source: string;
  readonly encoded: EncodedBody;
}

/** What a deployment sets for all mails of a push. */
export interface MimeSettings {
  /** The key that the push began with. */
  readonly signingKey: string;
  /** The address of this Worker, for links, without a slash at the end. */
  readonly publicUrl: string;
  /** Where mail to this Worker arrives: List-Unsubscribe then names an address too. null: nowhere. */
  readonly inbound: string | null;
  /** Whether each delivery has an envelope sender of its own, at `inbound`. */
  readonly ownReturnPaths: boolean;
  /** False for a transport that refuses these headers with an address that is not https. */
  readonly httpLinks: boolean;
}

/** The recipient fields that the headers need. */
export type Addressee = Pick<Recipient, "id" | "address" | "username">;

/** The boundaries of a push's mails, which its tail has too. */
export function boundariesFor(push: string, signingKey: string): Boundaries {
  return boundariesOf(macOf(signingKey, "boundary", push));
}

/**
 * Encodes the shared parts of a push's mails. The error names the invalid field: `from` or `replyTo`.
 * @param tail made with the push's `boundariesFor`
 */
export function prepareMime(
  content: Pick<Content, "push" | "from" | "replyTo" | "list">,
  settings: MimeSettings,
  tail: Tail | null = null,
): Result<MimePlan> {
  const { push, from, replyTo, list } = content;
  if (!/^[\w-]+$/.test(push)) throw new Error(`a push id that can't be part of a Message-ID: ${JSON.stringify(push)}`);
  const sender = parseMailbox(from);
  if (!sender.ok) return err(`from: ${sender.error}`);
  const replyMailboxes = replyTo === null ? ok([]) : parseMailboxes(replyTo);
  if (!replyMailboxes.ok) return err(`replyTo: ${replyMailboxes.error}`);
  const { address } = sender.value;
  const domain = address.slice(address.lastIndexOf("@") + 1);
  const boundaries = boundariesFor(push, settings.signingKey);
  const empty = { source: "", encoded: encodeBody("", boundaries.mark) };
  return ok({
    push,
    signing: settings,
    list,
    sender: address,
    domain,
    from:
      mailboxHeader("From", sender.value) +
      (replyMailboxes.value.length > 0 ? addressListHeader("Reply-To", replyMailboxes.value) : ""),
    // List-Id: RFC 2919. Feedback-ID: Gmail's; the last field names the sender. Auto-Submitted: RFC 3834.
    common: [
      "MIME-Version: 1.0",
      ...(list ? [`List-Id: <mailpush.${domain}>`] : []),
      `Feedback-ID: ${push}:mailpush`,
      ...(list ? ["Precedence: bulk"] : []),
      "Auto-Submitted: auto-generated",
      "",
    ].join("\r\n"),
    boundaries,
    tail,
    latest: { text: empty, html: empty },
  });
}

/**
 * Composes one mail: headers and a multipart/alternative body, text before html; with files, that is the first part of
 * a multipart/related, which is the first of a multipart/mixed. All ASCII unless an address is not (RFC 6532). The error
 * says why the recipient's address is invalid.
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
    `Message-ID: ${messageId(plan.signing.signingKey, plan.push, recipient.id, plan.domain)}\r\n` +
    listHeaders(plan, recipient.id);
  const own = (rendered.headers ?? []).map(({ name, value }) => textHeader(name, value)).join("");
  const head = plan.from + personal + headers + own + plan.common;
  const content = utf8.encode(head + bodyOf(plan, rendered));
  const { signingKey, inbound, ownReturnPaths } = plan.signing;
  // The token alone: xtext (RFC 3461 section 4) has no + unescaped.
  const envelopeId =
    inbound !== null && ownReturnPaths ? signToken("return-path", plan.push, recipient.id, signingKey) : null;
  return ok({
    id: recipient.id,
    from: inbound === null || envelopeId === null ? plan.sender : subaddress(inbound, envelopeId),
    to: address.value,
    envelopeId,
    content,
    ...(plan.tail === null ? {} : { tail: plan.tail.bytes }),
    eightBit: !ASCII.test(head),
  });
}

/** The page that unsubscribes this recipient, and takes one-click POSTs (RFC 8058). */
export function unsubscribeUrl({ push, signing }: Pick<MimePlan, "push" | "signing">, recipient: number): string {
  return `${signing.publicUrl}/u/${signToken("unsubscribe", push, recipient, signing.signingKey)}`;
}

/** List-Unsubscribe (RFC 2369 section 3.2), the link first, and List-Unsubscribe-Post (RFC 8058 section 3.1). */
function listHeaders(plan: MimePlan, recipient: number): string {
  const { publicUrl, httpLinks, inbound } = plan.signing;
  if (!plan.list) return "";
  const token = signToken("unsubscribe", plan.push, recipient, plan.signing.signingKey);
  const mailto = inbound === null ? null : `<mailto:${subaddress(inbound, token)}?subject=unsubscribe>`;
  if (!httpLinks && !publicUrl.startsWith("https:")) {
    return mailto === null ? "" : `List-Unsubscribe: ${mailto}\r\n`;
  }
  const targets = [`<${publicUrl}/u/${token}>`, ...(mailto === null ? [] : [mailto])];
  return `List-Unsubscribe: ${targets.join(",\r\n ")}\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n`;
}

/** Content-Type and body, or their start where files follow. */
function bodyOf(plan: MimePlan, rendered: Pick<Rendered, "text" | "html">): string {
  const { tail, boundaries } = plan;
  const isHtmlAlone = rendered.text.trim() === "";
  let start = "";
  if (tail?.mixed) start += opened("multipart/mixed", boundaries.mixed);
  if (tail?.related) {
    // RFC 2387 section 3.1: `type` is that of the first part.
    const root = isHtmlAlone ? "text/html" : "multipart/alternative";
    start += opened(`multipart/related; type="${root}"`, boundaries.related);
  }
  return start + (isHtmlAlone ? `${partOf("html", rendered.html, plan)}\r\n` : alternatives(plan, rendered));
}

function opened(type: string, boundary: string): string {
  return `Content-Type: ${type};\r\n boundary="${boundary}"\r\n\r\n--${boundary}\r\n`;
}

function alternatives(plan: MimePlan, { text, html }: Pick<Rendered, "text" | "html">): string {
  const { alternative } = plan.boundaries;
  const htmlPart = partOf("html", html, plan);
  const delimiter = `--${alternative}`;
  return (
    `Content-Type: multipart/alternative; boundary="${alternative}"\r\n\r\n` +
    `${delimiter}\r\n${partOf("text", text, plan)}\r\n${delimiter}\r\n${htmlPart}\r\n${delimiter}--\r\n`
  );
}

/** A part with its headers, without a final CRLF. */
function partOf(kind: "text" | "html", source: string, plan: MimePlan): string {
  if (plan.latest[kind].source !== source)
    plan.latest[kind] = { source, encoded: encodeBody(source, plan.boundaries.mark) };
  const { encoding, body } = plan.latest[kind].encoded;
  const type = kind === "text" ? "text/plain" : "text/html";
  return `Content-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${body}`;
}
