import { Buffer } from "node:buffer";
import type { Attachment } from "../message/attachments/attachment.ts";

/** Html with images in it, at most; the others stay as they are. An image may be shown any number of times. */
const MAX_ADDED_CHARACTERS = 8_000_000;
/**
 * A link to a part of the mail (RFC 2392), where html or CSS has one. Groups: what stands before it, the Content-ID. Not a
 * look behind, which would read a long run of white space again for each of its characters.
 */
const CID = /(["'(=]\s*)cid:([A-Za-z0-9._+%@-]+)/gi;

/** The Content-IDs that an html names, each once. */
export function contentIdsIn(html: string): string[] {
  return [...new Set(Array.from(html.matchAll(CID), ([, , id]) => decoded(id ?? "")))];
}

/** The html of a mail as a page shows it: images that the mail carries become `data:` URLs. */
export function withImages(html: string, files: readonly Attachment[]): string {
  const urls = new Map<string, string>();
  let left = MAX_ADDED_CHARACTERS;
  return html.replace(CID, (link, before: string, id: string) => {
    const file = files.find(({ contentId }) => contentId === decoded(id));
    // A page in a frame could do what an image cannot.
    if (file === undefined || !file.contentType.toLowerCase().startsWith("image/")) return link;
    if ((file.bytes.length * 4) / 3 > left) return link;
    const url = urls.get(id) ?? dataUrl(file);
    urls.set(id, url);
    left -= url.length;
    return before + url;
  });
}

/** Without parameters, which may hold quotes. */
function dataUrl({ contentType, bytes }: Attachment): string {
  const [type] = contentType.split(";");
  return `data:${type?.trim()};base64,${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64")}`;
}

function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}
