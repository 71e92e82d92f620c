// Why an address is refused, for the person who wrote it. `checkAddress` decides whether it is.

/** Between addresses, where somebody wrote several. */
const BETWEEN = /[\s,;、，；]+/;
const LINE_BREAK = /[\n\r\v\f\u0085\u2028\u2029]/;
const SPACE = /[\t\p{Zs}]/u;
const INVISIBLE = /[\p{C}\p{Z}]/u;
const BRACKETS = /["“”„«»‹›‘’()[\]{}<>]|[^\x20-\x7e](?<=[\p{Ps}\p{Pe}\p{Pi}\p{Pf}])/u;
/** Forms of @ that keyboards for Chinese and Japanese write. */
const WIDE_AT = /[＠﹫]/;
const NOT_IN_LOCAL_PART = /[^A-Za-z0-9!#$%&'*+/=?^_`{|}~.\-\u0080-\u{10ffff}]/u;
const NOT_IN_DOMAIN = /[^A-Za-z0-9.\-\u0080-\u{10ffff}]/u;

/** What is wrong with an address. */
export function addressFault(address: string): string {
  if (address === "") return "the address is empty";
  const at = address.lastIndexOf("@");
  const wide = WIDE_AT.exec(address)?.[0];
  if (at < 0) return wide === undefined ? "the address has no @" : `the address has ${wide} in place of @`;
  const several = address.split(BETWEEN).filter((part) => part.includes("@")).length;
  if (several > 1) return `holds ${several} addresses; expected one`;
  if (/[<>]/.test(address)) return "the address has < or > in it; expected the address alone";
  const unseen = unseenIn(address);
  if (unseen !== null) return unseen;
  if (/^mailto:/i.test(address)) return "the address begins with mailto:; expected the address alone";
  if (address.indexOf("@") !== at) return "the address has more than one @";
  if (at === 0) return "there is nothing before the @";
  const domain = address.slice(at + 1);
  if (domain === "") return "there is nothing after the @";
  if (isIpAddress(domain)) return "the part after the @ is an IP address; expected a domain such as example.com";
  const bracket = BRACKETS.exec(address)?.[0];
  if (bracket !== undefined) return `the address holds a quotation mark or bracket: ${bracket}`;
  const unfit = NOT_IN_LOCAL_PART.exec(address.slice(0, at))?.[0];
  return unfit === undefined ? domainFault(domain) : `the character ${unfit} may not stand before the @`;
}

/** What is wrong with the part after the @. */
export function domainFault(domain: string): string {
  if (/[,，][^,，]/.test(domain)) return "there is a comma after the @ where a dot belongs";
  const unfit = NOT_IN_DOMAIN.exec(domain)?.[0];
  if (unfit !== undefined) return `the character ${unfit} may not stand after the @`;
  const labels = domain.split(".");
  if (labels.at(-1) === "") return "the address ends with a dot";
  if (labels.includes(""))
    return labels[0] === "" ? "there is a dot right after the @" : "there are two dots in a row after the @";
  if (labels.length === 1) return `${shown(domain)} after the @ has no dot; expected a domain such as example.com`;
  if (labels.some((label) => /^-|-$/.test(label))) return "a part of the domain begins or ends with a hyphen";
  if (labels.some((label) => label.length > 63) || domain.length > 253) return "the domain is too long";
  if (/^\d+$/.test(labels.at(-1) ?? "")) return "the domain ends in a number; expected one such as example.com";
  return "the part after the @ is not a domain name";
}

function unseenIn(address: string): string | null {
  if (address.trim() !== address) return "the address has a space or a line break around it";
  if (LINE_BREAK.test(address)) return "the address has a line break in it";
  if (SPACE.test(address)) return "the address has a space in it";
  const unseen = address.isWellFormed() ? INVISIBLE.exec(address)?.[0] : "\ufffd";
  if (unseen === undefined) return null;
  const code = (unseen.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, "0");
  return `the address has a character in it that cannot be seen (U+${code})`;
}

function isIpAddress(domain: string): boolean {
  return /^\[.*\]$/.test(domain) || /^\d{1,3}(\.\d{1,3}){3}$/.test(domain);
}

function shown(text: string): string {
  return text.length > 64 ? `${text.slice(0, 64)}…` : text;
}
