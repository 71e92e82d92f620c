import { err, ok, type Result } from "../../core/result.ts";

const MAX_CHARACTERS = 255;
// RFC 9651 section 3.3.3: printable ASCII; a quote or a backslash is escaped, and nothing else.
const QUOTED = /^"(?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"$/;
const BARE = /^[\x21\x23-\x7e][\x21-\x7e]*$/;

/**
 * The key in an Idempotency-Key header (draft-ietf-httpapi-idempotency-key-header-07): a quoted text, or the same key
 * bare, as most clients send it. 1 to 255 characters.
 */
export function parseIdempotencyKey(header: string): Result<string> {
  const isQuoted = QUOTED.test(header);
  if (!isQuoted && !BARE.test(header)) {
    return err("expected one key, of printable ASCII characters; one with spaces stands in double quotes");
  }
  const key = isQuoted ? header.slice(1, -1).replace(/\\(.)/g, "$1") : header;
  if (key.length >= 1 && key.length <= MAX_CHARACTERS) return ok(key);
  return err(`has ${key.length} characters: expected 1 to ${MAX_CHARACTERS}`);
}
