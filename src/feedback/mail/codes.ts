/** The codes that a text quotes. */
export interface Codes {
  /** SMTP reply code (RFC 5321 section 4.2); null: there is none. */
  readonly code: number | null;
  /** Enhanced status code (RFC 3463), such as "5.1.1". */
  readonly status: string | null;
}

export const NO_CODES: Codes = { code: null, status: null };

/** No version ("2.5.1.4", "v5.0.1") and no IP address. A subject of RFC 3463 is 0 to 7. */
const STATUS = /(?<![\w.])[245]\.[0-7]\.\d{1,3}(?![\w.]*\w)/g;
/** Also behind a reply code and a hyphen ("550-5.7.1") and a type ("smtp;5.1.1"). */
const JOINED_STATUS = /(?<=\b[245]\d\d[-_:])[245]\.[0-7]\.\d{1,3}(?![\w.]*\w)/g;
/**
 * Where a reply code stands: at a line's beginning, behind a mark or a word that announces a reply. Elsewhere three
 * digits are a count or part of an address.
 */
const CODE =
  /(?:^[ \t>]*(?:<<<[ \t]*)?|[:;,[("'<#=]\s*|\b(?:said|with|code|error|reply|response|returned|reason|status|failure|SMTP|was|responsecode)\W{0,3}|\.\.\.[ \t]*|(?:[<>]{3}|<--)[ \t]*)\b([245][0-57]\d)(?=[\s\-:,;)\]'"#=]|$)(?![ \t]*(?:seconds|hours?|minutes|days?|bytes|[kmg]b|attempts|times)\b)/gim;

/** True for a status that says nothing but its class: "5.0.0". */
export function isGeneric(status: string): boolean {
  return /^\d\.0\.0$/.test(status);
}

/**
 * The codes in a text that quotes one server or more. A permanent refusal goes before the temporary ones before it, and
 * a code with a meaning before a generic one; of several the first counts.
 */
export function codesIn(text: string): Codes {
  const statuses = [...text.matchAll(STATUS), ...text.matchAll(JOINED_STATUS)]
    .sort((a, b) => a.index - b.index)
    .map(([status]) => status);
  const codes = [...text.matchAll(CODE)].map(([, code = ""]) => code).filter(isReplyCode);
  const status = bestOf(statuses, codes);
  const code =
    codes.find((each) => status !== null && each[0] === status[0]) ?? (status === null ? bestCode(codes) : undefined);
  return { code: code === undefined ? null : Number(code), status };
}

function bestOf(statuses: readonly string[], codes: readonly string[]): string | null {
  const digits = ["5", "4", "2"].filter((digit) => [...statuses, ...codes].some((each) => each.startsWith(digit)));
  for (const digit of digits) {
    const own = statuses.filter((status) => status.startsWith(digit));
    const best = own.find((status) => !isGeneric(status)) ?? own[0];
    if (best !== undefined) return best;
    // A permanent reply without an enhanced code: that of a temporary one before it is not its own.
    if (codes.some((code) => code.startsWith(digit))) return null;
  }
  return null;
}

function bestCode(codes: readonly string[]): string | undefined {
  return ["5", "4", "2"]
    .map((digit) => codes.find((code) => code.startsWith(digit)))
    .find((code) => code !== undefined);
}

/** Not 220 ("220 ready") or 354, which say nothing of a mail's fate. */
function isReplyCode(code: string): boolean {
  return code.startsWith("2") ? code === "250" || code === "251" : true;
}
