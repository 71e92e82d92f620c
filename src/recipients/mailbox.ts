import { err, ok, type Result } from "../core/result.ts";
import { decodeWords } from "../message/mime/encoded-word.ts";
import { checkAddress } from "./address.ts";

/** A sender, parsed from "Name <address>". The name is plain text without quotes, or empty. */
export interface Mailbox {
  readonly name: string;
  readonly address: string;
}

const MAX_NAME_CHARACTERS = 200;
/** In one address-list. */
export const MAX_MAILBOXES = 10;
/** Names may be encoded words, three times as long or more. */
const MAX_CHARACTERS = 10_000;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the regex refuses them
const CONTROL = /[\x00-\x1f\x7f-\x9f\u2028\u2029]/;
const CONTROL_FOUND = "holds a line break or another control character";

/**
 * Parses `address`, `<address>`, `Name <address>` or `"Quoted, name" <address>` (one mailbox of RFC 5322 section 3.4,
 * without comments). Encoded words (RFC 2047) in the name are decoded. Refuses control characters, so that the result
 * is safe in a header.
 */
export function parseMailbox(input: string): Result<Mailbox> {
  const list = parseMailboxes(input);
  if (!list.ok) return list;
  const [mailbox, ...more] = list.value;
  if (more.length > 0 || mailbox === undefined) return err(`holds ${list.value.length} addresses; expected one`);
  return ok(mailbox);
}

/** Parses mailboxes with commas between them, at most ten (an address-list of RFC 5322 section 3.4, without groups). */
export function parseMailboxes(input: string): Result<Mailbox[]> {
  if (input.length > MAX_CHARACTERS) return err(`is longer than ${MAX_CHARACTERS} characters`);
  if (CONTROL.test(input) || !input.isWellFormed()) return err(CONTROL_FOUND);
  const parts = splitAtCommas(input);
  if (!parts.ok) return parts;
  if (parts.value.length > MAX_MAILBOXES) return err(`holds more than ${MAX_MAILBOXES} addresses`);
  const mailboxes: Mailbox[] = [];
  for (const part of parts.value) {
    const mailbox = parsePart(part.trim());
    if (!mailbox.ok && parts.value.length > 1 && part.trim() !== "" && !part.includes("@")) {
      return err('has a comma in a name, which needs quotes: "Name, more" <address>');
    }
    if (!mailbox.ok) return mailbox;
    mailboxes.push(mailbox.value);
  }
  return ok(mailboxes);
}

/** The inverse of `parseMailbox`: `"Name" <address>`, or the address alone without a name. */
export function formatMailbox({ name, address }: Mailbox): string {
  if (name === "") return address;
  const phrase = /^[\p{L}\p{N} !#$%&'*+/=?^_`{|}~-]+$/u.test(name) ? name : `"${name.replace(/["\\]/g, "\\$&")}"`;
  return `${phrase} <${address}>`;
}

/** The inverse of `parseMailboxes`. */
export function formatMailboxes(mailboxes: readonly Mailbox[]): string {
  return mailboxes.map(formatMailbox).join(", ");
}

function splitAtCommas(input: string): Result<string[]> {
  const parts: string[] = [];
  let quoted = false;
  let start = 0;
  for (let at = 0; at < input.length; at++) {
    const char = input[at];
    if (quoted && char === "\\") at++;
    else if (char === '"') quoted = !quoted;
    else if (char === "," && !quoted) {
      parts.push(input.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(input.slice(start));
  return quoted ? err('has a " without a closing one') : ok(parts);
}

const QUOTED = /"((?:[^"\\]|\\.)*)"/g;
/** A phrase, then a path in angle brackets that ends the text. */
const NAMED = /^((?:[^<>"]|"(?:[^"\\]|\\.)*")*)<([^<>]*)>$/;

function parsePart(text: string): Result<Mailbox> {
  const named = NAMED.exec(text);
  if (named === null && /[<>]/.test(text.replace(QUOTED, ""))) {
    return err('has < or > in another place than around one address (expected "Name <address>")');
  }
  const [, phrase = "", path = text] = named ?? [];
  const address = checkAddress(path);
  if (!address.ok) return err(`${address.error} (expected "Name <address>" or an address)`);
  const name = decodeWords(phrase.replace(QUOTED, (_, inner: string) => inner.replace(/\\(.)/g, "$1")).trim());
  if (CONTROL.test(name) || !name.isWellFormed()) return err(CONTROL_FOUND);
  if (name.length > MAX_NAME_CHARACTERS) return err(`the name is longer than ${MAX_NAME_CHARACTERS} characters`);
  return ok({ name, address: address.value });
}
