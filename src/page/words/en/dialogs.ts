import { number, plural } from "../../app/time/format.ts";
import { mails, mailsDo, people, peopleDo } from "./counted.ts";

/** Of the dialogs over a push, loaded when one is opened. */
export const dialogs = {
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
};
