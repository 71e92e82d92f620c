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

/** What a person can do about the deliveries of a class. */
const ADVICE: Readonly<Record<VerdictClass | OwnClass, string>> = {
  accepted: "Nothing: the relay took these mails.",
  throttled: "The relay takes mail more slowly. Wait: they are sent again; or give the push a lower rate.",
  greylisted: "The server asks strangers to come again later. Wait: they are sent again.",
  "mailbox-full": "The mailbox has no room. Retry in a few days; drop an address that stays full for weeks.",
  transient: "The server had a fault of its own. Retry these in a few hours.",
  "no-such-user": "Nobody has this address. It is suppressed: correct it with its owner, or delete the recipient.",
  "blocked-as-spam":
    "The server takes the mail or its sender for spam. Before you retry: check SPF, DKIM and DMARC, the sender's standing, links and wording, and whether these people asked for the mail.",
  "too-large": "The mail is larger than the server takes. Send a smaller one: link to files and pictures instead.",
  rejected: "The server refuses for a reason of its own. Read the sample words; retry only when the reason is gone.",
  outage: "The relay could not be reached. Nothing is wrong with the recipients: retry when it runs again.",
  unauthorised:
    "The relay refuses the sender or its password. Correct SMTP_USERNAME, SMTP_PASSWORD or the sender, then resume.",
  expired: "Their time was up before they could be sent. Retry them, with a longer `expiresIn` the next time.",
  template:
    "The template cannot be rendered for these recipients. Correct it or their attributes, and send a new push.",
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

/** What to do about deliveries of this class, in plain words; of an unknown one, or none, where to look. */
export function adviceOn(name: string): string {
  return Object.hasOwn(ADVICE, name) ? ADVICE[name as keyof typeof ADVICE] : UNKNOWN;
}

/** Whether the table has this class. */
export function hasAdvice(name: string): boolean {
  return Object.hasOwn(ADVICE, name);
}
