import { err, ok, type Result } from "../core/result.ts";
import { checkAddress } from "./address.ts";

/** A sender, parsed from "Name <address>". The name is plain text without quotes, or empty. */
export interface Mailbox {
  readonly name: string;
  readonly address: string;
}

const MAX_NAME_CHARACTERS = 200;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the regex refuses them
const CONTROL = /[\x00-\x1f\x7f-\x9f\u2028\u2029]/;

/**
 * Parses `address`, `<address>`, `Name <address>` or `"Quoted, name" <address>` (one mailbox of RFC 5322 section 3.4,
 * without comments). Refuses control characters, so that the result is safe in a header.
 */
export function parseMailbox(input: string): Result<Mailbox> {
  if (CONTROL.test(input) || !input.isWellFormed()) return err("holds a line break or another control character");
  const text = input.trim();
  const open = text.lastIndexOf("<");
  if (open >= 0 && !text.endsWith(">")) return err("has a < without a closing >");
  const address = checkAddress(open < 0 ? text : text.slice(open + 1, -1));
  if (!address.ok) return err(`${address.error} (expected "Name <address>" or an address)`);
  const name = open < 0 ? "" : unquoted(text.slice(0, open).trim());
  if (name.length > MAX_NAME_CHARACTERS) return err(`the name is longer than ${MAX_NAME_CHARACTERS} characters`);
  return ok({ name, address: address.value });
}

/** The inverse of `parseMailbox`: `"Name" <address>`, or the address alone without a name. */
export function formatMailbox({ name, address }: Mailbox): string {
  if (name === "") return address;
  const phrase = /^[\p{L}\p{N} !#$%&'*+/=?^_`{|}~-]+$/u.test(name) ? name : `"${name.replace(/["\\]/g, "\\$&")}"`;
  return `${phrase} <${address}>`;
}

function unquoted(phrase: string): string {
  const inner = /^"(.*)"$/.exec(phrase)?.[1];
  return inner === undefined ? phrase : inner.replace(/\\(.)/g, "$1");
}
