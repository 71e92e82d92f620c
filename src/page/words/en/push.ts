import { number, plural } from "../../app/time/format.ts";
import { reasons } from "./reasons.ts";

const mails = (count: number): string => `${number(count)} ${plural(count, { one: "mail", other: "mails" })}`;
const people = (count: number): string => `${number(count)} ${plural(count, { one: "person", other: "people" })}`;
/** "1 mail waits", "2 mails wait". */
const mailsDo = (count: number, one: string, other: string): string =>
  `${mails(count)} ${plural(count, { one, other })}`;
const peopleDo = (count: number, one: string, other: string): string =>
  `${people(count)} ${plural(count, { one, other })}`;

/** Verdicts on a delivery, by class. */
const classes: Readonly<Record<string, string>> = {
  accepted: "accepted",
  throttled: "too fast for the relay",
  greylisted: "asked to come again",
  "mailbox-full": "mailbox full",
  transient: "a fault of the server's",
  "no-such-user": "no such user",
  "blocked-as-spam": "taken for spam",
  "too-large": "too large",
  rejected: "refused",
  outage: "relay not reached",
  unauthorised: "relay refuses the sender",
  expired: "time was up",
  template: "template does not render",
  unsendable: "cannot be sent so",
  "hang-up": "relay hangs up",
  "dead-letter": "no outcome after many tries",
  "in-doubt": "in doubt",
  resolved: "decided by a person",
  deleted: "recipient deleted",
  bounced: "bounced",
  complained: "reported as spam",
  delivered: "delivered",
  delayed: "delayed",
  unsubscribed: "unsubscribed",
  suppressed: "suppressed",
  manual: "suppressed by hand",
  once: "has it from another push",
  none: "no reason given",
};

/**
 * What to do about deliveries of a state, by class or for any `other` one, where the API's own advice is in another
 * language; else nothing stands here.
 */
const advice: Readonly<Record<"failed" | "deferred" | "in_doubt" | "skipped", Readonly<Record<string, string>>>> = {
  failed: {},
  deferred: {},
  in_doubt: {},
  skipped: {},
};

