import { list, number, plural } from "../../app/time/format.ts";

const people = (count: number): string => `${number(count)} ${plural(count, { one: "person", other: "people" })}`;
const mails = (count: number): string => `${number(count)} ${plural(count, { one: "mail", other: "mails" })}`;
const about = (count: string, isEstimate: boolean): string => (isEstimate ? `about ${count}` : count);

/** Of the parts of a new push that few visits open: its options, a test, the last look. */
export const sending = {
  options: {
    sendAt: "Start",
    startNow: "Empty: as soon as you push it, or somebody approves it.",
    zone: "Zone of the time",
    sendAtIs: (local: string) => `That is ${local} here.`,
    expiresIn: "Give up after",
    expiresInHint: "Mails that are not out by then fail, counted from the start.",
    rateLabel: "Mails a second at most",
    rateHint: "Empty: as fast as the relays take them.",
    priorityLabel: "Priority",
    priorities: { high: "high: four times the share", normal: "normal", low: "low: a quarter of the share" },
    relaysLabel: "Relays",
    relaysHint: "Ticked: only these. None ticked: all.",
    canaryLabel: "Send a few first",
    canaryHint: "The others follow by themselves if few of the first ones fail; else the push pauses.",
    canaryCount: "How many",
    canaryWait: "Then wait, in minutes",
    canaryShare: "Go on with at most so many failures, in %",
    onceLabel: "Once key",
    onceHint: "Of all pushes under one key, each person gets one mail alone.",
    list: "This is mail of a list",
    listHint:
      "It has an unsubscribe link in its headers, and who has unsubscribed gets none. Untick for mail about somebody's own order or account.",
    strict: "Refuse to send where attributes are missing",
    inDoubt: "If it stays unknown whether a mail went out",
    inDoubts: { resend: "send it once more", hold: "leave it to a person" },
    headers: "Headers of your own",
    headersHint: "A line each: X-Campaign: May",
  },
  look: {
    pushTitle: "Push now?",
    scheduleTitle: "Schedule this push?",
    holdTitle: "Hold this push for approval?",
    who: (count: number, isEstimate: boolean) => about(people(count), isEstimate),
    forInstance: (names: readonly string[], others: number, isEstimate: boolean) =>
      list([...names, ...(others > 0 ? [`${about(number(others), isEstimate)} more`] : [])]),
    subject: "Subject",
    from: "From",
    to: "To",
    start: "Start",
    takes: "Takes",
    takesAbout: (span: string, rate: string) => `about ${span}, at ${rate} mails a second`,
    source: { asked: "as asked", relay: "as the relay takes now", last: "as the last push went" },
    takesUnknown: "not known: no push to 100 people or more has gone at full speed before",
    how: "How",
    gives: "Gives up",
    givesUp: (span: string) => `on what is not out ${span} after its start`,
    holdSays: "Its people are fixed now. Nothing is sent before somebody with the scope send approves it.",
    scheduleSays:
      "It goes to those who match when it starts, so the number may differ by then. Until then it can be cancelled.",
    pushSays:
      "The first mails go out within a second. A push can be paused at any time; mails that are out cannot be called back.",
    canarySays: (count: number) =>
      `The first ${mails(count)} go out within a second, and the others wait for what becomes of them. Mails that are out cannot be called back.`,
    noTest: "No test of this mail was sent.",
    pushAct: (count: string) => `Push to ${count} now`,
    scheduleAct: "Schedule",
    holdAct: "Hold for approval",
    past: "Choose a time to come.",
  },
  test: {
    title: "Send a test",
    says: "Sends this mail now, marked [Test]. No push counts it, and its link to unsubscribe does nothing.",
    to: "To",
    toHint: "Up to ten addresses, with commas between. They are remembered in this browser.",
    as: (name: string) => `With the values of ${name}, the person of the preview.`,
    act: (count: number) => (count > 1 ? `Send ${number(count)} tests` : "Send the test"),
    remembered: "Used before",
    forget: (address: string) => `Forget ${address}`,
    accepted: "taken",
    refused: "refused",
    unknown: "not known",
    by: (relay: string) => `Relay ${relay} answered:`,
    inbox: "Look at it in the inbox ↗",
  },
};
