import type { DeliveryState } from "./states.ts";
import type { VerdictClass } from "./verdict-class.ts";

/** Classes that no reply has: what mailpush itself says of a delivery. */
type OwnClass =
  | "expired"
  | "template"
  | "unsendable"
  | "hang-up"
  | "dead-letter"
  | "in-doubt"
  | "resolved"
  | "deleted"
  | "once"
  | "bounced"
  | "complained"
  | "delivered"
  | "delayed";

/** What a person can do about deliveries of a class that are over: nothing happens to them by itself any more. */
const ADVICE: Readonly<Record<VerdictClass | OwnClass, string>> = {
  accepted: "Nothing: the relay took these mails.",
  throttled: "At each try until the last one the server took mail too slowly. Retry later, at a lower rate.",
  greylisted: "At each try until the last one the server asked to come again later. Retry in a few hours.",
  "mailbox-full":
    "The mailbox had no room until the last try. Retry in a few days; drop an address that stays full for weeks.",
  transient: "The server had a fault of its own until the last try. Retry in a few hours.",
  "no-such-user":
    "Nobody has this address, says the server, and it gets suppressed, except while nearly all are refused so: then look at the relay. Correct the address with its owner and lift the suppression before you retry, or delete the recipient.",
  "blocked-as-spam":
    "The server takes the mail or its sender for spam. Before you retry: check SPF, DKIM and DMARC, the sender's standing, links and wording, and whether these people asked for the mail.",
  "too-large":
    "The mail is larger than the server takes; a retry would be too. Send a new push that is smaller: link to files and pictures instead.",
  rejected: "The server refuses for a reason of its own. Read the sample words; retry only when the reason is gone.",
  outage: "The relay could not be reached. Nothing is wrong with the recipients: retry when it runs again.",
  unauthorised:
    "The server refuses the sender. If it does so for all: correct SMTP_USERNAME, SMTP_PASSWORD or the sender; if only for these: read the sample words. Then retry.",
  expired: "Their time was up before they could be sent. If the mail is still news: retry, which gives them new time.",
  template:
    "The mail cannot be made for these recipients. Correct their attributes and retry; if the template is at fault, send them a new push.",
  unsendable: "The relay does not take such a mail or address at all. Use another relay, or another address.",
  "hang-up": "The relay hangs up at this mail. Look in the relay's log; then retry.",
  "dead-letter": "The queue brought them again and again without an outcome. Look in the log; then retry.",
  "in-doubt": "Nobody knows whether they were sent. Look in the relay's log; then resolve them, or retry.",
  resolved: "A person decided this. Retry if the decision was wrong.",
  once: "Another push under the same `onceKey` has these people; the reply names it. Retry takes those whom it gave back.",
  deleted: "The recipient was deleted before the mail was sent. Nothing is left to do.",
  bounced:
    "The relay took the mail, and a later server gave it back. Read the sample words; correct the address or drop it.",
  complained: "The recipient reported the mail as spam, and is suppressed. Do not write to them again.",
  delivered: "Nothing: a server of the recipient's took these mails.",
  delayed: "The relay still tries. Wait for its last word.",
};
const UNKNOWN = "Read the sample words: they say what the server, or mailpush, had against these mails.";

/** Of deliveries that are tried again by themselves, until their push expires. */
const DEFERRED: Readonly<Record<string, string>> = {
  throttled: "The server takes mail more slowly. Wait: they are tried again by themselves.",
  greylisted: "The server asks strangers to come again later. Wait: they are tried again by themselves.",
  "mailbox-full": "The mailbox has no room just now. Wait: they are tried again by themselves, with longer pauses.",
  transient: "The server has a fault of its own. Wait: they are tried again by themselves.",
};
const DEFERRED_FOR_ELSE = "Wait: they are tried again by themselves. The sample words say why they were put off.";

const IN_DOUBT =
  "Nobody knows whether they were sent. Those with a time beside them are sent once more by themselves. Of the others look in the relay's log; then resolve them, or retry: who has the mail already gets it twice.";

/** Of people whom the push left out. */
const SKIPPED: Readonly<Record<string, string>> = {
  unsubscribed: "They asked for no more mail. Nothing is to be done.",
  bounced: "An earlier mail came back. Correct the address with its owner; lift the suppression; then retry.",
  complained: "They reported an earlier mail as spam. Do not write to them again.",
  "no-such-user":
    "A server said that nobody has this address. Correct it with its owner; lift the suppression; then retry.",
  manual: "Somebody put them on the suppression list. If they shall get the mail: lift it there first; then retry.",
  deleted: ADVICE.deleted,
  once: ADVICE.once,
};
const SKIPPED_FOR_ELSE = "They were left out on purpose. Retry takes those whose reason is gone.";

/** Deliveries that did not reach anybody, or not yet. */
export type Lacking = "failed" | "deferred" | "in_doubt" | "skipped" | "complained";

/** What to do about deliveries in this state and of this class, in plain words; of an unknown one, or none, where to look. */
export function adviceOn(state: Lacking, name: string): string {
  switch (state) {
    case "deferred":
      return ownOf(DEFERRED, name) ?? DEFERRED_FOR_ELSE;
    case "in_doubt":
      return IN_DOUBT;
    case "skipped":
      return ownOf(SKIPPED, name) ?? SKIPPED_FOR_ELSE;
    case "failed":
    case "complained":
      return ownOf(ADVICE, name) ?? UNKNOWN;
  }
}

/** The same of one delivery, in any state; null: it was sent, is on its way, or was cancelled. */
export function adviceOnOne(state: DeliveryState, name: string | null): string | null {
  switch (state) {
    case "bounced":
      return adviceOn("failed", name ?? "");
    case "failed":
    case "deferred":
    case "in_doubt":
    case "skipped":
    case "complained":
      return adviceOn(state, name ?? "");
    default:
      return null;
  }
}

/** Whether there is advice on a failure of this class. */
export function hasAdvice(name: string): boolean {
  return ownOf(ADVICE, name) !== undefined;
}

/** A class may be called as a method of objects is. */
function ownOf(table: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
