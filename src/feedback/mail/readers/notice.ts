import { ADDRESS, addressesIn, isSameAddress, trimmed } from "../addresses.ts";

/** What the text for people says of one recipient. */
export interface NoticeEntry {
  readonly recipient: string;
  readonly words: string;
}

const MAX_LINE_CHARS = 2_000;
const MAX_ENTRIES = 200;

const A = ADDRESS.source;
/**
 * A line that begins with a recipient's address, with or without brackets, a bullet or a label: "<ann@example.org>:",
 * "  ann@example.org", "ann@example.org: 550 …", "* ann@example.org", "Recipient address: …". Not "To: …", which is a field of
 * the returned message.
 */
const HEADED = new RegExp(
  `^\\s*(?:[*•·\\-+]+\\s+|\\d+[.)]\\s+)?(?:(?:recipients?|recipient address|e-?mail(?: address)?|address(?:ed to)?|rcpt to|failed recipients?|intended recipients?|mailbox|user)\\s*[:=]\\s*)?[<"'(\\[]{0,2}(${A})[>"')\\]]{0,2}(?=\\s*$|\\s*[:;,(\\[-]|\\s+\\S)`,
  "i",
);
/** A step of a session: ">>> RCPT To:<ann@example.org>", "550 5.1.1 <ann@example.org>... User unknown". */
const STEP = new RegExp(`(?:rcpt to:?\\s*|^\\s*[245]\\d\\d[ -](?:[245]\\.\\d\\.\\d+ )?)[<"]?(${A})[>"]?`, "i");
/** An address within a sentence: "There was an error delivering your mail to <ann@example.org>." */
const TOLD = new RegExp(
  `(?:\\w\\s+to:?|recipients?:?|address:?|for|attempts:|mailbox:?|user:?|account:?)\\s+(?:the following \\w+:?\\s*)?[<"'(\\[]{0,2}(${A})`,
  "i",
);

/** The field of the returned message that names the recipient, where the notice quotes its header. */
const TO_FIELD = new RegExp(`^\\s*(?:to|rcpt to|x-original-to)\\s*:\\s*[^@]{0,80}?[<"]?(${A})`, "i");

/** Any address: where a notice has no other mark. */
const ANYWHERE = new RegExp(`(${A})`);

/**
 * The parts of a notice, by recipient: a recipient's lines go from the one that begins with its address to the next
 * recipient's. `named` are recipients that a header or a report names. `others`, such as the sender of the mail, are
 * recipients only where no other address is.
 */
export function entriesOf(notice: string, named: readonly string[], others: readonly string[]): NoticeEntry[] {
  const lines = notice.split("\n").map((line) => line.slice(0, MAX_LINE_CHARS).replace(/^> ?(?![>])/, ""));
  const isNamed = (address: string): boolean => named.some((each) => isSameAddress(each, address));
  const isLikely = (address: string): boolean =>
    isNamed(address) || !(SERVICE.test(address) || others.some((each) => isSameAddress(each, address)));
  const attempts: [RegExp, (address: string) => boolean][] = [
    [HEADED, isLikely],
    [STEP, isLikely],
    [TOLD, isLikely],
    [TO_FIELD, isLikely],
    [ANYWHERE, (address) => named.length === 0 && isLikely(address)],
    [HEADED, () => true],
    [TOLD, () => true],
  ];
  const found = firstNotEmpty(
    attempts.map(
      ([anchor, isRecipient]) =>
        () =>
          collect(lines, anchor, isRecipient),
    ),
  );
  const missing = named.filter((address) => !found.some(({ recipient }) => isSameAddress(recipient, address)));
  return [...found, ...missing.map((recipient) => ({ recipient, words: "" }))].slice(0, MAX_ENTRIES);
}

/** "Your message To: … Subject: … did not reach the following recipient(s):" — first what was sent, then who failed. */
const DESCRIPTION = /\byour message\s*\n(?:[^\n]*\n){0,12}?[^\n]*did not reach the following recipient\S*/i;

/** The notice without its description of the message that was sent, whose addresses and subject say nothing. */
export function afterDescription(notice: string): string {
  const found = DESCRIPTION.exec(notice);
  const after = found === null ? "" : notice.slice(found.index + found[0].length);
  return found !== null && /\S/.test(after) ? after : notice;
}

/** True for a recipient's lines that hold the address alone. */
export function isBare(words: string): boolean {
  return words.replace(LEADING_ADDRESS, "").trim() === "";
}

