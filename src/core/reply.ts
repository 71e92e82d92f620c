/** A complete SMTP reply (RFC 5321 section 4.2); its lines are joined by "\n". */
export interface Reply {
  /** Three digits, 200 to 599. */
  readonly code: number;
  /** Enhanced status code (RFC 3463), such as "5.1.1"; null if the server gave none. */
  readonly enhanced: string | null;
  /** The text after the codes. Untrusted: any character except CR and NUL. */
  readonly text: string;
}

/**
 * The point of the session at which a reply or an error came: a 4xx is an outage at the greeting, and about one
 * recipient after RCPT. `content` is the reply to the final dot or to BDAT LAST.
 */
export const STAGES = ["connect", "greeting", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "content"] as const;
export type Stage = (typeof STAGES)[number];

/** Maximum length of a reply in the ledger, in UTF-16 code units. */
const FORMATTED_LENGTH = 500;

const CODE = /^\s*([2-5]\d\d)(?![\d.])[ \t-]?/;
/** The code of a refusal's later line. */
const LATER_CODE = /^([45]\d\d)[ -]/;
const ENHANCED = /^([245]\.\d{1,3}\.\d{1,3})(?![\d.])[:;,]?\s*/;

/**
 * Parses a reply: "550 5.1.1 No such user". Lines may lack their codes or be joined into one, as bounces quote them
 * ("550-5.1.1 No 550 5.1.1 such user"). Removes the codes from the text. Where the lines of a refusal have different
 * codes, the last one counts; of different enhanced codes the first one, and the others stay in the text.
 *
 * @returns null if the text does not begin with a reply code
 */
export function parseReplyLine(text: string): Reply | null {
  const first = CODE.exec(text)?.[1];
  if (first === undefined) return null;
  const lines = text
    // Split joined lines at "550-" or "550 5.1.1"; a bare "550" in mid-line may be part of the text. The look behind keeps
    // a run of white space from being read again from each of its characters.
    .replace(new RegExp(`(?<!\\s)\\s+(?=${first}(?:-|[ -][245]\\.\\d{1,3}\\.\\d))`, "g"), "\n")
    .split(/[\r\n]+/);
  const code = lastCodeOf(lines, first);
  let enhanced: string | null = null;
  const words = lines
    .map((line) => {
      const own = CODE.exec(line)?.[1];
      const rest = own === first || own === code ? line.replace(CODE, "") : line;
      const status = ENHANCED.exec(rest)?.[1];
      if (status === undefined) return rest.trim();
      enhanced ??= status;
      return (status === enhanced ? rest.replace(ENHANCED, "") : rest).trim();
    })
    .filter((line) => line !== "");
  return { code: Number(code), enhanced, text: words.join("\n").replaceAll("\0", "") };
}

/** The last line's code, if that line continues a refusal ("550-…", then "554 …"); else the first one's. */
function lastCodeOf(lines: readonly string[], first: string): string {
  if (first < "4" || !lines[0]?.trimStart().startsWith(`${first}-`)) return first;
  return lines.reduce((code, line) => LATER_CODE.exec(line)?.[1] ?? code, first);
}

/**
 * A reply for the ledger and for display: "550 5.1.1 No such user". One line, at most 500 UTF-16 code units, without
 * control or format characters (such as bidi marks).
 */
export function formatReply(reply: Reply): string {
  return formatWords([String(reply.code), reply.enhanced ?? "", reply.text].join(" "));
}

/** Words of a server or a person, in the form of `formatReply`. */
export function formatWords(words: string): string {
  const line = words
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ")
    .replace(/[\p{Cf}\p{Cs}]/gu, "")
    .trim();
  // Do not cut through a surrogate pair.
  return line.length <= FORMATTED_LENGTH ? line : line.slice(0, FORMATTED_LENGTH).replace(/[\uD800-\uDBFF]$/, "");
}
