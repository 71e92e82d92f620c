/** A whole reply of an SMTP server (RFC 5321 section 4.2), its lines joined by "\n". */
export interface Reply {
  /** Three digits, 200 to 599. */
  readonly code: number;
  /** The enhanced status code (RFC 3463), "5.1.1", or null where the server gave none. */
  readonly enhanced: string | null;
  /** The words behind the codes; untrusted, may hold anything but CR and NUL. */
  readonly text: string;
}

/**
 * Where in the session a reply or a fault came: the same 4xx is an outage at the greeting and about one recipient
 * after RCPT. `content` is what comes after the message was written: the reply to the final dot or to BDAT LAST.
 */
export const STAGES = ["connect", "greeting", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "content"] as const;
export type Stage = (typeof STAGES)[number];

/** The longest that the ledger keeps of a server's words, in UTF-16 code units. */
const FORMATTED_LENGTH = 500;

const CODE = /^\s*([2-5]\d\d)(?![\d.])[ \t-]?/;
const ENHANCED = /^([245]\.\d{1,3}\.\d{1,3})(?![\d.])[:;,]?\s*/;

/**
 * Reads a reply out of text: "550 5.1.1 No such user", its lines with or without their codes, or several lines run
 * into one as bounces quote them ("550-5.1.1 No 550 5.1.1 such user"). The codes are taken out of the words.
 *
 * @returns null if it does not begin with a reply code
 */
export function parseReplyLine(text: string): Reply | null {
  const code = CODE.exec(text)?.[1];
  if (code === undefined) return null;
  let enhanced: string | null = null;
  const words = text
    // Also "550-5.1.1" in mid-line, where lines were run together; a lone "550" there may be part of the words.
    .replace(new RegExp(`\\s+(?=${code}(?:-|[ -][245]\\.\\d{1,3}\\.\\d))`, "g"), "\n")
    .split(/[\r\n]+/)
    .map((line) => {
      const rest = CODE.exec(line)?.[1] === code ? line.replace(CODE, "") : line;
      const status = ENHANCED.exec(rest)?.[1];
      if (status === undefined) return rest.trim();
      enhanced ??= status;
      return rest.replace(ENHANCED, "").trim();
    })
    .filter((line) => line !== "");
  return { code: Number(code), enhanced, text: words.join("\n").replaceAll("\0", "") };
}

/**
 * The server's words for the ledger and for people: "550 5.1.1 No such user". One line without control characters or
 * marks that turn the direction of writing, at most 500 long.
 */
export function formatReply(reply: Reply): string {
  const line = [String(reply.code), reply.enhanced ?? "", reply.text]
    .join(" ")
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ")
    .replace(/[\p{Cf}\p{Cs}]/gu, "")
    .trim();
  // A cut in the middle of a surrogate pair would leave half a character.
  return line.length <= FORMATTED_LENGTH ? line : line.slice(0, FORMATTED_LENGTH).replace(/[\uD800-\uDBFF]$/, "");
}