const BEFORE_ADDRESS = /[\s<"'([]/;

/** The paragraph before the recipient's address, as Notes writes it: "User not listed … ann@example.org". */
export function reasonAbove(notice: string, recipient: string): string {
  let end = Math.max(0, notice.indexOf(recipient));
  // No pattern: one would look for the end from each character of a run.
  while (end > 0 && BEFORE_ADDRESS.test(notice[end - 1] ?? "")) end--;
  const paragraphs = notice
    .slice(0, end)
    .split(/\n[ \t]*\n/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== "");
  const [last = "", before = last] = paragraphs.reverse();
  return HEADING.test(last) && !FAILURE.test(last) ? before : last;
}

/** MailMarshal has "The following recipients were affected:" between the reason and the address. */
const HEADING = /^[^\n]{1,200}:$/;
const FAILURE = /fail|not\b|n't\b|undeliver|error|problem|reject/i;

/** Whom notices tell people to turn to. */
const SERVICE = /^"?(postmaster|mailer-daemon|abuse|helpdesk|support)@/i;

function firstNotEmpty(attempts: readonly (() => NoticeEntry[])[]): NoticeEntry[] {
  for (const attempt of attempts) {
    const entries = attempt();
    if (entries.length > 0) return entries;
  }
  return [];
}

function collect(lines: readonly string[], anchor: RegExp, isRecipient: (address: string) => boolean): NoticeEntry[] {
  const blocks = new Map<string, { recipient: string; lines: string[] }>();
  let current: { lines: string[] } | null = null;
  for (const line of lines) {
    const address = lastGroup(anchor.exec(line)) ?? knownStep(line, blocks);
    if (address !== null && (isRecipient(address) || blocks.has(address.toLowerCase()))) {
      const known = blocks.get(address.toLowerCase()) ?? { recipient: address, lines: [] };
      blocks.set(address.toLowerCase(), known);
      current = known;
    }
    current?.lines.push(line);
  }
  return [...blocks.values()].map(({ recipient, lines: own }) => ({ recipient, words: own.join("\n").trim() }));
}

function lastGroup(match: RegExpExecArray | null): string | null {
  return match === null ? null : trimmed(match.at(-1) ?? "");
}

/** A step of the session about a recipient who has a block already. */
function knownStep(line: string, blocks: ReadonlyMap<string, unknown>): string | null {
  const address = lastGroup(STEP.exec(line));
  return address !== null && blocks.has(address.toLowerCase()) ? address : null;
}

/** A reply code that a status or a word follows. */
const REPLY_CODE = /(?<![\w.])[245]\d\d[ :-]+[245]\.\d\.\d|(?<![\w.-])(?:4[2357]\d|5[0-57]\d)(?=[ :-])/;
const STATUS_ALONE = /(?<![\w.])[245]\.[0-7]\.\d{1,3}(?![\w.]*\w)/;
const LEADING_ADDRESS = new RegExp(`^\\s*[<"'(\\[]{0,2}${A}[>"')\\]]{0,2}\\s*[:;,]?\\s*`);

/**
 * The server's reply within a recipient's lines: from its code to the end of its paragraph; with a status only, the
 * paragraph that has it; else the lines without the address. The words around it would be taken for the server's.
 */
export function replyIn(words: string): string {
  const code = REPLY_CODE.exec(words);
  if (code !== null) return firstParagraph(words.slice(code.index));
  const plain = words.replace(LEADING_ADDRESS, "").trim();
  const withStatus = plain.split(/\n[ \t]*\n/).find((paragraph) => STATUS_ALONE.test(paragraph));
  return withStatus?.trim() || plain || words.trim();
}

function firstParagraph(text: string): string {
  return text.split(/\n[ \t]*\n|\n(?=Giving up on )/)[0]?.trim() ?? "";
}

/** A line of nothing but strokes, or the mark of a signature. */
const RULE = /^[ \t]*([-=_~*#])\1{4,}[ \t]*$|^-- ?$/;

/**
 * Without a footer that the mail system, or a gateway, adds to all its mails: it says nothing of this one. A rule as long
 * as the line above underlines that line.
 */
export function withoutFooter(words: string): string {
  const lines = words.split("\n");
  const rule = lines.findIndex((line) => RULE.test(line));
  if (rule < 0) return words;
  const title = lines[rule - 1]?.trim() ?? "";
  const underlines = title !== "" && title.length === lines[rule]?.trim().length;
  return lines
    .slice(0, underlines ? rule - 1 : rule)
    .join("\n")
    .trim();
}

/** The words of a notice without what every notice of its program says: from the first address or code on. */
export function essenceOf(notice: string): string {
  const lines = notice.split("\n").filter((line) => line.trim() !== "");
  const from = lines.findIndex((line) => addressesIn(line).length > 0);
  return lines.slice(Math.max(0, from)).join("\n");
}
