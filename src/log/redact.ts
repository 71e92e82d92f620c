/** What a text must not show, and how an address is named instead. */
export interface Secrecy {
  readonly secrets: readonly string[];
  /** A salted hash of an address in lower case. */
  readonly hashOf: (address: string) => string;
}

const MAX_TEXT = 4_000;
/** Redaction shortens a text: more of it is read than is kept. */
const MAX_READ = 2 * MAX_TEXT;

// What looks like a credential, whoever's it is: the header, SMTP AUTH with its initial response (RFC 4954), tokens of
// API callers, and the tokens of `signToken`, which unsubscribe whom they name.
const CREDENTIALS = new RegExp(
  [
    String.raw`\b(?:Bearer|Basic)\s+(?=\S*[\d_=])[\w.~+/=-]{6,}`,
    String.raw`\bAUTH\s+(?:PLAIN|LOGIN|XOAUTH2|OAUTHBEARER|NTLM|[A-Z]+-(?:MD5|SHA-)\S*)\s+(?:[\w+/]{16,}=*|[\w+/]+=+)`,
    String.raw`\bmp_[\w-]{8,}`,
    String.raw`[0-9a-z]{16}\.[0-9a-v]{1,11}\.[0-9a-v]{20}(?![0-9a-z])`,
  ].join("|"),
  "gi",
);

// A local part, quoted or not, and a domain or an address literal. Between them an @, as it is or as URLs, HTML,
// quoted-printable, xtext (RFC 3461) and JSON write it, or one of its wide forms. The lookbehind keeps a long text
// without any from being read again from each of its characters.
const PART = String.raw`[^\s"<>()[\],;:\\]`;
const QUOTED = String.raw`"(?:[^"\\\n]|\\.)*"|\\"[^"\n]*"`;
const AT = String.raw`(?:@|%(?:25)*40|=40|\+40|&#0*64;|&#x0*40;|&commat;|\\u0040|\uff20|\ufe6b)`;
const ADDRESS = new RegExp(`(?:${QUOTED}|(?<!${PART})${PART}*)${AT}(?:\\[[^\\]\\s]*\\]|${PART}+)`, "giu");
/** Quotes and the end of a sentence: they stand around an address more often than in it. */
const BEFORE = /^[`'{|}‘’“”«»]*/u;
const AFTER = /(?<![`'{|}‘’“”«».!?])[`'{|}‘’“”«».!?]*$/u;

/**
 * The text without secrets and credentials, and with a salted hash for each address, so that the lines of one recipient
 * can still be told from others. At most 4,000 characters.
 */
export function withoutSecrets(text: string, { secrets, hashOf }: Secrecy): string {
  let shown = text.slice(0, MAX_READ);
  // What the cut may have halved would not be recognised.
  if (text.length > MAX_READ) shown = shown.replace(/(?<!\S)\S*$/, "");
  for (const secret of secrets) shown = shown.replaceAll(secret, "[secret]");
  shown = shown.replace(CREDENTIALS, "[secret]").replace(ADDRESS, (found) => {
    const before = BEFORE.exec(found)?.[0] ?? "";
    const after = AFTER.exec(found)?.[0] ?? "";
    const address = found.slice(before.length, found.length - after.length);
    return `${before}address-${hashOf(address.toLowerCase())}${after}`;
  });
  return shown.length <= MAX_TEXT && text.length <= MAX_READ ? shown : `${shown.slice(0, MAX_TEXT)}…`;
}
