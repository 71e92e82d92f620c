import { number, plural } from "../../app/time/format.ts";

const addresses = (count: number): string =>
  `${number(count)} ${plural(count, { one: "address", other: "addresses" })}`;

export const suppressions = {
  title: "Suppressions",
  about: "Addresses that get no mail, whatever list they are in",
  search: "Search by how an address begins",
  anyReason: "any reason",
  exportAll: "Export",
  exportThese: "Export these",
  importFile: "Import a file",
  drop: "Drop it to suppress the addresses in it",
  noMatch: "No suppression matches.",
  address: "Address",
  reason: "Reason",
  detail: "Note",
  since: "Since",
  reasons: {
    unsubscribed: "unsubscribed",
    complained: "reported as spam",
    bounced: "bounced",
    "no-such-user": "no such user",
    manual: "by hand",
  },
  /** What happened, and which mail it stops. */
  means: {
    unsubscribed: "They asked for no more mail of a list. Mail that is not of a list still goes out.",
    complained: "They reported a mail as spam.",
    bounced: "A mail was taken by a server and came back for good.",
    "no-such-user": "Their server says that there is no such mailbox.",
    manual: "Somebody here stopped mail to this address.",
  },
  empty: {
    title: "No address is suppressed",
    text: "Who unsubscribes, reports spam or has no mailbox any more comes here by itself, and no push reaches the address again. Bring those you know from elsewhere: paste them, or drop a CSV file on this page.",
  },
  why: {
    title: "Mail",
    noMail: "Gets no mail",
    getsMail: "Not suppressed: pushes reach this address.",
    open: (address: string) => `Why ${address} is suppressed`,
    push: "by way of this push",
    askLifted: "Was it suppressed before?",
    neverLifted: "It was never suppressed before.",
    lifted: (count: number) => `Lifted ${number(count)} ${plural(count, { one: "time", other: "times" })} before`,
    liftedOne: (reason: string, by: string) => `${reason}: lifted by ${by},`,
  },
  lift: {
    column: "Lift",
    open: "Lift…",
    of: (reason: string) => `Lift: ${reason}`,
    ofAddress: (address: string) => `Lift the suppression of ${address}`,
    title: (address: string) => `Send mail to ${address} again?`,
    says: (reason: string) =>
      `The suppression “${reason}” is lifted. If no other one stands, pushes reach the address again. It stays on record who lifted it.`,
    care: {
      unsubscribed: "They asked for no more mail. Lift it only if they asked for mail again.",
      complained: "They reported your mail as spam. One more report harms how providers treat all your mail.",
      bounced: "If a mail bounces again, the address is suppressed again by itself.",
      "no-such-user": "If the mailbox is still not there, the address is suppressed again by itself.",
      manual: "",
    },
    act: "Lift it",
    did: (address: string) => `Lifted: ${address} gets mail again.`,
    stillNone: (address: string, reasons: string) => `Lifted, but ${address} still gets no mail: ${reasons}.`,
  },
  add: {
    open: "Add addresses",
    one: "Suppress…",
    title: "Suppress addresses",
    addresses: "Addresses",
    hint: "One or many, typed or pasted: lines, lists, or Ann <ann@example.com>.",
    found: (count: number, unread: number) =>
      [
        `${addresses(count)} found`,
        ...(unread > 0 ? [`no address in ${number(unread)} ${plural(unread, { one: "line", other: "lines" })}`] : []),
      ].join("; "),
    unread: (line: number) => `line ${number(line)}:`,
    detailHint: "Why, or who said so.",
    says: "Pushes skip these addresses from now on, running ones too. Who is suppressed already keeps the first note.",
    act: (count: number) => (count === 0 ? "Suppress" : `Suppress ${addresses(count)}`),
    did: (added: number, known: number) =>
      known === 0
        ? `Suppressed ${addresses(added)}.`
        : `Suppressed ${addresses(added)}; ${number(known)} known before.`,
    rest: (added: number, known: number, rejected: number) =>
      [
        `Suppressed ${addresses(added)}`,
        ...(known > 0 ? [`${number(known)} known before`] : []),
        `${number(rejected)} not taken:`,
      ].join("; "),
  },
};
