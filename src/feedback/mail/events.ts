import type { SignedDelivery } from "../../message/signed/delivery-token.ts";
import type { FeedbackEvent } from "../event.ts";
import type { MailReport, RecipientReport } from "./report.ts";

/** What an event of an inbound mail has in common with the others of it. */
interface Occasion {
  /** The same when the same mail comes again, as after an answer that was lost. */
  readonly mailId: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** The event of a report about a delivery of ours; null: there is nothing to keep. */
export function eventOf(report: MailReport, delivery: SignedDelivery, occasion: Occasion): FeedbackEvent | null {
  switch (report.kind) {
    case "bounce": {
      const told = tellingReport(report.recipients);
      return told === undefined ? null : bounceEvent(told, SOURCES[report.format], delivery, occasion);
    }
    case "feedback":
      return feedbackEvent(report.type, delivery, occasion);
    case "auto-reply":
      return { ...known("auto-reply", "auto-reply", delivery, occasion), kind: "noted", words: report.words };
    case "other":
      return null;
  }
}

/** An unsubscribe by mail to the address of List-Unsubscribe. */
export function unsubscribeEvent(delivery: SignedDelivery, occasion: Occasion): FeedbackEvent {
  return { ...known("unsubscribed", "mailto", delivery, occasion), kind: "unsubscribed", words: null };
}

const SOURCES = { dsn: "dsn", text: "bounce-mail", ses: "ses-mail" } as const;

/**
 * Each of our mails has one recipient: where a report names several, an alias expanded to them. One that failed is what a
 * person has to know.
 */
function tellingReport(recipients: readonly RecipientReport[]): RecipientReport | undefined {
  const of = (...outcomes: RecipientReport["outcome"][]): RecipientReport | undefined =>
    recipients.find(({ outcome }) => outcomes.includes(outcome));
  return of("failed") ?? of("delivered", "relayed") ?? of("delayed");
}

function bounceEvent(
  report: RecipientReport,
  source: string,
  delivery: SignedDelivery,
  occasion: Occasion,
): FeedbackEvent {
  const { outcome, status, words, permanent } = report;
  const common = known(outcome, source, delivery, occasion);
  if (outcome === "delayed") return { ...common, kind: "delayed", status, words };
  if (outcome !== "failed") return { ...common, kind: "delivered" };
  const suppress = permanent && report.class === "no-such-user" ? "no-such-user" : null;
  return { ...common, kind: "bounced", status, words, class: report.class, permanent, suppress };
}

function feedbackEvent(
  type: Extract<MailReport, { kind: "feedback" }>["type"],
  delivery: SignedDelivery,
  occasion: Occasion,
): FeedbackEvent {
  const common = known(type, "arf", delivery, occasion);
  switch (type) {
    case "abuse":
    case "fraud":
    case "virus":
      return { ...common, kind: "complained", words: type };
    case "opt-out":
      return { ...common, kind: "unsubscribed", words: null };
    case "not-spam":
    case "auth-failure":
    case "dmarc":
    case "unknown":
      return { ...common, kind: "noted", words: `feedback report: ${type}` };
  }
}

function known(what: string, source: string, { push, recipient }: SignedDelivery, { mailId, at }: Occasion) {
  return { id: `mail:${what}:${push}:${recipient}:${mailId}`, at, source, push, recipient, address: null };
}
