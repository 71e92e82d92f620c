import { isCounted } from "../health/deferrals.ts";
import { isOwnOutage, type Outcome } from "../rpc.ts";
import type { Owed } from "./use.ts";

/** Stages before a session is there, as the words of a fault begin: a limit on sessions shows here. */
const AT_CONNECT = /^(connect|greeting): |^[45]\d\d\b/;

/** The relay answered, be it about the recipient or, at MAIL or RCPT, about us. */
function isRefusal({ kind, attempt, address }: Outcome): boolean {
  return (attempt === 1 && (kind === "failed" || kind === "deferred")) || (kind === "unauthorised" && address !== null);
}

/** What the outcomes of one settle say of the relay that its claim went by. */
export function owedBy(outcomes: readonly Outcome[], sessionsRefused: number): Partial<Owed> {
  const first = (matches: (outcome: Outcome) => boolean) => {
    const outcome = outcomes.find(matches);
    return outcome === undefined ? null : (outcome.reply ?? outcome.class ?? outcome.kind);
  };
  const outage = first(({ kind, class: verdict }) => kind === "outage" && !isCounted(verdict) && !isOwnOutage(verdict));
  return {
    accepted: outcomes.filter(({ kind }) => kind === "sent").length,
    refused: outcomes.filter(isRefusal).length,
    inDoubt: outcomes.filter(({ kind }) => kind === "in_doubt").length,
    sessionsRefused,
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
