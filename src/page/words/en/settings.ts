import type { Schemas } from "../../app/data/api.ts";
import { number, plural } from "../../app/time/format.ts";

/** What a check is about, and what to do; the API's own words stand under it. */
type Codes = Readonly<Record<Schemas["Settings"]["checks"][number]["code"], { title: string; todo: string }>>;

const codes: Codes = {
  "public-url-not-https": {
    title: "Unsubscribe links are not https",
    todo: "Mailbox providers ignore such links and trust the sender less. Set PUBLIC_URL to the https address of this Worker.",
  },
  "example-sender": {
    title: "The sender's address is an example",
    todo: "Set MAIL_FROM to an address at a domain of yours, for which the relay may send.",
  },
  "sends-nothing": {
    title: "No mail leaves",
    todo: "This relay counts each mail as sent and sends none. That is for trying out and measuring; set a real transport for people.",
  },
  "relay-in-clear": {
    title: "Mails go to the relay unencrypted",
    todo: "Anybody on the way can read them, and the password. Set TLS or STARTTLS.",
  },
  "bounces-unseen": {
    title: "Nobody sees bounces",
    todo: "Addresses that do not exist get mail again and again, which costs reputation. Set RETURN_PATH to an address that this Worker receives, or the provider's webhook.",
  },
  "webhook-shut": {
    title: "The provider cannot report",
    todo: "Bounces and complaints come by its webhook. Set the key named here, then enter the webhook's address at the provider.",
  },
  "return-path-unaligned": {
    title: "SPF does not count for DMARC",
    todo: "Let RETURN_PATH be at the sender's domain or one below it; or rely on DKIM alone.",
  },
  "no-receipts": {
    title: "Exports are not signed",
    todo: "Set RECEIPT_KEY, so that an export proves later what was so.",
  },
  "look-at-dkim": {
    title: "Does DKIM sign the unsubscribe headers?",
    todo: "Send yourself a test, open its source, and look at h= in DKIM-Signature: without List-Unsubscribe in it, one-click unsubscribe does not count.",
  },
  "look-at-dmarc": {
    title: "Do SPF and DMARC stand in the DNS?",
    todo: "Large mailbox providers refuse mass mail without them. Ask the relay's provider for the SPF entry, and begin with a DMARC record of p=none.",
  },
};

export const settings = {
  title: "Settings",
  intro: "What is configured; it is changed in wrangler.toml and by secrets, then deployed",
  none: "not set",
  checks: {
    title: "To be a good sender",
    note: (problems: number) =>
      problems === 0
        ? "nothing counts against this sender, as far as the settings tell"
        : `${number(problems)} ${plural(problems, { one: "thing counts", other: "things count" })} against this sender`,
    levels: { problem: "Counts against the sender", advice: "Better with it", "by-hand": "Only you can see this" },
    relay: (id: string) => `relay ${id}`,
    codes,
  },
  health: {
    title: "Health",
    asOf: (time: string) => `as of ${time}`,
    again: "Ask again",
    ok: "answers",
    failed: "fails",
    parts: {
      config: { name: "Configuration", says: "every variable is there and makes sense" },
      d1: { name: "Database", says: "recipients, suppressions, templates, the list of pushes" },
      queue: { name: "Queue", says: "hands mails to the senders; without it pushes stand still and lose nothing" },
      object: { name: "Ledgers", says: "one for each push: who got what" },
    },
    todo: "Look into the Worker's log for the cause (wrangler tail). Nothing is lost meanwhile: what was not sent waits.",
  },
  sender: {
    title: "Sender",
    from: "From",
    fromSays: "Of pushes without a sender of their own.",
    publicUrl: "Public address",
    publicUrlSays: "Unsubscribe links begin with it.",
    returnPath: "Return path",
    returnPathSays: "Bounces come back here by mail, and are counted.",
    returnPathNone: "Bounces go to the sender's address, unseen.",
    forwardTo: "Other inbound mail",
    forwardToSays: "Where mail goes that is no report.",
    timeZone: "Time zone",
    timeZoneSays: "Of dates in templates.",
    receipts: "Receipts",
    receiptsOn: "Exports are signed.",
    receiptsOff: "Exports are not signed.",
    relays: "Relays",
  },
  limits: {
    title: "Limits",
    seconds: (count: string) => `${count} s`,
    days: (count: string) => `${count} days`,
    mailMaxBytes: "Size of a mail",
    mailMaxBytesSays: "Of the html, and of the text, at most.",
    window: "Under way at once",
    windowSays: "Mails of one push that are queued or being sent, at most.",
    connections: "Connections",
    connectionsSays: "To a relay, by one sender, at most.",
    maxAttempts: "Attempts",
    maxAttemptsSays: "For one mail that the server puts off; then it has failed.",
    lease: "Lease",
    leaseSays: "A sender that is silent for so long leaves its mails in doubt.",
    stale: "Stale after",
    staleSays: "A queued mail that nobody took up is queued again.",
    retention: "Kept for",
    retentionSays: "Ledgers, who got what; figures stay.",
  },
  breaker: {
    title: "When a push pauses itself",
    first: "First mails",
    firstSays: "If so many of the first outcomes are refused alike.",
    streak: "In a row",
    streakSays: "If so many in a row are refused alike.",
    spam: "Taken for spam",
    spamSays: "A larger share is refused as spam.",
    bounces: "Bounces",
    bouncesSays: "A larger share of the mails taken comes back.",
    complaints: "Complaints",
    complaintsSays: "A larger share of them is reported as spam.",
  },
  webhooks: {
    title: "Webhooks of providers",
    shut: "shut: its key is not set",
  },
};