export const push = {
  title: "Push",
  back: "Pushes",
  everybody: "everybody",
  from: (sender: string) => `From ${sender}`,
  by: (name: string) => `by ${name}`,
  started: "started",
  asked: "asked for",
  finishedAt: "finished",
  live: {
    live: (age: string) => `live, ${age} s ago`,
    connecting: "connecting…",
    reconnecting: (time: string) => `reconnecting, last heard ${time}`,
    /** For screen readers. */
    lost: "The line to the server is lost. The figures may be old; the page goes on trying.",
    back: "The line is back. The figures are those of now.",
    /** Behind a proxy that takes no WebSockets, say. */
    polled: (time: string, seconds: number) => `read ${time}; no live line, so it is read every ${seconds} s`,
    away: "not reached",
  },
  gone: {
    says: "There is no push with this id. The address may be cut off, or the push was made in another installation.",
    todo: "Back to the pushes",
  },
  how: {
    starts: (time: string) => `to start ${time}`,
    rate: (rate: string) => `${rate} a second at most`,
    canary: (count: number, wait: string) => `${mails(count)} first, judged after ${wait}`,
    priority: { high: "high priority", low: "low priority" },
    once: (key: string) => `once under “${key}”`,
    notList: "not a list's mail",
    expires: (span: string) => `given up after ${span}`,
    inDoubt: "doubts are left to a person",
  },
  section: {
    states: "All deliveries by state",
    pace: "Mails a second",
    why: "Why not",
    back: "What came back",
    deliveries: "Deliveries",
    history: "Who did what",
  },
  notes: {
    done: (from: string, to: string) => (from === to ? `done at about ${from}` : `done ${from} to ${to}`),
    nextTry: (time: string) => `next try ${time}`,
    noneWaiting: "nobody waits",
    expected: (count: number, isEstimate: boolean) => `${isEstimate ? "about " : ""}${number(count)} expected`,
    stopped: "until it is resumed",
    resend: (time: string) => `resent ${time}`,
    resendStopped: "resent once it is resumed",
    decide: "to be decided by a person",
    noDoubt: "all outcomes are known",
    notSent: "skipped, cancelled",
    parts: (parts: string) => parts,
  },
  situation: {
    snapshot: (done: number, expected: number) =>
      `Copying the audience: ${number(done)} of about ${number(expected)}. The total is final once that is done.`,
    scheduled: (time: string, expected: number, isEstimate: boolean) =>
      `Starts ${time}, and nothing is sent before. It goes to those who match then: ${isEstimate ? "about " : ""}${people(expected)} when it was made.`,
    pausedBefore: (name: string, time: string) =>
      `${name} paused it at ${time}, before its start: it does not start until it is resumed.`,
    held: (name: string) => `${name} made it and holds it: nothing is sent until somebody approves it.`,
    pausedBy: (name: string, time: string, waiting: number) =>
      `${name} paused it at ${time}. ${mailsDo(waiting, "waits", "wait")}.`,
    pausedItself: (waiting: number) =>
      `mailpush paused this push by itself; ${mailsDo(waiting, "waits", "wait")}. Mend what the words say, then resume.`,
    relayDown: (relay: string | null, since: string | null) =>
      `${relay === null ? "The relay" : `Relay ${relay}`} takes no mail${since === null ? "" : ` since ${since}`}. Nobody lost an attempt.`,
    nextTry: (time: string) => `Next try ${time}.`,
    relayLost: (relay: string) => `Relay ${relay} refuses this push. The others carry it on.`,
    waiting: "Nothing is sent just now:",
    finished: (success: number, total: number, time: string) =>
      [
        `Finished at ${time}: ${success === 0 ? "none" : number(success)} of ${mails(total)} ${plural(success, { one: "was", other: "were" })} taken by the relay.`,
        ...(success < total ? ["“Why not” names the reasons, and what to do."] : []),
      ].join(" "),
    inbox: "Look in the inbox ↗",
    nobody: "Finished: the audience had nobody in it.",
    doubts: (count: number) =>
      `Of ${mails(count)} nobody knows whether ${plural(count, { one: "it was", other: "they were" })} sent. Look in the relay's log, choose them below, and say what became of them.`,
    cancelledBy: (name: string, time: string) => `${name} cancelled it at ${time}.`,
    cancelledBefore: (name: string, time: string) =>
      `${name} cancelled it at ${time}, before its start: nobody got it.`,
    cancelled: "Cancelled.",
    past: "The ledger of this push is past retention: its figures stay, its deliveries are gone.",
  },
  pace: {
    now: (rate: string) => `${rate} now`,
    limit: (rate: string) => `limit ${rate}`,
    learned: (relay: string, rate: string) =>
      `Relay ${relay} refused at about ${rate}/s; mailpush climbs back to just below.`,
    shown: "Time shown",
    whole: "all",
    last: "10 minutes",
    average: (rate: string) => `${rate} on average`,
    slowed: "The relay sets this limit, and mailpush keeps to it: nobody loses an attempt by it.",
    idle: "nothing is sent just now",
    chart: (from: string, to: string, most: string) => `Mails a second from ${from} to ${to}, ${most} at most`,
    series: "mails/s",
    limitSeries: "limit",
    retries: "Next retries:",
    retry: (count: number, time: string) => `${number(count)} ${time}`,
    retryAt: (count: number, time: string) => `${number(count)} at ${time}`,
    due: (count: number) => `${number(count)} due now`,
    later: (count: number) => `${number(count)} later`,
    noRetries: "No retries are due.",
    retriesStopped: (count: number) => `${number(count)} to be tried again once it is resumed.`,
    none: "Nothing was sent yet.",
  },
  why: {
    none: "Nobody is missing so far.",
    kinds: {
      failed: "will not be tried again by themselves",
      deferred: "are tried again by themselves",
      in_doubt: "nobody knows whether they were sent: look in the relay's log",
      skipped: "were left out on purpose",
    },
    said: "Reason, and the server's words",
    domain: "Domain",
    people: "People",
    todo: "What to do",
    reasons: "Reasons",
    byClass: "by reason",
    byDomain: "by domain",
    show: "Show",
    showOf: (name: string) => `Show those: ${name}`,
    retry: "Retry…",
    now: "Try now…",
    nowOf: (name: string) => `Try now those: ${name}`,
    retryOf: (name: string) => `Retry those: ${name}`,
    more: (count: number) => `The first ${number(count)} of them are counted here.`,
    otherDomains: (count: number) => `and ${number(count)} more ${plural(count, { one: "domain", other: "domains" })}`,
  },
  classes,
  advice,
  reasons,
  returned: {
    bounced: "bounced",
    complained: "reported as spam",
    unsubscribed: "unsubscribed",
    share: (percent: string) => `${percent} of the mails taken`,
    none: "No bounces, complaints or unsubscribes so far.",
    perPush: "by way of this push",
  },
  deliveries: {
    search: "Search addresses and replies",
    state: "State",
    anyState: "any state",
    reason: "Reason",
    anyReason: "any reason",
    domain: (domain: string) => `at ${domain}`,
    address: "Address",
    attempts: "Attempts",
    words: "Last words",
    when: "When",
    chips: "Show only",
    all: "all",
    /** In place of an address. */
    erased: "somebody who was erased",
    choose: (address: string) => `Choose ${address}`,
    chooseShown: (count: number) => `Choose all ${number(count)} of this page that can be tried again or decided`,
    open: (address: string) => `What happened to ${address}`,
    none: "No delivery matches.",
    nobody: "The ledger is empty so far.",
    notYet: "Its people are chosen when it starts.",
    clear: "Show all",
    asOf: (time: string) => `as of ${time}`,
    refresh: "Read again",
    shown: (count: number) => `${number(count)} shown`,
    chosen: (count: number) => `${number(count)} chosen`,
    again: (time: string) => `again ${time}`,
    unchoose: "Choose none",
  },
  story: {
    title: (address: string) => address,
    now: "Now",
    attempts: (count: number) => `${number(count)} ${plural(count, { one: "reply", other: "replies" })} of the relay`,
    events: "What happened",
    simple: "Nothing out of the ordinary: no state before this one is kept of it.",
    claimed: "taken up for sending",
    noted: "noted",
    source: (source: string) => `by way of ${source}`,
    person: "All mails to this person",
    push: "Open the push",
    retry: "Retry this one…",
  },
  actions: {
    approve: "Approve…",
    pause: "Pause",
    resume: "Resume",
    cancel: "Cancel…",
    rate: "Rate…",
    retry: "Retry…",
    change: "Change",
    duplicate: "Duplicate",
    others: "More here:",
    export: "Export…",
    chosenRetry: "Retry…",
    resolveSent: "They were sent…",
    resolveFailed: "They were not sent…",
  },
  mail: {
    title: "The mail",
    closed: "As its recipients get it, with the content that this push keeps.",
    open: "Show the mail",
    files: "Attached:",
    asWritten: (lack: string) => `as it was written; the mail of one person ${lack}`,
  },
  approveDialog: {
    title: "Approve this push?",
    says: (count: number, start: string | null) =>
      start === null
        ? `${mailsDo(count, "goes", "go")} out at once.`
        : `${mailsDo(count, "goes", "go")} out from ${start} on.`,
    matching: (matching: number, total: number, isEstimate: boolean) =>
      `${isEstimate ? "About " : ""}${peopleDo(matching, "matches", "match")} its audience by now${matching === total ? ", as when it was made" : `; it goes to the ${people(total)} who did when it was made`}.`,
    how: "How:",
    look: (version: number) => `You approve version ${number(version)} of its content: the mail that this page shows.`,
    newer: "It was changed just now: close this, look at the new version, and approve that.",
    act: "Approve",
    did: (count: number, matching: number) =>
      `Approved: ${mails(count)}${matching === count ? "" : `; the audience has ${people(matching)} by now`}.`,
  },
  rateDialog: {
    title: "How fast",
    rate: "Mails a second",
    hint: "At most so many. Empty: as fast as the relays take them. The limits of the relays hold in any case.",
    wrong: "Expected a number from 1 on, or nothing.",
    act: "Change the rate",
    did: (rate: string) => `At most ${rate}/s from now on.`,
    didNone: "As fast as the relays take them from now on.",
  },
  pauseDialog: {
    title: "Pause this push?",
    says: (sending: number, waiting: number) =>
      [
        sending > 0 ? `${mails(sending)} in conversation will finish.` : "",
        `${mailsDo(waiting, "waits", "wait")} until somebody resumes. The time to expiry stands still.`,
      ]
        .filter((sentence) => sentence !== "")
        .join(" "),
    before: "It does not start until somebody resumes it.",
    didBefore: "Paused: it does not start.",
    act: "Pause",
    did: (waiting: number) => `Paused: ${mailsDo(waiting, "waits", "wait")}.`,
  },
  resumeDialog: {
    title: "Resume this push?",
    says: (waiting: number) =>
      `${mailsDo(waiting, "goes", "go")} on. It begins with a few, and goes faster as the relay takes them.`,
    before: (time: string | null) => (time === null ? "It starts at once." : `It starts ${time}.`),
    act: "Resume",
    did: "Resumed.",
  },
  cancelDialog: {
    title: "Cancel this push for good?",
    says: (waiting: number, sent: number, total: number) =>
      `Of its ${mails(total)} ${number(waiting)} will never be sent. ${number(sent)} went out already, and that stays so. A cancelled push cannot be resumed or retried.`,
    before: (expected: number) =>
      `It never starts: nobody gets it, of ${people(expected)} when it was made. A cancelled push cannot be resumed, but a duplicate can be made of it.`,
    didBefore: "Cancelled: it never starts.",
    act: "Cancel the push",
    keep: "Keep it",
    did: (waiting: number) => `Cancelled: ${mailsDo(waiting, "is", "are")} not sent.`,
  },
  retryDialog: {
    title: "Retry deliveries",
    which: "Which ones",
    all: "All that may be retried",
    onlyClass: (name: string) => `Only those with the reason “${name}”.`,
    says: (count: number) =>
      `${mailsDo(count, "goes", "go")} back to waiting with fresh attempts and a fresh time to expiry.`,
    saysChosen: (count: number) =>
      `The ${peopleDo(count, "chosen gets", "chosen get")} another try, with fresh attempts.`,
    paused: "The push is paused: they wait until it is resumed.",
    finished: "The push runs again for them.",
    doubts: "Those in doubt may get the mail twice, with the same Message-ID.",
    suppressed: "Their addresses are suppressed: unless that is lifted first, they are skipped.",
    someSuppressed:
      "Those whose address was suppressed, as after “no such user”, are skipped unless that is lifted first.",
    skipped: "Of the skipped, those go on whose reason is gone.",
    nothing: "Nothing can be retried in these states.",
    act: "Retry",
    did: (count: number) => `${mailsDo(count, "is", "are")} tried again.`,
  },
  resolveDialog: {
    titleSent: "Count them as sent?",
    titleFailed: "Count them as not sent?",
    says: (count: number) =>
      `Of the ${number(count)} chosen, those in doubt get this outcome. No mail is sent by it, and what is counted as sent cannot be retried.`,
    actSent: "They were sent",
    actFailed: "They were not sent",
    did: (count: number, as: "sent" | "failed") => `Counted ${mails(count)} as ${as === "sent" ? "sent" : "not sent"}.`,
  },
  exportDialog: {
    title: "Export the deliveries",
    csv: "CSV, for a spreadsheet",
    ndjson: "NDJSON, with a signed receipt",
    receipt: "The receipt has totals and a hash, so that anyone can prove later what was so.",
    says: (count: number) =>
      `A file of ${number(count)} ${plural(count, { one: "delivery", other: "deliveries" })}, as they are now.`,
    did: "The download has begun.",
    format: "Format",
    act: "Download",
    verify: "To verify a receipt:",
    noKey: "A receipt needs a key to sign with, RECEIPT_KEY, and none is set. Make one:",
    noKeyThen: "On this machine, put what openssl prints into .dev.vars and start again. CSV needs no key.",
  },
  history: {
    create: "made it",
    pause: "paused it",
    resume: "resumed it",
    cancel: "cancelled it",
    rate: "changed its rate",
    retry: "retried deliveries",
    resolve: "decided doubts",
    approve: "approved it",
    change: "changed it",
  } as Readonly<Record<string, string>>,
  /** On paper. */
  printed: (time: string) => `as of ${time}`,
  spokenState: (state: string) => `This push is ${state}`,
  spoken: (percent: string, success: number, failure: number, waiting: number) =>
    `${percent} done: ${number(success)} succeeded, ${number(failure)} failed, ${number(waiting)} waiting.`,
};
