import { isCounted, wordsOf } from "../health/deferrals.ts";
import { isOwnOutage, type Outcome } from "../rpc.ts";
import type { Owed } from "./use.ts";

/** Stages before a session is there, as the words of a fault begin: a limit on sessions shows here. */
const AT_CONNECT = /^(connect|greeting): |^[45]\d\d\b/;

/** Too fast, or "later" in words that are not known to be the recipients' own: perhaps the relay's for too fast. */
function maySlow({ kind, attempt, class: verdict, reply }: Outcome, ofRecipients: string | null): boolean {
  if (kind === "throttled") return true;
  return kind === "deferred" && attempt === 1 && isCounted(verdict) && wordsOf(reply) !== ofRecipients;
}

/** The relay answered, be it about the recipient or, at MAIL or RCPT, about us. */
function isRefusal(outcome: Outcome, ofRecipients: string | null): boolean {
  const { kind, attempt, address } = outcome;
  if (kind === "unauthorised") return address !== null;
  return attempt === 1 && (kind === "failed" || kind === "deferred") && !maySlow(outcome, ofRecipients);
}

/**
 * What the outcomes of one settle say of the relay that its claim went by.
 *
 * @param ofRecipients code and status of a "later" that the recipients' own servers say; null: none known
 */
export function owedBy(
  outcomes: readonly Outcome[],
  sessionsRefused: number,
  ofRecipients: string | null,
): Partial<Owed> {
  const first = (matches: (outcome: Outcome) => boolean) => {
    const outcome = outcomes.find(matches);
    return outcome === undefined ? null : (outcome.reply ?? outcome.class ?? outcome.kind);
  };
  const outage = first(({ kind, class: verdict }) => kind === "outage" && !isCounted(verdict) && !isOwnOutage(verdict));
  return {
    accepted: outcomes.filter(({ kind }) => kind === "sent").length,
    refused: outcomes.filter((outcome) => isRefusal(outcome, ofRecipients)).length,
    inDoubt: outcomes.filter(({ kind }) => kind === "in_doubt").length,
    sessionsRefused,
    slowed: outcomes.filter((outcome) => maySlow(outcome, ofRecipients)).length,
    throttled: first(({ kind }) => kind === "throttled"),
    outage,
    // Only a session's fault has no address: a reply to a delivery came over a session.
    outageAtConnect:
      outage !== null &&
      outcomes.some(
        ({ kind, address, reply }) => kind === "outage" && address === null && AT_CONNECT.test(reply ?? ""),
      ),
    quota: first(({ kind }) => kind === "quota"),
    unauthorised: first(({ kind, address }) => kind === "unauthorised" && address === null),
    later: first(({ kind, class: verdict }) => kind === "outage" && isCounted(verdict)),
  };
}
