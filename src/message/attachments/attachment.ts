/** What is told of a file that all mails of a push carry. */
export interface AttachmentInfo {
  /** Checked by `checkFilename`. */
  readonly filename: string;
  /** "image/png", perhaps with parameters; checked by `checkContentType`. */
  readonly contentType: string;
  /** The html shows it as `cid:…`; null: it is attached. Checked by `checkContentId`. */
  readonly contentId: string | null;
  /** Bytes. */
  readonly size: number;
}

/** A file that all mails of a push carry. */
export interface Attachment extends Omit<AttachmentInfo, "size"> {
  readonly bytes: Uint8Array;
}

export function infoOf({ filename, contentType, contentId, bytes }: Attachment): AttachmentInfo {
  return { filename, contentType, contentId, size: bytes.length };
}

/** As most file systems have it. */
const MAX_FILENAME_BYTES = 255;
// Readers may lay the name out, and store the file under it.
const NOT_IN_FILENAME = /[/\\]|[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;

/** Why a file cannot have this name; null: it can. */
export function checkFilename(name: string): string | null {
  if (name.trim() === "") return "is empty";
  if (name === "." || name === "..") return "is a folder's name";
  if (name !== name.trim()) return "begins or ends with white space";
  if (!name.isWellFormed()) return "holds half of a surrogate pair";
  if (NOT_IN_FILENAME.test(name)) return "holds a slash, a control character or one that turns the direction of text";
  const bytes = new TextEncoder().encode(name).length;
  return bytes > MAX_FILENAME_BYTES ? `has ${bytes} bytes in UTF-8: expected at most ${MAX_FILENAME_BYTES}` : null;
}

const MAX_CONTENT_TYPE_CHARACTERS = 200;
// RFC 6838 section 4.2: restricted names. RFC 2045 section 5.1: parameters, of tokens or quoted texts.
const NAME = "[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}";
const PARAMETER = `[ ]?;[ ]?(?!name[*=]|boundary[*=])[A-Za-z0-9-]+=(?:[A-Za-z0-9!#$&^_.+-]+|"[ !#-\\[\\]-~]*")`;
const CONTENT_TYPE = new RegExp(`^${NAME}/${NAME}(?:${PARAMETER})*$`, "i");
/** RFC 2046 sections 5.1 and 5.2.1: these are not sent in base64. */
const COMPOSITE = /^(?:multipart|message)\//i;

/** Why a file cannot have this media type; null: it can. */
export function checkContentType(type: string): string | null {
  if (type.length > MAX_CONTENT_TYPE_CHARACTERS) return `is longer than ${MAX_CONTENT_TYPE_CHARACTERS} characters`;
  if (!CONTENT_TYPE.test(type)) return 'is no media type: expected, say, "application/pdf"';
  return COMPOSITE.test(type) ? 'holds parts of its own: expected another, say "application/octet-stream"' : null;
}

const MAX_CONTENT_ID_CHARACTERS = 100;
// RFC 2392: what of a message id needs no escape in a URL, nor in html.
const CONTENT_ID = /^[A-Za-z0-9][A-Za-z0-9._+-]*(?:@[A-Za-z0-9][A-Za-z0-9.-]*)?$/;

/** Why a file cannot have this Content-ID; null: it can. */
export function checkContentId(id: string): string | null {
  if (id.length > MAX_CONTENT_ID_CHARACTERS) return `is longer than ${MAX_CONTENT_ID_CHARACTERS} characters`;
  return CONTENT_ID.test(id)
    ? null
    : 'has other than letters, digits, ".", "_", "+", "-" and one "@": expected, say, "logo"';
}
