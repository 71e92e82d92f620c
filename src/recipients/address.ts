import { err, ok, type Result } from "../core/result.ts";
import { addressFault, domainFault } from "./address-fault.ts";

// RFC 5321 section 4.5.3.1, in octets. 254: a path of 256 less its angle brackets.
const ADDRESS_OCTETS = 254;
const LOCAL_PART_OCTETS = 64;

const ASCII = /^[\x20-\x7e]*$/;
// Accepts most addresses with one regex; the separate checks take ten times as long.
const ORDINARY = /^[\w+-]+(?:\.[\w+-]+)*@(?:[a-z0-9-]{1,63}\.)+[a-z]{2,63}$/;
// The characters of a dot-string (RFC 5321 section 4.1.2), non-ASCII letters by RFC 6531. Dots may stand anywhere:
// Japanese providers gave out addresses such as ann..x@docomo.ne.jp. Other quoted local parts are refused.
const LOCAL_PART = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.\-\u0080-\u{10ffff}]+$/u;
const NO_DOT_STRING = /^\.|\.\.|\.$/;
const DOMAIN = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?!\d+$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
// Control and format characters, surrogates, private use, every kind of space.
const INVISIBLE = /[\p{C}\p{Z}]/u;
// Office programs write “ann@example.com”; neither RFC 6531's mailboxes nor IDNA2008's labels are meant to hold these.
const BRACKETS_BEYOND_ASCII = /[^\x20-\x7e](?<=[\p{Ps}\p{Pe}\p{Pi}\p{Pf}])/u;

/**
 * Checks an envelope address (RFC 5321 section 4.1.2, RFC 6531). Returns `local@domain`: the domain in lower case and
 * in A-labels, the local part as given (in NFC, without quotes; `wireAddress` adds them). The error is a message for the user.
 */
export function checkAddress(input: string): Result<string> {
  const at = input.lastIndexOf("@");
  if (at <= LOCAL_PART_OCTETS && input.length <= ADDRESS_OCTETS && ORDINARY.test(input) && !/@-|-\.|\.-/.test(input))
    return ok(input);
  if (!input.isWellFormed() || INVISIBLE.test(input) || BRACKETS_BEYOND_ASCII.test(input))
    return err(addressFault(input));
  const domain = checkDomain(input.slice(at + 1));
  const given = input.slice(0, at);
  const local = /^"(.*)"$/.exec(given)?.[1] ?? given;
  if (at < 0 || !domain.ok || !LOCAL_PART.test(local)) return err(addressFault(input));
  const address = `${ASCII.test(local) ? local : local.normalize("NFC")}@${domain.value}`;
  const octetsOnWire = octets(wireAddress(address));
  if (octetsOnWire - domain.value.length - 1 > LOCAL_PART_OCTETS) {
    return err(`the part before the @ is longer than ${LOCAL_PART_OCTETS} bytes`);
  }
  if (octetsOnWire > ADDRESS_OCTETS) return err(`the address is longer than ${ADDRESS_OCTETS} bytes`);
  return ok(address);
}

/**
 * A result of `checkAddress` as an envelope and a header write it: the local part in quotes where it is no dot-string
 * (RFC 5321 section 4.1.2, RFC 5322 section 3.4.1).
 */
export function wireAddress(address: string): string {
  const at = address.lastIndexOf("@");
  const local = address.slice(0, at);
  return NO_DOT_STRING.test(local) ? `"${local}"${address.slice(at)}` : address;
}

/** The key that identifies an address regardless of case. Takes a result of `checkAddress`. */
export function addressKey(address: string): string {
  return address.toLowerCase();
}

/** Checks a domain name. Returns it in lower case and in A-labels (RFC 5890). The error is a message for the user. */
export function checkDomain(given: string): Result<string> {
  const domain = ASCII.test(given) ? given.toLowerCase() : toALabels(given);
  if (domain !== null && (DOMAIN.test(domain) || domain === "localhost")) return ok(domain);
  return err(domainFault(given));
}

/** A-labels by UTS #46 (URL parser); null: not a domain. */
function toALabels(domain: string): string | null {
  // The URL parser also accepts ports, paths, user info and escapes.
  if (!/^[A-Za-z0-9.\-\u0080-\u{10ffff}]+$/u.test(domain)) return null;
  try {
    return new URL(`http://${domain}`).hostname;
  } catch {
    return null;
  }
}

function octets(text: string): number {
  return ASCII.test(text) ? text.length : new TextEncoder().encode(text).length;
}
