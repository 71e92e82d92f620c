/**
 * Where, in the text of a bounce, the returned message begins: each line begins with what some program writes there.
 * What comes after is the message's and not the server's.
 */
const MARKS: readonly RegExp[] = [
  // The part that holds it, where the boundaries are lost.
  /^content-type:\s*(message\/(rfc822|global)|text\/rfc822-headers)\b/i,
  // Exim, GMX, Mail.ru: "------ This is a copy of the message, including all the headers. ------"
  /^[-\s>]*this is a copy of (the|your) (message|headers)/i,
  // qmail, Yahoo: "--- Below this line is a copy of the message."; OpenSMTPD: "Below is a copy of the original message:"
  /^[-\s>]*(below|enclosed|included|following)( this line)? is (a |the )?(copy|header|original)/i,
  // GMX: "--- The header of the original message is following. ---"
  /^[-\s>]*the (header|body|text|content)s? of the (original )?message (is|follow)/i,
  // Gmail: "----- Original message -----"; X2: "--- Original message follows."; IMail; Notes: "Returned Message";
  // Sendmail: "----- Unsent message follows -----", "Message header follows"; dragonfly: "Message headers follow."
  // Not the bare words "Undeliverable mail", the heading of Courier's notice.
  /^[-=*\s>]*(?!(undelivered|undeliverable) mail\s*$)(the )?(original|unsent|returned|undelivered|undeliverable|failed|bounced|rejected) (e-?mail |mail )?(message|mail|headers?|e-mail)( (header|text|body|content)s?)?\s*(follows?|below|attached|is (attached|following)|:|\.|-{2,}|={2,}|\*{2,}|$)/i,
  // Smail, T-Online: "|------ Message text follows: ------|".
  /^[-=*|\s>]*message (headers?|text|body|contents?)( and \w+)? follows?\b/i,
  /^[-=\s>]*start of (the )?(original |returned )?(message|headers?)/i,
  // The first field of a returned message, with no line before it. Not of a report: "Received-From-MTA:".
  /^(> ?)*(return-path|received|dkim-signature|x-received|domainkey-signature|arc-seal):/i,
];

/** Text up to the returned message, and the returned message; null: there is none in the text. */
export function cutAtReturned(text: string): { readonly notice: string; readonly returned: string | null } {
  const lines = text.split("\n");
  const at = lines.findIndex((line) => MARKS.some((mark) => mark.test(line.slice(0, 120))));
  if (at < 0) return { notice: text, returned: null };
  return { notice: lines.slice(0, at).join("\n"), returned: returnedFrom(lines.slice(at)) };
}

/** From the first header field on. */
function returnedFrom(lines: readonly string[]): string | null {
  const plain = lines.map((line) => line.replace(/^(> ?)+/, ""));
  const first = plain.findIndex((line) => /^[!-9;-~]+:\s?\S/.test(line));
  return first < 0 ? null : plain.slice(first).join("\n");
}
