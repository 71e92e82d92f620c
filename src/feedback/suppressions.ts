import { holdsBounces } from "../push/health/returned.ts";
import type { DeliveryRow, Ledger } from "../push/ledger/ledger.ts";
import type { Limits } from "../push/limits.ts";
import type { NewSuppression, SuppressionReason } from "../recipients/suppressions.ts";
import type { FeedbackEvent } from "./event.ts";

/**
 * What events suppress, and which of them wait with it: the ids of bounces that `applyFeedback` is to note. Pure but
 * for reading rows.
 */
export function suppressionsOf(
  ledger: Ledger,
  limits: Limits,
  events: readonly FeedbackEvent[],
): { readonly now: readonly NewSuppression[]; readonly held: ReadonlySet<string> } {
  const known = ledger.push() === null ? [] : ledger.rows(events.flatMap(({ recipient }) => recipient ?? []));
  const rows = new Map(known.map((row) => [row.id, row]));
  const mayWait = (event: FeedbackEvent) =>
    event.kind === "bounced" && event.suppress === "no-such-user" && rows.has(event.recipient ?? -1);
  const holds = events.some(mayWait) && holdsBounces(ledger, limits, events, known);
  const waits = (event: FeedbackEvent) => holds && mayWait(event);
  return {
    now: events.flatMap((event) => (waits(event) ? [] : returnedBy(event, rows.get(event.recipient ?? -1)))),
    held: new Set(events.filter(waits).map(({ id }) => id)),
  };
}

/** What one event suppresses. `row`: its delivery; undefined: not known, or no more. */
export function returnedBy(event: FeedbackEvent, row?: DeliveryRow): NewSuppression[] {
  const reason = reasonOf(event);
  if (reason === null) return [];
  const { recipient, push, at } = event;
  const detail = "words" in event ? event.words : null;
  // While it is being sent, the row still has the address of the snapshot.
  const sentTo = row === undefined || row.state === "sending" ? event.address : row.address;
  const one = { address: sentTo, recipient, reason, detail, push, at };
  return event.kind === "unsubscribed" && sentTo !== null ? [one, { ...one, address: null }] : [one];
}

function reasonOf(event: FeedbackEvent): SuppressionReason | null {
  if (event.kind === "bounced") return event.suppress;
  return event.kind === "complained" || event.kind === "unsubscribed" ? event.kind : null;
}
