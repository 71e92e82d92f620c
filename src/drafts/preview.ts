import { err, ok, type Result } from "../core/result.ts";
import { composeFor } from "../delivery/content/compose.ts";
import { type Attachment, type AttachmentInfo, infoOf } from "../message/attachments/attachment.ts";
import { oneLine } from "../message/mime/header.ts";
import { unsubscribeUrl } from "../message/mime/mime.ts";
import type { Personal } from "../message/template/template.ts";
import type { Draft } from "./draft.ts";
import { withImages } from "./inline-images.ts";
import { type MailWarning, mailWarnings } from "./mail-warnings.ts";

/** One recipient's mail, as it would be sent. */
export interface Preview {
  readonly subject: string;
  /** With the images that the mail carries as `data:` URLs. */
  readonly html: string;
  /** Empty: the mail has html alone. */
  readonly text: string;
  /** In their order, unfolded, encoded as in the mail. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  /** The files that it carries. */
  readonly attachments: readonly AttachmentInfo[];
  /** Of the whole mail, in bytes. */
  readonly size: number;
  readonly warnings: readonly MailWarning[];
}

/** Composes a draft's mail. The error says why it would fail. @param ownText whether the text was given */
export function previewOf(
  { relay, ready, headers, allowance }: Draft,
  recipient: Personal,
  ownText: boolean,
  files: readonly Attachment[],
): Result<Preview> {
  const known = { ...recipient, id: NOBODY };
  const made = composeFor(ready, relay, known, allowance, headers);
  if (!made.ok) return made;
  if (!ready.ok) return err(ready.error);
  const plan = ready.value.plans.get(relay);
  if (plan === undefined) return err(`no plan for relay ${relay}`);
  const { mail, rendered } = made.value;
  const shown = { subject: oneLine(rendered.subject), html: rendered.html, text: rendered.text };
  const link = unsubscribeUrl(plan, NOBODY);
  return ok({
    ...shown,
    html: withImages(shown.html, files),
    headers: headersOf(mail.content),
    attachments: files.map(infoOf),
    size: mail.content.length + (mail.tail?.length ?? 0),
    warnings: mailWarnings(shown, { list: ready.list, ownText, files }, link),
  });
}

/** No recipient has this id. */
const NOBODY = 0;

/** The header fields of a mail, unfolded (RFC 5322 section 2.2.3). */
function headersOf(content: Uint8Array): { name: string; value: string }[] {
  const text = new TextDecoder().decode(content);
  const head = text.slice(0, text.indexOf("\r\n\r\n")).replace(/\r\n(?=[ \t])/g, "");
  return head.split("\r\n").map((line) => {
    const colon = line.indexOf(":");
    return { name: line.slice(0, colon), value: line.slice(colon + 1).trim() };
  });
}
