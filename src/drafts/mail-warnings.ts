import { Parser } from "htmlparser2";
import type { Attachment } from "../message/attachments/attachment.ts";
import type { Rendered } from "../message/template/template.ts";

import { contentIdsIn } from "./inline-images.ts";

/** Something about a mail that is probably a mistake, or that its reader may not see. */
export interface MailWarning {
  readonly code:
    | "no-unsubscribe-link"
    | "no-text"
    | "image-without-alt"
    | "clipped"
    | "long-subject"
    | "link-not-https"
    | "unknown-cid"
    | "unused-cid"
    | "suppressed";
  /** A JSON path in the request. */
  readonly path: string;
  readonly message: string;
}

/** Gmail shows so much of the html, and a link to the rest. */
const CLIPPED_BYTES = 102 * 1024;
/** RFC 5322 section 2.1.1; readers show less than that. */
const MAX_SUBJECT_CHARACTERS = 78;
/** Of what is wrong in one way, so many examples of so many characters. */
const EXAMPLES = 3;
const MAX_EXAMPLE_CHARACTERS = 100;

const SAFE_LINK = /^(?:https|mailto|tel|sms):/i;
const HTTP_IN_TEXT = /\bhttp:\/\/[^\s<>"']+/gi;

/**
 * What to look at in a rendered mail before it goes out. Attributes are not looked at: see `findWarnings`.
 *
 * @param made `list`: mail of a list, which has a link to unsubscribe; `ownText`: the text was given, and not made from
 *   the html; `files`: what the mail carries
 * @param unsubscribeLink the recipient's. Whether it is https is the deployment's matter: `GET /api/health?deep=true`
 */
export function mailWarnings(
  { subject, html, text }: Pick<Rendered, "subject" | "html" | "text">,
  made: { readonly list: boolean; readonly ownText: boolean; readonly files: readonly Attachment[] },
  unsubscribeLink: string,
): MailWarning[] {
  const { imagesWithoutAlt, links } = seenIn(html);
  const warnings: MailWarning[] = [];
  const warn = (code: MailWarning["code"], path: string, message: string) => warnings.push({ code, path, message });
  const characters = [...subject].length;
  if (characters > MAX_SUBJECT_CHARACTERS) {
    warn(
      "long-subject",
      "$.subject",
      `has ${characters} characters, more than the ${MAX_SUBJECT_CHARACTERS} of a line`,
    );
  }
  if (made.list && !links.includes(unsubscribeLink)) {
    warn("no-unsubscribe-link", "$.html", "has no link to {{ unsubscribe_url }}");
  }
  const bytes = Buffer.byteLength(html);
  if (bytes > CLIPPED_BYTES) {
    warn("clipped", "$.html", `has ${bytes} bytes: Gmail shows the first ${CLIPPED_BYTES} (102 KB)`);
  }
  if (imagesWithoutAlt.length > 0) {
    warn("image-without-alt", "$.html", counted(imagesWithoutAlt, "image has no alt", "images have no alt"));
  }
  const shownIds = contentIdsIn(html);
  const unknown = shownIds.filter((id) => !made.files.some(({ contentId }) => contentId === id));
  if (unknown.length > 0) {
    warn("unknown-cid", "$.html", counted(unknown, "cid: is of no attachment", "cid: are of no attachment"));
  }
  for (const [at, { contentId }] of made.files.entries()) {
    if (contentId === null || shownIds.includes(contentId)) continue;
    warn("unused-cid", `$.attachments[${at}]`, `is not shown: the html has no cid:${contentId}`);
  }
  const unsafe = links.filter((link) => !isSafe(link) && link !== unsubscribeLink);
  if (unsafe.length > 0) warn("link-not-https", "$.html", counted(unsafe, "link is not https", "links are not https"));
  const inText = made.ownText ? (text.replaceAll(unsubscribeLink, "").match(HTTP_IN_TEXT) ?? []) : [];
  if (inText.length > 0) warn("link-not-https", "$.text", counted(inText, "link is not https", "links are not https"));
  if (text.trim() === "") warn("no-text", "$.text", "is empty: the mail has html alone");
  return warnings;
}

/** A link within the mail, or of a scheme that names no server without encryption. */
function isSafe(link: string): boolean {
  return link.startsWith("#") || SAFE_LINK.test(link);
}

function seenIn(html: string): { imagesWithoutAlt: string[]; links: string[] } {
  const imagesWithoutAlt: string[] = [];
  const links: string[] = [];
  const parser = new Parser({
    onopentag(name, { alt, src, href, action }) {
      if (name === "img" && alt === undefined) imagesWithoutAlt.push(src ?? "");
      const link = name === "a" || name === "area" ? href : name === "form" ? action : undefined;
      if (link !== undefined) links.push(asUrlIsRead(link));
    },
  });
  parser.end(html);
  return { imagesWithoutAlt, links };
}

/** A link without what readers of URLs leave out (WHATWG URL, section 4.4). */
function asUrlIsRead(link: string): string {
  const isIgnored = (at: number) => link.charCodeAt(at) <= 0x20;
  let begin = 0;
  let end = link.length;
  while (begin < end && isIgnored(begin)) begin++;
  while (end > begin && isIgnored(end - 1)) end--;
  return link.slice(begin, end).replace(/[\t\n\r]+/g, "");
}

function counted(found: readonly string[], one: string, many: string): string {
  const examples = [...new Set(found)]
    .slice(0, EXAMPLES)
    .map((text) => JSON.stringify(text.slice(0, MAX_EXAMPLE_CHARACTERS)));
  return `${found.length} ${found.length === 1 ? one : many}: ${examples.join(", ")}`;
}
