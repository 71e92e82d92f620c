import { effectOf } from "../../core/verdict.ts";
import type { Bounced } from "../event.ts";
import { codesIn, NO_CODES } from "../mail/codes.ts";
import { reportOf } from "../mail/outcome.ts";

/** What a provider quotes of the server that refused the mail. */
export interface Quoted {
  /** "550 5.1.1 user unknown", "smtp; 550 …", or the provider's own words. */
  readonly words: string | null;
  /** Enhanced status code (RFC 3463), where the provider gives it apart. */
  readonly status?: string | null;
  /** SMTP code, where the provider gives it apart. Some have codes of their own beyond 599. */
  readonly code?: number | null;
}

const STATUS = /^[245]\.\d{1,3}\.\d{1,3}$/;

/**
 * A bounce's fields from what a provider quotes, judged as a bounce by mail is: a generic status (5.0.0) yields to the
 * code in the words. Without any code there is no class. Suppresses only a mailbox that does not exist.
 */
export function remoteRefusal(quoted: Quoted): Pick<Bounced, "status" | "words" | "class" | "permanent" | "suppress"> {
  const words = quoted.words?.replace(/^\s*smtp\s*;\s*/i, "") ?? null;
  const inWords = codesIn(words ?? "");
  const { code = null, status = null } = quoted;
  const isSmtp = code !== null && code >= 400 && code < 600;
  const report = reportOf({
    recipient: null,
    outcome: "failed",
    reported: status !== null && STATUS.test(status) ? status : null,
    quoted: { code: isSmtp ? code : inWords.code, status: inWords.status },
    told: NO_CODES,
    words,
  });
  const known = report.status !== null || report.code !== null;
  const verdict = known && report.class !== "accepted" ? report.class : null;
  return {
    status: report.status,
    words,
    class: verdict,
    permanent: report.permanent,
    suppress: verdict !== null && report.permanent && effectOf(verdict).suppress ? "no-such-user" : null,
  };
}
