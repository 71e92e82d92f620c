import { addressesIn } from "./addresses.ts";
import { codesIn, NO_CODES } from "./codes.ts";
import { evidenceIn } from "./evidence.ts";
import type { InboundMail } from "./inbound-mail.ts";
import { entriesOf, essenceOf, replyIn } from "./notice.ts";
import { reportOf } from "./outcome.ts";
import type { MailReport } from "./report.ts";
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
  const entries = entriesOf(mail.notice, failed, sendersOf(mail));
  const essence = essenceOf(mail.notice);
  const about = entries.length > 0 ? entries : [{ recipient: null, words: essence }];
  const recipients = about.map(({ recipient, words }) => {
    // The reply may stand above the address. Of several recipients' replies, none is to go to another's account.
    const source = about.length > 1 || hasCodes(words) || !hasCodes(mail.notice) ? words || essence : mail.notice;
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

function hasCodes(text: string): boolean {
  const { code, status } = codesIn(text);
  return code !== null || status !== null;
}
