import { addressesIn } from "../addresses.ts";
import { codesIn, NO_CODES } from "../codes.ts";
import { evidenceIn } from "../evidence.ts";
import type { InboundMail } from "../inbound-mail.ts";
import { reportOf } from "../outcome.ts";
import type { MailReport } from "../report.ts";
import { afterDescription, entriesOf, essenceOf, isBare, reasonAbove, replyIn, withoutFooter } from "./notice.ts";
import { sendersOf } from "./senders.ts";
import { isDelayed, looksLikeBounce } from "./signs.ts";

/**
 * Reads a bounce that is told to people only: Exim, qmail, Sendmail, old Exchange, providers' own. All have a recipient's
 * address, mostly at a line's beginning, and a server's reply or a reason below it. Null: the mail is none.
 */
export function readTextBounce(mail: InboundMail): MailReport | null {
  if (!looksLikeBounce(mail)) return null;
  const failed = mail.headers("x-failed-recipients").flatMap(addressesIn);
  const outcome = isDelayed(mail) ? "delayed" : "failed";
  const notice = afterDescription(mail.notice);
  const entries = entriesOf(notice, failed, sendersOf(mail));
  const essence = essenceOf(notice);
  const about = entries.length > 0 ? entries : [{ recipient: null, words: essence }];
  const recipients = about.map(({ recipient, words }) => {
    // The reply may stand above the address. Of several recipients' replies, none is to go to another's account.
    const source =
      about.length > 1 || hasRefusal(words) || !hasRefusal(notice)
        ? (isBare(withoutFooter(words)) && recipient !== null && about.length === 1
            ? reasonAbove(notice, recipient)
            : words) || essence
        : notice;
    return reportOf({
      recipient,
      outcome,
      reported: null,
      quoted: codesIn(source),
      told: NO_CODES,
      words: replyIn(source) || mail.subject || null,
    });
  });
  return { kind: "bounce", format: "text", recipients, evidence: evidenceIn(mail.returned, mail.notice) };
}

/** Codes of a refusal. "2.0.12" is the version of some program. */
function hasRefusal(text: string): boolean {
  const { code, status } = codesIn(text);
  return (code !== null && code >= 400) || (status !== null && !status.startsWith("2"));
}
